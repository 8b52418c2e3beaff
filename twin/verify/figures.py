"""From the samples of one flow to its figures and their intervals; knows no target."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import fmean

from traffic.records import LOST, Bytes, Calls, Packets, Samples, Transactions, Viewed
from twin.model import Activity, Metric
from twin.plan.blueprint import Flow
from twin.units import NS_PER_S, PPM
from twin.verify import confidence, dialling, metrics
from twin.verify.calls import heard
from twin.verify.emodel import mos
from twin.verify.picture import Watched, picture
from twin.verify.player import play
from twin.verify.verdict import Distribution, FlowFigures, Interval, Series
from twin.verify.zapping import changes, expected, visits

STEP = NS_PER_S
"""A point of a timeline, ns."""
BINS = 60
QUANTILES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1.0)
ASKED_QUANTILE = ZAPPING_QUANTILE = 0.95
_ASKED = {Activity.PAGES: Metric.PAGE_TIME, Activity.MAIL: Metric.TRANSFER_TIME, Activity.LOOKUPS: Metric.LOOKUP_TIME,
          Activity.INTERACTIVE: Metric.ROUND_TRIP}
"""How the time from asking to the answer is called."""
NONE = -1.0
"""A point of a timeline of delays where there is nothing to tell."""


def figures(flow: Flow, samples: Samples, seconds: float) -> FlowFigures:
    """All figures of a flow of a run whose measurement lasted `seconds`."""
    end = round(seconds * NS_PER_S)
    if isinstance(samples, Packets):
        found = _of_packets(flow, samples, end)
        return _with_picture(flow, samples, found, end) if flow.activity is Activity.STREAM else found
    if isinstance(samples, Viewed):
        return _of_viewed(flow, samples, end)
    if isinstance(samples, Bytes):
        found = _of_bytes(flow, samples, end)
        return _with_film(flow, samples, found, end) if flow.activity is Activity.FILM else found
    if isinstance(samples, Calls):
        return _of_calls(flow, samples, end)
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
    quantiles = tuple((p, ordered[metrics.rank(p, len(ordered)) - 1]) for p in QUANTILES)
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
    delays, flags, jitter = packets.delays, metrics.lost_flags(packets), metrics.jitter(packets)
    call = heard(flow, packets)
    arrived = [(s, r) for s, r in zip(packets.sent, packets.received, strict=True) if r != LOST]
    return replace(
        _blank(flow, _rates(((r, packets.size) for _, r in arrived), end)),
        sent=len(flags),
        received=len(delays),
        loss=metrics.loss(flags) if flags else None,
        mean_delay=fmean(delays) if delays else None,
        max_delay=max(delays, default=None),
        delay_variation=metrics.delay_variation(delays) if delays else None,
        jitter=max(jitter, default=None),
        r_factor=call.rating if call else None,
        mos=mos(call.rating) if call else None,
        mouth_to_ear=call.mouth_to_ear if call else None,
        discard=call.discard if call else None,
        burst_ratio=call.burst_ratio if call else None,
        delays=distribution(delays),
        delay_series=_means(((s, r - s) for s, r in arrived), end),
        intervals=_named({
            Metric.LOSS: _events(flags, PPM),
            Metric.MEAN_DELAY: confidence.mean(confidence.batch_means(delays)),
            Metric.MAX_DELAY: confidence.largest(delays),
            Metric.DELAY_VARIATION: confidence.quantile(metrics.pdv(delays), metrics.TAIL),
            Metric.JITTER: confidence.largest(jitter),
            Metric.R_FACTOR: call.limits if call else None,
            Metric.MOS: _opinion(call.limits) if call else None,
            Metric.MOUTH_TO_EAR: Interval(call.mouth_to_ear, call.mouth_to_ear, len(flags)) if call else None,
            Metric.DISCARD: call.discard_limits if call else None,
        }),
    )


def _of_viewed(flow: Flow, viewed: Viewed, end: int) -> FlowFigures:
    """The figures of all visits together, as of one stream, and those of changing channels."""
    made = visits(viewed, end)
    kept = [expected(visit) for visit in made]
    rows = [row for one in kept for row in one.rows]
    packets = Packets(tuple(sent for sent, _ in rows), tuple(received for _, received in rows), viewed.size)
    found = _seen(_of_packets(flow, packets, end), kept)
    changed = [change for change in map(changes, made) if change is not None]
    first, pictures = [change.first for change in changed], [change.picture for change in changed]
    return replace(
        found,
        zapping_time=metrics.percentile(first, ZAPPING_QUANTILE) if first else None,
        picture_time=metrics.percentile(pictures, ZAPPING_QUANTILE) if pictures else None,
        intervals=found.intervals | _named({
            Metric.ZAPPING_TIME: confidence.quantile(first, ZAPPING_QUANTILE),
            Metric.PICTURE_TIME: confidence.quantile(pictures, ZAPPING_QUANTILE),
        }),
    )


def _with_picture(flow: Flow, packets: Packets, found: FlowFigures, end: int) -> FlowFigures:
    """The figures of a stream with those of its picture."""
    return _seen(found, [Watched(flow.interval, tuple(zip(packets.sent, packets.received, strict=True)), end)])


def _seen(found: FlowFigures, stretches: Sequence[Watched]) -> FlowFigures:
    seen = picture(stretches)
    return replace(found, delay_factor=seen.delay_factor, media_loss_rate=seen.media_loss_rate,
                   loss_events=seen.loss_events, intervals=found.intervals | _named(seen.intervals))


def _with_film(flow: Flow, progress: Bytes, found: FlowFigures, end: int) -> FlowFigures:
    """The figures of a transfer with those of its player. One film is one draw: its figures are judged as they are."""
    played = play(progress, flow.rate, flow.buffer, flow.start, end)
    waited = end - flow.start if played.start_up is None else played.start_up
    return replace(
        found, start_up=waited, rebuffers=played.stops, rebuffering=played.stalled,
        intervals=found.intervals | _named({
            Metric.START_UP: Interval(waited, played.start_up, 1),
            Metric.REBUFFERS: Interval(played.stops, played.stops, 1),
            Metric.REBUFFERING: Interval(played.stalled, played.stalled, 1),
        }),
    )


def _of_bytes(flow: Flow, progress: Bytes, end: int) -> FlowFigures:
    begin = flow.start + metrics.WARM_UP
    total = metrics.carried(progress, end)
    before = (0, *progress.total)[: len(progress.total)]
    steps = ((at, now - then) for at, now, then in zip(progress.at, progress.total, before, strict=True))
    return replace(
        _blank(flow, _rates(steps, end)),
        sent=total,
        received=total,
        goodput=metrics.goodput(progress, begin, end) if begin < end else None,
        intervals=_named({Metric.GOODPUT: _goodput_limits(progress, begin, end)}),
    )


def _of_transactions(flow: Flow, asked: Transactions, end: int) -> FlowFigures:
    times, metric = metrics.times(asked, end), _ASKED[flow.activity]
    finished = [row for row in zip(asked.started, asked.ended, asked.size, strict=True) if row[1] != LOST]
    flags = metrics.unanswered(asked) if flow.activity is Activity.LOOKUPS else ()
    quantile = metrics.percentile(times, ASKED_QUANTILE) if times else None
    return replace(
        _blank(flow, _rates(((ended, size) for _, ended, size in finished), end)),
        sent=len(asked.started),
        received=len(finished),
        loss=metrics.loss(flags) if flags else None,
        page_time=quantile if metric is Metric.PAGE_TIME else None,
        lookup_time=quantile if metric is Metric.LOOKUP_TIME else None,
        transfer_time=quantile if metric is Metric.TRANSFER_TIME else None,
        round_trip=quantile if metric is Metric.ROUND_TRIP else None,
        delays=distribution(times),
        delay_series=_means(((started, ended - started) for started, ended, _ in finished), end),
        intervals=_named({
            metric: confidence.quantile(times, ASKED_QUANTILE),
            Metric.LOSS: confidence.scaled(confidence.losses(sum(flags), len(flags), metrics.runs(flags)), PPM) if flags
            else None,
        }),
    )


def _of_calls(flow: Flow, calls: Calls, end: int) -> FlowFigures:
    waited, blocked, failed = dialling.post_dial_delays(calls), dialling.blocked(calls), dialling.unanswered(calls, end)
    delays = [delay for _, delay in waited]
    return replace(
        _blank(flow, _rates((), end)),
        sent=len(calls.dialled),
        received=sum(at != LOST for at in calls.answered),
        post_dial_delay=fmean(delays) if delays else None,
        blocking=metrics.loss(blocked) if blocked else None,
        answered=PPM - metrics.loss(failed) if failed else None,
        carried=dialling.carried(calls, end),
        delays=distribution(delays),
        delay_series=_means(waited, end),
        intervals=_named({
            Metric.POST_DIAL_DELAY: confidence.mean(delays),
            Metric.BLOCKING: _events(blocked, PPM),
            Metric.ANSWERED: _complement(_events(failed, PPM)),
        }),
    )


def _blank(flow: Flow, throughput: Series) -> FlowFigures:
    return FlowFigures(
        flow=flow.name, sent=0, received=0, loss=None, mean_delay=None, max_delay=None, delay_variation=None,
        jitter=None, r_factor=None, mos=None, goodput=None, page_time=None, delays=None, throughput=throughput,
        delay_series=None,
    )


def _goodput_limits(progress: Bytes, begin: int, end: int) -> Interval:
    """Limits from stretches of at least one second each."""
    count = min(confidence.BATCHES, max(0, end - begin) // STEP)
    cuts = [begin + (end - begin) * k // count for k in range(count + 1)] if count else []
    return confidence.mean([metrics.goodput(progress, a, b) for a, b in pairwise(cuts)])


def _events(flags: Sequence[bool], factor: float) -> Interval:
    """Limits of how often something happens, a run of it counting as one event."""
    return confidence.scaled(confidence.losses(sum(flags), len(flags), metrics.runs(flags)), factor)


def _complement(interval: Interval) -> Interval:
    """The limits of all that is left, in ppm."""
    low, high = (None if limit is None else PPM - limit for limit in (interval.high, interval.low))
    return Interval(low, high, interval.samples)


def _named(intervals: dict[Metric, Interval | None]) -> dict[str, Interval]:
    return {metric.value: interval for metric, interval in intervals.items() if interval is not None}


def _opinion(interval: Interval) -> Interval:
    """The limits of R as limits of MOS, which rises with R."""
    low, high = (None if limit is None else mos(limit) for limit in (interval.low, interval.high))
    return Interval(low, high, interval.samples)


def _rates(arrivals: Iterable[tuple[int, int]], end: int) -> Series:
    """Bytes by time of arrival, as bit/s in each step; what came after the end is left out."""
    totals = [0] * -(-end // STEP)
    for at, size in arrivals:
        if 0 <= at < end:
            totals[at // STEP] += size
    return Series(STEP, tuple(total * 8 * NS_PER_S / STEP for total in totals))


def _means(points: Iterable[tuple[int, int]], end: int) -> Series:
    """The mean of the values in each step, by time."""
    found: list[list[int]] = [[] for _ in range(-(-end // STEP))]
    for at, value in points:
        if 0 <= at < end:
            found[at // STEP].append(value)
    return Series(STEP, tuple(fmean(values) if values else NONE for values in found))
