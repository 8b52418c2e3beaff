"""From the samples of one flow to its figures and their intervals; knows no target."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from statistics import fmean

from traffic.sample_files import LOST, Bytes, Calls, Packets, Samples, Transactions, Viewed
from twin.core.units import NS_PER_S
from twin.judge.estimators import ESTIMATORS
from twin.judge.estimators.iptv import as_one_stream
from twin.judge.figures import call_setup, packet_metrics
from twin.judge.figures.call_quality import CallQuality
from twin.judge.verdict import Distribution, FlowFigures, Series
from twin.plan.blueprint import Flow

STEP = NS_PER_S
"""A point of a timeline, ns."""
BINS = 60
QUANTILES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1.0)
NONE = -1.0
"""A point of a timeline of delays where there is nothing to tell."""


def figures(flow: Flow, samples: Samples, seconds: float) -> FlowFigures:
    """All figures of a flow of a run whose measurement lasted `seconds`."""
    end = round(seconds * NS_PER_S)
    views = [(estimators, view) for estimators in ESTIMATORS if estimators.speaks_of(flow, samples)
             if (view := estimators.view(flow, samples, end)) is not None]
    estimates = {metric: estimate for estimators, view in views
                 for metric, estimate in estimators.estimates(flow, view)}
    return replace(
        _drawn(flow, samples, end),
        values={metric: estimate.value for metric, estimate in estimates.items() if estimate.value is not None},
        intervals={metric: estimate.interval for metric, estimate in estimates.items()},
        burst_ratio=next((view.burst_ratio for _, view in views if isinstance(view, CallQuality)), None),
    )


def _drawn(flow: Flow, samples: Samples, end: int) -> FlowFigures:
    """What there is of a flow beside its metrics: counts, timelines, the distribution of delays."""
    match samples:
        case Packets():
            return _of_packets(flow, samples, end)
        case Viewed():
            return _of_packets(flow, as_one_stream(samples, end), end)
        case Bytes():
            return _of_bytes(flow, samples, end)
        case Calls():
            return _of_calls(flow, samples, end)
        case Transactions():
            return _of_transactions(flow, samples, end)


def distribution(delays: Sequence[int]) -> Distribution | None:
    """Counts in at most 60 bins of a width of 1, 2 or 5 times a power of ten ns, and quantiles; None without delays."""
    if not delays:
        return None
    ordered = sorted(delays)
    width = _width(ordered[-1] - ordered[0])
    start = ordered[0] // width * width
    counts = [0] * ((ordered[-1] - start) // width + 1)
    for delay in delays:
        counts[(delay - start) // width] += 1
    quantiles = tuple((p, ordered[packet_metrics.rank(p, len(ordered)) - 1]) for p in QUANTILES)
    return Distribution(start, width, tuple(counts), quantiles)


def _width(spread: int) -> int:
    """The smallest round width of which 60 bins cover `spread` wherever it begins."""
    decade = 1
    while True:
        for step in (1, 2, 5):
            if spread < (BINS - 1) * step * decade:
                return step * decade
        decade *= 10


def _of_packets(flow: Flow, packets: Packets, end: int) -> FlowFigures:
    arrived = [(s, r) for s, r in zip(packets.sent, packets.received, strict=True) if r != LOST]
    return FlowFigures(
        flow.name, len(packets.sent), len(arrived), _rates(((r, packets.size) for _, r in arrived), end),
        delays=distribution([r - s for s, r in arrived]), delay_series=_means(((s, r - s) for s, r in arrived), end),
    )


def _of_bytes(flow: Flow, progress: Bytes, end: int) -> FlowFigures:
    total = packet_metrics.carried(progress, end)
    before = (0, *progress.total)[: len(progress.total)]
    steps = ((at, now - then) for at, now, then in zip(progress.at, progress.total, before, strict=True))
    return FlowFigures(flow.name, total, total, _rates(steps, end))


def _of_transactions(flow: Flow, rows: Transactions, end: int) -> FlowFigures:
    finished = [row for row in zip(rows.started, rows.ended, rows.size, strict=True) if row[1] != LOST]
    return FlowFigures(
        flow.name, len(rows.started), len(finished), _rates(((ended, size) for _, ended, size in finished), end),
        delays=distribution(packet_metrics.times(rows, end)),
        delay_series=_means(((started, ended - started) for started, ended, _ in finished), end),
    )


def _of_calls(flow: Flow, calls: Calls, end: int) -> FlowFigures:
    waited = call_setup.post_dial_delays(calls)
    return FlowFigures(
        flow.name, len(calls.dialled), sum(at != LOST for at in calls.answered), _rates((), end),
        delays=distribution([delay for _, delay in waited]), delay_series=_means(waited, end),
        carried=call_setup.carried(calls, end),
    )


def _rates(arrivals: Iterable[tuple[int, int]], end: int) -> Series:
    """Bytes by time of arrival, as bit/s in each step; what came after the end is left out."""
    totals = [0] * -(-end // STEP)
    for at, size in arrivals:
        if 0 <= at < end:
            totals[at // STEP] += size
    return Series(STEP, tuple(total * 8 * NS_PER_S / STEP for total in totals))


def _means(points: Iterable[tuple[int, int]], end: int) -> Series:
    """The mean of the values in each step, by time."""
    by_step: list[list[int]] = [[] for _ in range(-(-end // STEP))]
    for at, value in points:
        if 0 <= at < end:
            by_step[at // STEP].append(value)
    return Series(STEP, tuple(fmean(values) if values else NONE for values in by_step))
