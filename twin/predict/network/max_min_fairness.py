"""How streams share queues in the long run: max-min fairness, class by class, connection by connection.

Packets are a fluid here. Strict bands take first; the others share what is left by weight, and what one does not use
goes to the rest; with htb each has its own rate before that. In a band with fair queueing connections share alike, or
subscribers; in a plain fifo, and among the streams of one subscriber, constant-rate streams take what they send, and
TCP shares the remainder. A stream gets the least that one of its queues can give it; that is found by going round the
queues until nothing changes (Bertsekas and Gallager 1992, 6.5.2).

TCP acknowledges every second packet, but each one after a loss and at first. Where the way back has no room for that
(an asymmetric line: RFC 3449), what comes through lies between the two.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import inf
from typing import NamedTuple

from twin.model import Scheduling
from twin.predict.network.packet_streams import Point, Stream
from twin.predict.network.queue_crossings import Crossings
from twin.predict.network.queues import Queue

ROUNDS = 50
"""Rounds after which shares that still move are taken as they are; trees settle within a few."""
SETTLED = 1e-9


def level(capacity: float, demands: Sequence[float], weights: Sequence[float]) -> float:
    """The share of one unit of weight when `capacity` is too little for all demands (water filling)."""
    left, weight = capacity, sum(weights)
    for demand, own in sorted(zip(demands, weights, strict=True), key=lambda pair: pair[0] / pair[1]):
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


class Held(NamedTuple):
    """Packets per second of TCP that is held back by its acknowledgements: where each packet needs one, and where every
    second one does."""

    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Paces:
    """Packets per second that each stream brings through where those who load pages never ask, and never pause. held:
    the streams that are held back; they count as those who load pages do."""

    calm: tuple[float, ...]
    eager: tuple[float, ...]
    held: Mapping[int, Held] = field(default_factory=dict)


def settle(crossings: Crossings) -> Paces:
    """Both ends of what pages can do to the streams, and of what acknowledgements can."""
    eager = paces(crossings, pages=True)
    least = dict(_held(crossings, eager))
    if not least and not any(stream.pauses for stream in crossings.streams):
        return Paces(eager, eager)
    calm = paces(crossings, pages=False)
    if not least:
        return Paces(calm, eager)
    held = {index: Held(one, calm[index]) for index, one in least.items()}
    loose = tuple(replace(s, pauses=s.pauses or k in held) for k, s in enumerate(crossings.streams))
    return Paces(paces(replace(crossings, streams=loose), pages=False), eager, held)


def _held(crossings: Crossings, eager: Sequence[float]) -> Iterator[tuple[int, float]]:
    """The TCP streams whose way back has no room for an acknowledgement of each packet, and for how many it has."""
    streams = crossings.streams
    answering = {k: s.follows for k, s in enumerate(streams) if s.follows is not None and not streams[s.follows].pauses}
    room = dict.fromkeys(answering, inf)
    for point in dict.fromkeys(point for k in answering for point in streams[k].points):
        queue, members = crossings.queues[point], crossings.at[point]
        demands = [eager[answering.get(m, m)] * queue.cost(streams[m]) for m in members]
        for m, share in zip(members, divide(queue, [streams[m] for m in members], demands), strict=True):
            if m in answering:
                room[m] = min(room[m], share / queue.cost(streams[m]))
    for k, index in answering.items():
        if room[k] < (1 - SETTLED) * eager[index]:
            yield index, room[k]


def paces(crossings: Crossings, pages: bool) -> tuple[float, ...]:
    """Packets per second that each stream brings through; pages: whether those who load pages never pause."""
    streams = crossings.streams
    offered = [dict.fromkeys(stream.points, inf) for stream in streams]
    through = [inf if stream.points else 0.0 for stream in streams]
    each = {point: [crossings.queues[point].cost(streams[m]) for m in members]
            for point, members in crossings.at.items()}
    asked: dict[Point, list[float]] = {}
    for _ in range(ROUNDS):
        before = tuple(through)
        for point, members in crossings.at.items():
            costs = each[point]
            demands = [min(wanted(streams[m], through, pages), _elsewhere(offered[m], point)) * cost
                       for m, cost in zip(members, costs, strict=True)]
            if demands == asked.get(point):
                continue
            asked[point] = demands
            shares = divide(crossings.queues[point], [streams[m] for m in members], demands)
            for m, cost, share in zip(members, costs, shares, strict=True):
                offered[m][point] = share / cost
                through[m] = min(wanted(streams[m], through, pages), *offered[m].values())
        if inf not in before and all(abs(a - b) <= SETTLED * b for a, b in zip(through, before, strict=True)):
            break
    return tuple(through)


def _elsewhere(offered: dict[Point, float], point: Point) -> float:
    """The least that the other queues of a stream offer it."""
    here, offered[point] = offered[point], inf
    least = min(offered.values())
    offered[point] = here
    return least


def wanted(stream: Stream, through: Sequence[float], pages: bool) -> float:
    """Packets per second that a stream would send if nothing held it back."""
    if stream.pauses and not pages:
        return 0.0
    if stream.follows is not None:
        return through[stream.follows] * stream.ratio
    return inf if stream.pace is None else stream.pace


def _between_bands(queue: Queue, asked: Mapping[int, float]) -> dict[int, float]:
    """What each band gets, bit/s, under the queue's policy."""
    match queue.kind:
        case Scheduling.HTB:
            return _borrowed(queue, asked)
        case Scheduling.STRICT | Scheduling.DRR | Scheduling.HFSC | Scheduling.NONE:
            return _by_weight(queue, asked)


def divide(queue: Queue, streams: Sequence[Stream], demands: Sequence[float]) -> list[float]:
    """What a queue offers each of the streams that ask for `demands`, bit/s."""
    bands = [queue.band(stream.service_class) for stream in streams]
    present = sorted(set(bands))
    asked = {band: sum(d for d, b in zip(demands, bands, strict=True) if b == band) for band in present}
    given = _between_bands(queue, asked)
    result = [0.0] * len(streams)
    for band in present:
        members = [k for k, b in enumerate(bands) if b == band]
        shares = _in_band(queue, given[band], [streams[k] for k in members], [demands[k] for k in members])
        for k, share in zip(members, shares, strict=True):
            result[k] = share
    return result


def _by_weight(queue: Queue, asked: Mapping[int, float]) -> dict[int, float]:
    """What each band could have: strict ones what those before leave, the others their parts of the rest."""
    given: dict[int, float] = {}
    left = float(queue.rate)
    for band in (b for b in asked if queue.strict(b)):
        given[band] = left
        left -= min(left, asked[band])
    rest = [band for band in asked if band not in given]
    weights = [queue.bands[band].quantum or 1 if queue.bands else 1 for band in rest]
    return given | dict(zip(rest, offers(left, [asked[band] for band in rest], weights), strict=True))


def _borrowed(queue: Queue, asked: Mapping[int, float]) -> dict[int, float]:
    """What each band could have: its own rate, and by priority and quantum what all own rates leave, to its ceiling."""
    most = {b: min(float(queue.bands[b].ceiling or queue.rate), float(queue.rate)) for b in asked}
    own = {b: min(asked[b], queue.bands[b].guarantee) for b in asked}
    left, given = max(0.0, queue.rate - sum(own.values())), {}
    for priority in sorted({queue.bands[b].priority for b in asked}):
        turn = [b for b in asked if queue.bands[b].priority == priority]
        more = [max(0.0, min(asked[b], most[b]) - own[b]) for b in turn]
        for band, offer in zip(turn, offers(left, more, [queue.bands[b].quantum for b in turn]), strict=True):
            given[band] = min(most[band], max(own[band] + offer, float(queue.bands[band].guarantee)))
        left = max(0.0, left - sum(more))
    return given


def _in_band(queue: Queue, capacity: float, streams: Sequence[Stream], demands: Sequence[float]) -> list[float]:
    """What those get who wait in one band: each connection in a line of its own, each subscriber, or all in one."""
    lines = [queue.line(stream) for stream in streams]
    if None in lines:
        return offers(capacity, demands, [float(stream.connections) for stream in streams])
    owned: dict[str, list[int]] = {}
    for k, line in enumerate(lines):
        owned.setdefault(line or "", []).append(k)
    owners = sorted(owned)
    asked = [sum(demands[k] for k in owned[owner]) for owner in owners]
    result = [0.0] * len(streams)
    for owner, share in zip(owners, offers(capacity, asked, [1.0] * len(owners)), strict=True):
        mine = owned[owner]
        found = _in_line(share, [streams[k] for k in mine], [demands[k] for k in mine])
        for k, offer in zip(mine, found, strict=True):
            result[k] = offer
    return result


def _in_line(capacity: float, streams: Sequence[Stream], demands: Sequence[float]) -> list[float]:
    """What those get who wait in one line."""
    stubborn = sum(d for d, s in zip(demands, streams, strict=True) if s.pace is not None)
    if stubborn >= capacity:
        return [d * capacity / stubborn if s.pace is not None else 0.0 for d, s in zip(demands, streams, strict=True)]
    yielding = [k for k, stream in enumerate(streams) if stream.pace is None]
    shares = offers(capacity - stubborn, [demands[k] for k in yielding],
                    [float(streams[k].connections) for k in yielding])
    spare = max(0.0, capacity - sum(demands))
    result = [demand + spare for demand in demands]
    for k, share in zip(yielding, shares, strict=True):
        result[k] = share
    return result
