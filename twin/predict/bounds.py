"""The longest stay of a packet in each queue, by network calculus.

Queue by queue: what one leaves is burstier than what it took in by the time a packet may have waited, and meets the
next so (total flow analysis). Round a ring that is a circle of dependences, solved by repetition from below; where it
does not settle, nothing is bounded. Where TCP shares a plain fifo, its length is the bound.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import inf

from twin.model import Scheduling
from twin.predict.calculus import Server, round_robin_server, strict_server
from twin.predict.crossings import Crossings, Point, Queue, Stream
from twin.predict.queueing import serialization
from twin.units import NS_PER_S

Key = tuple[Point, int]
"""One band of one queue."""

ROUNDS = 200
SETTLED = 1.0
"""ns by which a bound may still move when all count as settled."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """The streams of one band of one queue: together they send `rate` bit/s at the queue's layer (inf with TCP).

    largest: wire bytes of the largest packet. dear, cheap: wire bytes for a byte of a frame, at the most and at the
    least (queues count frames, spans what passes on the wire). single: there is one stream only.
    """

    rate: float
    largest: int
    dear: float
    cheap: float
    single: bool


def longest(crossings: Crossings) -> dict[Key, float]:
    """The longest stay in each band of each queue, own transmission included, ns; inf where there is no bound."""
    crowds = {point: _crowds(crossings, point) for point in crossings.at}
    keys = [(point, band) for point, row in crowds.items() for band in row]
    stays = dict.fromkeys(keys, 0.0)
    for _ in range(ROUNDS):
        bursts = _bursts(crossings, stays)
        found = {
            (point, band): _stay(crossings.queues[point], band, row, {b: bursts[point, b] for b in row})
            for point, row in crowds.items() for band in row
        }
        if all(found[key] == stays[key] or abs(found[key] - stays[key]) <= SETTLED for key in keys):
            return found
        stays = found
    return dict.fromkeys(keys, inf)


def _crowds(crossings: Crossings, point: Point) -> dict[int, Crowd]:
    queue = crossings.queues[point]
    present: dict[int, list[Stream]] = {}
    for index in crossings.at[point]:
        stream = crossings.streams[index]
        present.setdefault(queue.band(stream.service_class), []).append(stream)
    return {band: _crowd(queue, streams) for band, streams in present.items()}


def _crowd(queue: Queue, streams: Sequence[Stream]) -> Crowd:
    costs = [queue.layer.cost(stream.frame) for stream in streams]
    ratios = [cost / stream.frame for cost, stream in zip(costs, streams, strict=True)]
    rate = sum(_peak(s) * cost * 8 for s, cost in zip(streams, costs, strict=True))
    return Crowd(rate, max(costs), max(ratios), min(ratios), len(streams) == 1)


def _peak(stream: Stream) -> float:
    """Packets per second that a stream sends at the most."""
    if stream.peak is not None:
        return stream.peak
    return inf if stream.pace is None or stream.pauses else stream.pace


def _bursts(crossings: Crossings, stays: Mapping[Key, float]) -> dict[Key, float]:
    """Bytes that may arrive at once in each band: of each stream one packet, and what its waits before let catch up.

    Streams at random make one together: what of them comes in a moment counts once, with the longest of their waits.
    """
    bursts = dict.fromkeys(stays, 0.0)
    random: dict[tuple[Key, float], list[tuple[float, float]]] = {}
    present = {point: frozenset(indices) for point, indices in crossings.at.items()}
    for index, stream in enumerate(crossings.streams):
        late = 0.0
        for point in stream.points:
            queue = crossings.queues[point]
            key = point, queue.band(stream.service_class)
            if index in present[point]:
                rate = _peak(stream) * queue.layer.cost(stream.frame) / NS_PER_S
                once = stream.at_once * queue.layer.cost(stream.frame)
                if stream.chance:
                    random.setdefault((key, once), []).append((rate, late))
                else:
                    bursts[key] += inf if rate == inf else once + rate * late
            late += max(0.0, stays[key] - queue.service(stream))
    for (key, once), waiting in random.items():
        bursts[key] += once + sum(rate for rate, _ in waiting) * max(late for _, late in waiting)
    return bursts


def _stay(queue: Queue, band: int, crowds: Mapping[int, Crowd], bursts: Mapping[int, float]) -> float:
    """The least of what network calculus and the length of the queue allow; contention for the air allows nothing."""
    if queue.cell is not None:
        return inf
    stay = None
    if bursts[band] < inf and queue.kind is Scheduling.HFSC:
        stay = _curved(queue, band, crowds, bursts[band])
    elif bursts[band] < inf:
        stay = _server(queue, band, crowds, bursts).delay(bursts[band], crowds[band].rate)
    return min(inf if stay is None else stay, _full(queue, crowds.values()))


def _server(queue: Queue, band: int, crowds: Mapping[int, Crowd], bursts: Mapping[int, float]) -> Server:
    """What a band gets of its queue's rate, given the other bands."""
    if queue.kind is Scheduling.HTB:
        return _own(queue, band, crowds)
    strict = queue.strict(band)
    higher = [b for b in crowds if queue.strict(b) and (b < band or not strict)]
    rate, burst = sum(crowds[b].rate for b in higher), sum(bursts[b] for b in higher)
    if rate == inf or burst == inf:
        return Server(0.0, 0.0)
    if strict:
        packet = max((crowd.largest for b, crowd in crowds.items() if b > band), default=0)
        return strict_server(queue.rate, burst, rate, packet)
    whole = strict_server(queue.rate, burst, rate, 0)
    sharing = [b for b in crowds if b not in higher]
    if len(sharing) == 1:
        return whole
    if not queue.fifo(band) and not crowds[band].single:
        return Server(0.0, 0.0)
    own = queue.bands[band].quantum * crowds[band].cheap
    return round_robin_server(whole, own, own + sum(queue.bands[b].quantum * crowds[b].dear
                                                    for b in sharing if b != band))


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
    if crowd.rate > own.guarantee or not (queue.fifo(band) or crowd.single):
        return None
    late = serialization(other, queue.rate)
    if own.delay and own.burst * 8 * NS_PER_S > own.guarantee * own.delay:
        beyond = max(0.0, burst - own.burst)
        return late + own.delay * min(1.0, burst / own.burst) + serialization(beyond, own.guarantee)
    return late + serialization(burst, own.guarantee)


def _full(queue: Queue, crowds: Collection[Crowd]) -> float:
    """The stay behind a full plain fifo that all share, with one packet before it in service."""
    if len(queue.bands) != 1 or not queue.fifo(0):
        return inf
    largest = max(crowd.largest for crowd in crowds)
    return serialization(queue.bands[0].limit * max(crowd.dear for crowd in crowds) + largest, queue.rate)
