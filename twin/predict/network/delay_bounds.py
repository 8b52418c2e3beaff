"""The longest stay of a packet in each queue, by network calculus.

Queue by queue: what one leaves is burstier than what it took in by the time a packet may have waited, and meets the
next so (total flow analysis), though no faster than the medium between lets it (`arrivals`). Round a ring that is a
circle of dependences, solved by repetition from below; where it does not settle, nothing is bounded. Where
more may come to a queue than it holds, its length is the bound of what is not lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import NamedTuple

from twin.core.units import NS_PER_S
from twin.model import Scheduling
from twin.plan.blueprint import full_packets
from twin.predict.network.arrival_curves import Key, arrivals, steps
from twin.predict.network.packet_streams import Point, Stream
from twin.predict.network.queue_crossings import Crossings
from twin.predict.network.queues import Queue
from twin.predict.theory.network_calculus import (
    Group,
    Server,
    round_robin_server,
    strict_server,
    together,
    turns_server,
)
from twin.predict.theory.queueing import serialization

ROUNDS = 200
SETTLED = 1.0
"""ns by which a bound may still move when all count as settled."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """The streams of one band of one queue. rate: what they send together, bit/s at the queue's layer (inf with TCP).

    largest, smallest: of its packets, bytes of the rate. dear, cheap: bytes of the rate for a byte that the queue
    counts, at the most and at the least: one for one, save on the air. single: there is one stream only.
    """

    rate: float
    largest: float
    smallest: float
    dear: float
    cheap: float
    single: bool


class Stay(NamedTuple):
    """How long a packet stays in a queue at the most, own transmission included, ns (inf: no bound); and whether every
    packet finds room there."""

    longest: float
    room: bool


def longest(crossings: Crossings) -> dict[Key, Stay]:
    """The longest stay in each band of each queue."""
    crowds = {point: _crowds(crossings, point) for point in crossings.at}
    keys = [(point, band) for point, row in crowds.items() for band in row]
    stays, ways = dict.fromkeys(keys, Stay(0.0, True)), steps(crossings)
    known: dict[Key, tuple[Group, ...]] = {}
    for _ in range(ROUNDS):
        coming = arrivals(crossings.streams, ways, {key: stay.longest for key, stay in stays.items()})
        found = dict(stays)
        for point, row in crowds.items():
            own = {band: coming[point, band] for band in row}
            if any(known.get((point, band)) != groups for band, groups in own.items()):
                found |= {(point, band): _stay(crossings.queues[point], band, row, own) for band in row}
        known = coming
        if all(_alike(found[key].longest, stays[key].longest) for key in keys):
            return found
        stays = found
    return dict.fromkeys(keys, Stay(inf, False))


def _alike(one: float, other: float) -> bool:
    return one == other or abs(one - other) <= SETTLED


def _crowds(crossings: Crossings, point: Point) -> dict[int, Crowd]:
    queue = crossings.queues[point]
    present: dict[int, list[Stream]] = {}
    for index in crossings.at[point]:
        stream = crossings.streams[index]
        present.setdefault(queue.band(stream.service_class), []).append(stream)
    return {band: _crowd(queue, streams) for band, streams in present.items()}


def _crowd(queue: Queue, streams: Sequence[Stream]) -> Crowd:
    costs = [queue.size(stream) for stream in streams]
    ratios = [cost / queue.layer.cost(stream.frame) for cost, stream in zip(costs, streams, strict=True)]
    rate = sum(s.most * cost * 8 for s, cost in zip(streams, costs, strict=True))
    return Crowd(rate, max(costs), min(costs), max(ratios), min(ratios), len(streams) == 1)


def _stay(queue: Queue, band: int, crowds: Mapping[int, Crowd], coming: Mapping[int, tuple[Group, ...]]) -> Stay:
    """The least of what network calculus and the length of the queue allow; contention for the air allows nothing."""
    if queue.cell is not None and not queue.alone:
        return Stay(inf, False)
    crowd, (least, most) = crowds[band], _length(queue, band, crowds[band])
    if queue.kind is Scheduling.HFSC:
        burst = sum(group.once for group in coming[band])
        stay = _curved(queue, band, crowds, burst)
        return Stay(inf, False) if stay is None else Stay(stay, burst <= least)
    full = most + crowd.largest if queue.fifo(band) or crowd.single else inf
    curve, best, room = together(coming[band]), inf, False
    for server in _servers(queue, band, crowds, coming):
        stay, longest = curve.delay(server), server.delay(full, 0.0)
        best = min(one for one in (best, stay, longest) if one is not None)
        waiting = curve.backlog(server)
        room |= waiting is not None and waiting <= least
    return Stay(best, room)


def _length(queue: Queue, band: int, crowd: Crowd) -> tuple[float, float]:
    """What finds room in a queue whatever comes, and what it holds at the most: bytes of the rate."""
    if not queue.bands:
        return inf, inf
    limit, full = queue.bands[band].limit, queue.layer.max_frame_cost
    if queue.fifo(band):
        return limit * crowd.cheap, limit * crowd.dear
    packets = full_packets(limit, full)
    return packets * crowd.smallest, packets * full * crowd.dear


def _servers(
    queue: Queue, band: int, crowds: Mapping[int, Crowd], coming: Mapping[int, tuple[Group, ...]]
) -> Iterator[Server]:
    """What a band gets of its queue's rate, given the other bands: each is sure."""
    if queue.kind is Scheduling.HTB:
        yield _own(queue, band, crowds)
        return
    strict = queue.strict(band)
    higher = together(group for b in crowds if queue.strict(b) and (b < band or not strict) for group in coming[b])
    lower = max((crowd.largest for b, crowd in crowds.items() if b > band), default=0) if strict else 0
    for burst, rate in higher.lines:
        if rate < queue.rate:
            left = strict_server(queue.rate, burst, rate, lower)
            yield from (left,) if strict else _by_turns(queue, band, crowds, left)


def _by_turns(queue: Queue, band: int, crowds: Mapping[int, Crowd], whole: Server) -> Iterator[Server]:
    """What a band gets of what the strict ones leave."""
    others = [b for b in crowds if b != band and not queue.strict(b)]
    if not others:
        yield whole
    elif queue.fifo(band) or crowds[band].single:
        own = queue.bands[band].quantum * crowds[band].cheap
        theirs = sum(queue.bands[b].quantum * crowds[b].dear for b in others)
        yield round_robin_server(whole, own, own + theirs)
        yield turns_server(whole, own, theirs, crowds[band].largest, sum(crowds[b].largest for b in others))


def _own(queue: Queue, band: int, crowds: Mapping[int, Crowd]) -> Server:
    """The rate of a band of htb whose turn is first: one packet of another and its own tokens may come before."""
    if not queue.first(band) or not (queue.fifo(band) or crowds[band].single):
        return Server(0.0, 0.0)
    other = max((crowd.largest for b, crowd in crowds.items() if b != band), default=0)
    rate = queue.bands[band].guarantee
    return Server(rate, serialization(other, queue.rate) + serialization(crowds[band].largest, rate))


def _curved(queue: Queue, band: int, crowds: Mapping[int, Crowd], burst: float) -> float | None:
    """The stay under a service curve: no packet is later than its deadline by more than one packet of another."""
    own, crowd = queue.bands[band], crowds[band]
    other = max((c.largest for b, c in crowds.items() if b != band), default=0)
    if max(crowd.rate, burst) == inf or crowd.rate > own.guarantee or not (queue.fifo(band) or crowd.single):
        return None
    late = serialization(other, queue.rate)
    if own.delay and own.burst * 8 * NS_PER_S > own.guarantee * own.delay:
        beyond = max(0.0, burst - own.burst)
        return late + own.delay * min(1.0, burst / own.burst) + serialization(beyond, own.guarantee)
    return late + serialization(burst, own.guarantee)
