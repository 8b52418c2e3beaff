"""The longest sojourn of a packet in each queue, by network calculus.

Queue by queue (total flow analysis): the output of a queue is burstier than its input by the time that a packet may
have waited, though no faster than the medium between the two (`arrival_curves`). In a ring the bounds depend on each
other: they are iterated from below; where that does not converge, nothing is bounded. Where more may arrive at a queue
than it holds, its length bounds the delay of what is not lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import NamedTuple

from twin.core.progress import begun
from twin.core.units import NS_PER_S
from twin.model import Scheduling
from twin.plan.blueprint import full_packets
from twin.predict.delay.arrival_curves import Arrivals, Groups, Key
from twin.predict.load.packet_streams import Point, Stream
from twin.predict.load.queue_crossings import OTHERS, Crossings
from twin.predict.load.queues import Queue
from twin.predict.theory.network_calculus import (
    Curve,
    Group,
    RandomGroup,
    Server,
    round_robin_packet_server,
    round_robin_server,
    strict_server,
    together,
)
from twin.predict.theory.queueing import serialization

ROUNDS, PASSES = 100, 3
"""Rounds of the iteration until the bounds that still change are given up; and how often that is done."""
SETTLED = 1.0
"""ns by which a bound may still change when the iteration ends."""


@dataclass(frozen=True, slots=True)
class BandTraffic:
    """The streams of one band of one queue. largest, smallest: of its packets, bytes of the queue's rate. dear, cheap:
    the most and the least bytes of the rate for a byte of the queue's limit: one for one, except on the air. single:
    there is one stream only.
    """

    largest: float
    smallest: float
    dear: float
    cheap: float
    single: bool


class SojournBound(NamedTuple):
    """The longest time of a packet in a queue, own transmission included, ns (inf: no bound). lossless: whether it is
    certain that the queue never overflows."""

    longest: float
    lossless: bool


UNBOUNDED = SojournBound(inf, False)


class DelayBounds(NamedTuple):
    """The bound of each band of each queue, and what arrives there. often, means: at stations that contend for the air,
    what a sojourn is bounded by but with a larger chance, and on average, ns."""

    sojourns: dict[Key, SojournBound]
    arriving: dict[Key, Groups]
    often: dict[Key, float]
    means: dict[Key, float]


def delay_bounds(crossings: Crossings) -> DelayBounds:
    """The bounds of all queues."""
    begun("bound delays")
    traffic = {point: _band_traffic(crossings, point) for point in crossings.at}
    bounded = {point: _bounded(crossings.queues[point], row) for point, row in traffic.items()}
    keys = [(point, band) for point, row in bounded.items() for band in row]
    bounds, arrivals = dict.fromkeys(keys, SojournBound(0.0, True)), Arrivals(crossings)
    unbounded: set[Key] = set()
    changed: Iterable[Key] = keys
    for number in range(1, PASSES * ROUNDS + 1):
        reached = arrivals.update({key: bound.longest for key, bound in bounds.items()}, changed)
        updated = dict(bounds)
        for point in dict.fromkeys(point for point, _ in reached):
            queue, row = crossings.queues[point], traffic[point]
            own = _own(arrivals.groups, point, row)
            whole = _whole_queue(queue, own)
            updated |= {(point, band): _sojourn(queue, band, row, own, whole) for band in bounded[point]
                        if (point, band) not in unbounded}
        changing = {key for key in keys if not _alike(updated[key].longest, bounds[key].longest)}
        if not changing:
            lags = [_with_lags(crossings, traffic, arrivals.groups, name) for name in ("often_lag", "mean_lag")]
            return DelayBounds(updated, arrivals.groups, *map(dict, lags))
        if number % ROUNDS == 0:
            unbounded |= changing
            updated |= dict.fromkeys(changing, UNBOUNDED)
        changed = [key for key in keys if updated[key].longest != bounds[key].longest]
        bounds = updated
    return DelayBounds(dict.fromkeys(keys, UNBOUNDED), arrivals.groups, {}, {})


def _bounded(queue: Queue, bands: Iterable[int]) -> list[int]:
    """The bands that a queue bounds."""
    return [band for band in bands if queue.contender is None or band in queue.contender.bands]


def _own(arriving: Mapping[Key, Groups], point: Point, bands: Iterable[int]) -> dict[int, Groups]:
    """What arrives in each band of a queue, and of other stations before it; of one band of a station, only what goes
    before it."""
    return {band: arriving[point, band] for band in (*bands, OTHERS) if (point, band) in arriving}


def _with_lags(
    crossings: Crossings, traffic: Mapping[Point, Mapping[int, BandTraffic]], arriving: Mapping[Key, Groups], name: str
) -> Iterator[tuple[Key, float]]:
    """The longest sojourn at stations that are behind their pace by another lag. name: of that."""
    for point, row in traffic.items():
        queue = crossings.queues[point]
        if queue.contender is not None:
            usual = replace(queue, contender=queue.contender._replace(lag=getattr(queue.contender, name)))
            own = _own(arriving, point, row)
            yield from (((point, band), _sojourn(usual, band, row, own, _whole_queue(usual, own)).longest)
                        for band in _bounded(queue, row))


def fair_sojourn(crossings: Crossings, bounds: DelayBounds, stream: Stream, point: Point, jitter: float) -> float:
    """The longest time of a packet of one stream in a band where queueing is fair, ns (inf: no bound): each of the
    queues there sends a full packet a round. jitter: the longest wait of the stream before, ns."""
    queue = crossings.queues[point]
    band, members = queue.band(stream.service_class), [crossings.streams[k] for k in crossings.at[point]]
    if queue.fifo(band) or queue.fifo_key(stream) is not None:
        return inf
    inside = [member for member in members if queue.band(member.service_class) == band]
    full, cost = queue.layer.max_frame_cost, queue.size(stream, stream.largest)
    rate = stream.highest_rate * cost * 8
    own = RandomGroup(rate, cost * stream.batch, jitter) if stream.batch else \
        Group(stream.burst * cost + rate * jitter / (8 * NS_PER_S), rate)
    traffic = _band_traffic(crossings, point)
    arriving = {other: bounds.arriving[point, other] for other in traffic}
    curve, quanta = together((own,)), full * sum(member.connections for member in inside)
    longest = [curve.delay(round_robin_server(server, full, quanta))
               for server in _servers(queue, band, {**traffic, band: replace(traffic[band], single=True)}, arriving)]
    return min((delay for delay in longest if delay is not None), default=inf)


def _alike(first: float, second: float) -> bool:
    return first == second or abs(first - second) <= SETTLED


def _band_traffic(crossings: Crossings, point: Point) -> dict[int, BandTraffic]:
    passages, present = crossings.passages[point], dict[int, list[int]]()
    for index in crossings.at[point]:
        present.setdefault(passages[index].band, []).append(index)
    return {band: _traffic_of(crossings, point, members) for band, members in present.items()}


def _traffic_of(crossings: Crossings, point: Point, members: Sequence[int]) -> BandTraffic:
    queue, streams = crossings.queues[point], [crossings.streams[index] for index in members]
    costs = [crossings.passages[point][index].size for index in members]
    ratios = [cost / queue.layer.cost(frame) for cost, stream in zip(costs, streams, strict=True)
              for frame in (stream.frame, stream.largest)] if queue.alone or queue.contender else [1.0]
    smallest = min(queue.size(stream, stream.frame) for stream in streams)
    return BandTraffic(max(costs), smallest, max(ratios), min(ratios), len(streams) == 1)


def _sojourn(
    queue: Queue, band: int, bands: Mapping[int, BandTraffic], arriving: Mapping[int, Groups], whole: Curve
) -> SojournBound:
    """The least of what network calculus and the length of the queue allow."""
    own, (least, most) = bands[band], _length(queue, band, bands[band])
    if queue.kind is Scheduling.HFSC and queue.contender is None:
        burst = together(arriving[band]).burst_beyond(queue.bands[band].guarantee)
        longest = None if burst is None else _service_curve_delay(queue, band, bands, burst)
        return UNBOUNDED if longest is None else SojournBound(longest, (burst or 0.0) <= least)
    full = most + own.largest if queue.fifo(band) or own.single else inf
    curve = together(arriving[band])
    busy, backlog = whole.busy_period(queue.rate), whole.backlog(Server(queue.rate, 0.0))
    best, lossless = inf if busy is None else busy, backlog is not None and backlog <= least
    for server in _servers(queue, band, bands, arriving):
        by_arrivals, by_length, backlog = curve.delay(server), server.delay(full, 0.0), curve.backlog(server)
        best = min(bound for bound in (best, by_arrivals, by_length) if bound is not None)
        lossless |= backlog is not None and backlog <= least
    return SojournBound(best, lossless)


def _whole_queue(queue: Queue, arriving: Mapping[int, Groups]) -> Curve:
    """What arrives in all bands: whatever their order, no packet outlasts the time for which the queue serves without a
    pause. Unbounded where a ceiling makes it pause, and of one band of a station."""
    if queue.contender is not None and queue.contender.alone:
        return Curve(((inf, inf),))
    if any(queue.bands[band].ceiling for band in arriving if queue.bands and band != OTHERS):
        return Curve(((inf, inf),))
    return together((Group(queue.lag, 0.0), *(group for groups in arriving.values() for group in groups)))


def _length(queue: Queue, band: int, own: BandTraffic) -> tuple[float, float]:
    """What fits into a queue whatever the mix of packets, and the most that it holds: bytes of the rate."""
    if not queue.bands:
        return queue.waiting * own.smallest, queue.waiting * own.largest
    limit, full = queue.bands[band].limit, queue.layer.max_frame_cost
    if queue.fifo(band):
        return limit * own.cheap, limit * own.dear
    packets = full_packets(limit, full)
    return packets * own.smallest, packets * full * own.dear


def _servers(
    queue: Queue, band: int, bands: Mapping[int, BandTraffic], arriving: Mapping[int, Groups]
) -> Iterable[Server]:
    """Lower bounds of the service that a band gets, given the other bands; each of them holds."""
    match queue.kind:
        case Scheduling.HTB:
            return () if queue.contender else (_guaranteed_server(queue, band, bands),)
        case Scheduling.HFSC:
            return () if queue.contender else (_service_curve_server(queue, band, bands),)
        case Scheduling.STRICT | Scheduling.DRR | Scheduling.NONE:
            return _ordered_servers(queue, band, bands, arriving)


def _ordered_servers(
    queue: Queue, band: int, bands: Mapping[int, BandTraffic], arriving: Mapping[int, Groups]
) -> Iterator[Server]:
    """The same, where strict bands go first and the others share by turns."""
    strict = queue.strict(band)
    before = [b for b in bands if queue.strict(b) and (b < band or not strict)]
    higher = together((Group(queue.lag, 0.0), *(group for b in (OTHERS, *before) for group in arriving.get(b, ()))))
    lower = max((own.largest for b, own in bands.items() if b > band), default=0) if strict else 0
    for burst, rate in higher.lines:
        if rate < queue.rate:
            left = strict_server(queue.rate, burst, rate, lower)
            yield from (left,) if strict else _round_robin(queue, band, bands, left)


def _round_robin(queue: Queue, band: int, bands: Mapping[int, BandTraffic], whole: Server) -> Iterator[Server]:
    """What a band gets of what the strict bands leave."""
    others = [b for b in bands if b != band and not queue.strict(b)]
    if not others:
        yield whole
    elif queue.fifo(band) or bands[band].single:
        own = queue.bands[band].quantum * bands[band].cheap
        theirs = sum(queue.bands[b].quantum * bands[b].dear for b in others)
        yield round_robin_server(whole, own, own + theirs)
        yield round_robin_packet_server(whole, own, theirs, bands[band].largest, sum(bands[b].largest for b in others))


def _guaranteed_server(queue: Queue, band: int, bands: Mapping[int, BandTraffic]) -> Server:
    """The guaranteed rate of an htb band: what keeps to its guarantee goes before what is borrowed. It waits for one
    packet in service, for what other bands send within their guarantees unless they have less priority, and for its own
    tokens."""
    if not (queue.fifo(band) or bands[band].single):
        return Server(0.0, 0.0)
    own, full = queue.bands[band], queue.layer.max_frame_cost
    rivals = [b for b in bands if b != band and queue.bands[b].priority <= own.priority]
    burst = sum(full * (1 + len(queue.bands) * queue.bands[b].guarantee / queue.rate) + bands[b].largest
                for b in rivals)
    in_service = max((traffic.largest for b, traffic in bands.items() if b != band), default=0)
    rest = strict_server(queue.rate, burst, sum(queue.bands[b].guarantee for b in rivals), in_service)
    return rest.then(Server(own.guarantee, serialization(bands[band].largest, own.guarantee)))


def _service_curve_server(queue: Queue, band: int, bands: Mapping[int, BandTraffic]) -> Server:
    """The lasting rate of hfsc's service curve, whose deadlines are missed by no more than one packet of another band:
    what a band was lent does not count against it. Of a fair queue it takes a packet while it still sends another."""
    if not (queue.fifo(band) or bands[band].single):
        return Server(0.0, 0.0)
    guarantee = queue.bands[band].guarantee
    other = max((traffic.largest for b, traffic in bands.items() if b != band), default=0)
    taken = 0.0 if queue.fifo(band) else serialization(bands[band].largest, guarantee)
    return Server(guarantee, serialization(other, queue.rate) + taken)


def _service_curve_delay(queue: Queue, band: int, bands: Mapping[int, BandTraffic], burst: float) -> float | None:
    """The delay under hfsc's service curve: no packet misses its deadline by more than one packet of another band."""
    own, traffic = queue.bands[band], bands[band]
    other = max((traffic.largest for b, traffic in bands.items() if b != band), default=0)
    if not (queue.fifo(band) or traffic.single):
        return None
    late = serialization(other, queue.rate)
    if own.delay and own.burst * 8 * NS_PER_S > own.guarantee * own.delay:
        beyond = max(0.0, burst - own.burst)
        return late + own.delay * min(1.0, burst / own.burst) + serialization(beyond, own.guarantee)
    return late + serialization(burst, own.guarantee)
