"""From the samples of one flow to its figures and their intervals; knows no target."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import fmean

from traffic.sample_files import LOST, Bytes, Calls, Packets, Samples, Transactions, Viewed
from twin.core.units import NS_PER_S
from twin.judge.estimators import ESTIMATORS
from twin.judge.estimators.iptv import as_one_stream
from twin.judge.figures import call_setup, packet_metrics
from twin.judge.figures.call_quality import CallQuality
from twin.judge.verdict import Distribution, FlowFigures, Series
from twin.model import Metric
from twin.plan.blueprint import Flow

STEP = NS_PER_S
"""A point of a timeline, ns."""
BINS = 60
QUANTILES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1.0)
NONE = -1.0
"""A point of a timeline of delays where there is nothing to tell."""


def figures(flow: Flow, samples: Samples, seconds: float, *, charted: bool = True,
            limits_of: Collection[Metric] = tuple(Metric)) -> FlowFigures:
    """All figures of a flow of a run whose measurement lasted `seconds`. charted: also the distribution and the
    timeline of delays of packets, which are for charts alone. limits_of: metrics whose intervals are computed."""
    end = round(seconds * NS_PER_S)
    views = [(estimators, view) for estimators in ESTIMATORS if estimators.speaks_of(flow, samples)
             if (view := estimators.view(flow, samples, end)) is not None]
    estimates = {metric: estimate for estimators, view in views
                 for metric, estimate in estimators.estimates(flow, view)}
    return replace(
        _drawn(flow, samples, end, charted),
        values={metric: estimate.value for metric, estimate in estimates.items() if estimate.value is not None},
        intervals={metric: estimate.limits() for metric, estimate in estimates.items() if metric in limits_of},
        burst_ratio=next((view.burst_ratio for _, view in views if isinstance(view, CallQuality)), None),
    )


def _drawn(flow: Flow, samples: Samples, end: int, charted: bool) -> FlowFigures:
    """What there is of a flow beside its metrics: counts, timelines, the distribution of delays."""
    match samples:
        case Packets():
            return _of_packets(flow, samples, end, charted)
        case Viewed():
            return _of_packets(flow, as_one_stream(samples, end), end, charted)
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
    edges = range(start, ordered[-1] + width + 1, width)
    counts = [after - before for before, after in pairwise(bisect_left(ordered, edge) for edge in edges)]
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


def _of_packets(flow: Flow, packets: Packets, end: int, charted: bool) -> FlowFigures:
    delays = packets.delays
    received = sorted(packets.received)[-len(delays):] if delays else []
    counted = FlowFigures(flow.name, len(packets.sent), len(delays), _bit_rates(
        [(step.stop - step.start) * packets.size for step in _steps(received, end)]))
    if not charted:
        return counted
    sent = [s for s, r in zip(packets.sent, packets.received, strict=True) if r != LOST]
    return replace(counted, delays=distribution(delays),
                   delay_series=_means(sorted(zip(sent, delays, strict=True)), end))


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
        delay_series=_means(sorted((started, ended - started) for started, ended, _ in finished), end),
    )


def _of_calls(flow: Flow, calls: Calls, end: int) -> FlowFigures:
    waited = call_setup.post_dial_delays(calls)
    return FlowFigures(
        flow.name, len(calls.dialled), sum(at != LOST for at in calls.answered), _rates((), end),
        delays=distribution([delay for _, delay in waited]), delay_series=_means(sorted(waited), end),
        carried=call_setup.carried(calls, end),
    )


def _rates(arrivals: Iterable[tuple[int, int]], end: int) -> Series:
    """Bytes by time of arrival, as bit/s in each step; what came after the end is left out."""
    ordered = sorted(arrivals)
    sizes = [size for _, size in ordered]
    return _bit_rates([sum(sizes[step]) for step in _steps([at for at, _ in ordered], end)])


def _bit_rates(totals: Iterable[int]) -> Series:
    return Series(STEP, tuple(total * 8 * NS_PER_S / STEP for total in totals))


def _means(points: Sequence[tuple[int, int]], end: int) -> Series:
    """The mean of the values in each step; points: times and values, in order of time."""
    values = [value for _, value in points]
    return Series(STEP, tuple(fmean(values[step]) if values[step] else NONE
                              for step in _steps([at for at, _ in points], end)))


def _steps(times: Sequence[int], end: int) -> Iterator[slice]:
    """Which of the times, in ascending order, lie in each step up to the end."""
    edges = (*range(0, end, STEP), end)
    for begin, until in pairwise(bisect_left(times, edge) for edge in edges):
        yield slice(begin, until)
