"""How streams share queues in the long run: max-min fairness, class by class, connection by connection.

Packets are a fluid here. Strict bands are served first; the others share the rest by weight, and what one does not use
goes to the others; htb and hfsc in `class_hierarchy`. In a band with fair queueing, connections or subscribers get
equal shares; in a plain FIFO, and among the streams of one subscriber, constant-rate streams get what they send, and
TCP shares the remainder. A stream gets the least that one of its queues can give it; this is iterated over the queues
until nothing changes (Bertsekas and Gallager 1992, 6.5.2).

TCP acknowledges every second packet, but each one after a loss and at first. Where the path back cannot carry that (an
asymmetric line: RFC 3449), throughput lies between the two.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import inf
from typing import NamedTuple

from twin.core.progress import begun
from twin.model import Scheduling
from twin.predict.load.class_hierarchy import hfsc_shares, hierarchy_offers, htb_shares
from twin.predict.load.packet_streams import Point, Stream
from twin.predict.load.queue_crossings import Crossings
from twin.predict.load.queues import Passage, Queue

ROUNDS = 50
"""Rounds after which shares that still change are taken as they are; trees converge within a few."""
SETTLED = 1e-9


def level(capacity: float, demands: Sequence[float], weights: Sequence[float]) -> float:
    """The share of one unit of weight when `capacity` is too little for all demands (water filling).

    The largest demand always goes short, also where all that is missing is the rounding of their sum.
    """
    left, weight = capacity, sum(weights)
    for demand, own in sorted(zip(demands, weights, strict=True), key=lambda pair: pair[0] / pair[1])[:-1]:
        if demand * weight >= left * own:
            break
        left -= demand
        weight -= own
    return left / weight


def offers(capacity: float, demands: Sequence[float], weights: Sequence[float]) -> list[float]:
    """What each could have if it asked: its share where somebody goes short, else its demand and all that is spare."""
    spare = capacity - sum(demands)
    if spare >= 0:
        return [demand + spare for demand in demands]
    share = level(capacity, demands, weights)
    return [weight * share for weight in weights]


class AckLimited(NamedTuple):
    """Packets per second of TCP that is limited by its acknowledgements: with one for each packet, and with one for
    every second packet."""

    least: float
    most: float


class Shares(NamedTuple):
    """Packets per second of each stream that get through all of its queues; and at each queue, of each of its streams,
    those that get through this far."""

    through: tuple[float, ...]
    at: Mapping[Point, tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class Throughputs:
    """Packets per second that each stream gets through while request-response flows think, and while they are
    saturated: they never pause. ack_limited: the streams that are limited by acknowledgements; they vary as pages do.
    """

    thinking: Shares
    saturated: Shares
    ack_limited: Mapping[int, AckLimited] = field(default_factory=dict)


def settle(crossings: Crossings) -> Throughputs:
    """Both extremes of what pages can do to the streams, and of what acknowledgements can."""
    saturated = max_min_shares(crossings, pages=True)
    least = dict(_ack_limits(crossings, saturated.through))
    if not least and not any(stream.pauses for stream in crossings.streams):
        return Throughputs(saturated, saturated)
    thinking = max_min_shares(crossings, pages=False)
    if not least:
        return Throughputs(thinking, saturated)
    limited = {index: AckLimited(rate, thinking.through[index]) for index, rate in least.items()}
    loose = tuple(replace(s, pauses=s.pauses or k in limited) for k, s in enumerate(crossings.streams))
    return Throughputs(max_min_shares(replace(crossings, streams=loose), pages=False), saturated, limited)


def _ack_limits(crossings: Crossings, rates: Sequence[float]) -> Iterator[tuple[int, float]]:
    """The TCP streams whose path back cannot carry an acknowledgement of each packet, and how many it carries."""
    streams = crossings.streams
    answering = {k: s.follows for k, s in enumerate(streams) if s.follows is not None and not streams[s.follows].pauses}
    limits = dict.fromkeys(answering, inf)
    for point in dict.fromkeys(point for k in answering for point in streams[k].points):
        queue, members, passages = crossings.queues[point], crossings.at[point], crossings.passages[point]
        demands = [rates[answering.get(m, m)] * passages[m].cost for m in members]
        shares = divide(queue, [streams[m] for m in members], [passages[m] for m in members], demands)
        for m, share in zip(members, shares, strict=True):
            if m in answering:
                limits[m] = min(limits[m], share / passages[m].cost)
    for k, index in answering.items():
        if limits[k] < (1 - SETTLED) * rates[index]:
            yield index, limits[k]


def max_min_shares(crossings: Crossings, pages: bool) -> Shares:
    """What each stream gets. pages: whether request-response flows are saturated."""
    streams = crossings.streams
    offered = [dict.fromkeys(_stages(crossings, stream), inf) for stream in streams]
    begun("share rates between flows")
    through = [inf if stream.points else 0.0 for stream in streams]
    known: dict[Point, list[float]] = {}
    affected, points = _affected(streams, offered), {**crossings.at, **crossings.policed}
    stale = set(points)
    for _ in range(ROUNDS):
        before = tuple(through)
        for point, members in points.items():
            if point not in stale:
                continue
            stale.remove(point)
            demands = [min(wanted(streams[m], through, pages), _elsewhere(streams[m], offered[m], point))
                       for m in members]
            if demands == known.get(point):
                continue
            known[point] = demands
            for m, offer in zip(members, _offers(crossings, point, demands), strict=True):
                if offer != offered[m][point]:
                    stale.update(affected[m])
                offered[m][point] = offer
                through[m] = min(wanted(streams[m], through, pages), *offered[m].values())
        if inf not in before and all(abs(a - b) <= SETTLED * b for a, b in zip(through, before, strict=True)):
            break
    return Shares(tuple(through), {
        point: tuple(_this_far(streams[m], through[m], wanted(streams[m], through, pages), offered[m], point)
                     for m in members) for point, members in crossings.at.items()})


def _affected(streams: Sequence[Stream], stages: Sequence[Iterable[Point]]) -> list[set[Point]]:
    """For each stream, where demands change with what it is offered: at its own stages and those of its answers."""
    affected = [set(points) for points in stages]
    for stream, points in zip(streams, stages, strict=True):
        if stream.follows is not None:
            affected[stream.follows].update(points)
    return affected


def _this_far(stream: Stream, through: float, sent: float, offered: dict[Point, float], point: Point) -> float:
    """Packets per second of a stream that get through a queue, though later ones may drop some."""
    return through if stream.greedy else min(sent, _elsewhere(stream, offered, point), offered[point])


def _stages(crossings: Crossings, stream: Stream) -> tuple[Point, ...]:
    """The queues of a stream, and its policer where it enters the network."""
    policer = crossings.policer_of(stream)
    if policer is None:
        return stream.points
    entered = stream.points.index(stream.entry) + 1
    return (*stream.points[:entered], policer, *stream.points[entered:])


def _offers(crossings: Crossings, point: Point, demands: Sequence[float]) -> list[float]:
    """What a queue or policer offers each of its streams, packets/s."""
    if point in crossings.policed:
        return crossings.policers[point].offers([crossings.streams[m] for m in crossings.policed[point]], demands)
    members = crossings.at[point]
    streams, passages = [crossings.streams[m] for m in members], [crossings.passages[point][m] for m in members]
    shares = divide(crossings.queues[point], streams, passages,
                    [demand * passage.cost for demand, passage in zip(demands, passages, strict=True)])
    return [share / passage.cost for share, passage in zip(shares, passages, strict=True)]


def _elsewhere(stream: Stream, offered: dict[Point, float], point: Point) -> float:
    """The least that other queues offer a stream: all of them, if it is TCP; else those before this one, as it is sent
    whatever happens to it later."""
    least, everywhere = inf, stream.greedy
    for other, offer in offered.items():
        if other != point:
            least = min(least, offer)
        elif not everywhere:
            break
    return least


def wanted(stream: Stream, through: Sequence[float], pages: bool) -> float:
    """Packets per second that a stream would send if nothing limited it."""
    if stream.pauses and not pages:
        return 0.0
    if stream.follows is not None:
        return through[stream.follows] * stream.ratio
    return inf if stream.packet_rate is None else stream.packet_rate


def _between_bands(queue: Queue, demands: Mapping[int, float]) -> dict[int, float]:
    """What each band gets, bit/s, under the queue's policy."""
    match queue.kind:
        case Scheduling.HTB:
            return hierarchy_offers(queue, demands, htb_shares)
        case Scheduling.HFSC:
            return hierarchy_offers(queue, demands, hfsc_shares)
        case Scheduling.STRICT | Scheduling.DRR | Scheduling.NONE:
            return _weighted_shares(queue, demands)


def divide(
    queue: Queue, streams: Sequence[Stream], passages: Sequence[Passage], demands: Sequence[float]
) -> list[float]:
    """What a queue offers each of the streams with `demands`, bit/s."""
    bands = [passage.band for passage in passages]
    present = sorted(set(bands))
    by_band = {band: sum(d for d, b in zip(demands, bands, strict=True) if b == band) for band in present}
    given = _between_bands(queue, by_band)
    result = [0.0] * len(streams)
    for band in present:
        members = [k for k, b in enumerate(bands) if b == band]
        shares = _in_band(given[band], [streams[k] for k in members], [passages[k].fifo_key for k in members],
                          [demands[k] for k in members])
        for k, share in zip(members, shares, strict=True):
            result[k] = share
    return result


def _weighted_shares(queue: Queue, demands: Mapping[int, float]) -> dict[int, float]:
    """What each band could have: strict ones what those before leave, the others their parts of the rest."""
    given: dict[int, float] = {}
    left = float(queue.rate)
    for band in (b for b in demands if queue.strict(b)):
        given[band] = left
        left -= min(left, demands[band])
    rest = [band for band in demands if band not in given]
    weights = [queue.bands[band].quantum or 1 if queue.bands else 1 for band in rest]
    return given | dict(zip(rest, offers(left, [demands[band] for band in rest], weights), strict=True))


def _in_band(
    capacity: float, streams: Sequence[Stream], keys: Sequence[str | None], demands: Sequence[float]
) -> list[float]:
    """What the streams of one band get: per connection, per subscriber, or in one FIFO. keys: of their FIFOs."""
    if None in keys:
        return offers(capacity, demands, [float(stream.connections) for stream in streams])
    fifos: dict[str, list[int]] = {}
    for k, key in enumerate(keys):
        fifos.setdefault(key or "", []).append(k)
    ordered = sorted(fifos)
    wanted_by = [sum(demands[k] for k in fifos[key]) for key in ordered]
    result = [0.0] * len(streams)
    for key, share in zip(ordered, offers(capacity, wanted_by, [1.0] * len(ordered)), strict=True):
        members = fifos[key]
        shares = _in_fifo(share, [streams[k] for k in members], [demands[k] for k in members])
        for k, offer in zip(members, shares, strict=True):
            result[k] = offer
    return result


def _in_fifo(capacity: float, streams: Sequence[Stream], demands: Sequence[float]) -> list[float]:
    """What the streams of one FIFO get."""
    constant = sum(d for d, s in zip(demands, streams, strict=True) if s.packet_rate is not None)
    if constant >= capacity:
        return [d * capacity / constant if s.packet_rate is not None else 0.0
                for d, s in zip(demands, streams, strict=True)]
    elastic = [k for k, stream in enumerate(streams) if stream.packet_rate is None]
    shares = offers(capacity - constant, [demands[k] for k in elastic],
                    [float(streams[k].connections) for k in elastic])
    spare = max(0.0, capacity - sum(demands))
    result = [demand + spare for demand in demands]
    for k, share in zip(elastic, shares, strict=True):
        result[k] = share
    return result
