"""Upper bounds of what arrives at each queue in any time, by the medium over which it arrives.

Packets that waited arrive closer together than they were sent. But those of one medium still arrive one after the
other, so that together they are bounded twice: by what was sent, and by the rate of that medium (grouping; Grieu 2004).
Where a wait has no bound, the length of its queue still limits how many packets it can release at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import NamedTuple

from twin.core.units import NS_PER_S
from twin.model import Impairments
from twin.predict.load.packet_streams import Point, Stream
from twin.predict.load.queue_crossings import Crossings
from twin.predict.load.queues import Queue
from twin.predict.theory.network_calculus import Group, RandomGroup

Key = tuple[Point, int]
"""One band of one queue."""
Groups = tuple[Group | RandomGroup, ...]
UNDER_WAY = 2
"""Packets that have left a queue and not arrived at the next: one in service, one that has just passed."""


RANDOM = "random"
"""The aggregate of all streams that arrive at random."""


@dataclass(slots=True)
class Aggregate:
    """Sum of the streams that arrive over one medium, or of all random ones. burst: bytes; rate: bit/s; largest: bytes
    of an arrival; peak_rate: of the medium before, bit/s. jitter: the longest wait of random ones so far, ns."""

    burst: float = 0.0
    rate: float = 0.0
    largest: float = 0.0
    peak_rate: float = inf
    jitter: float = 0.0
    random: bool = False

    def join(self, stream: Stream, step: Step, arriving: Arriving) -> None:
        """Add a stream. Random ones together are random, too (Poisson), and each is no later than the latest."""
        burst, rate = arriving.burst * step.cost, stream.highest_rate * arriving.copies * step.cost * 8
        if self.random:
            self.largest = max(self.largest, stream.batch * arriving.copies * step.cost)
            self.jitter, self.burst = max(self.jitter, arriving.jitter), self.burst + burst
        else:
            self.burst += burst + _within(rate, arriving.jitter)
            self.peak_rate = max(self.peak_rate, step.peak_rate) if self.largest else step.peak_rate
            self.largest = max(self.largest, step.cost)
        self.rate += rate

    def group(self, chance: float) -> Group | RandomGroup:
        """Their common bound. chance: of more random arrivals."""
        if self.random:
            return RandomGroup(self.rate, self.largest, self.jitter, self.burst, chance)
        return Group(self.burst, self.rate, self.largest, self.peak_rate)


PLAIN = 0.0, 1
"""What a medium without impairments does."""


class Step(NamedTuple):
    """A stream at one of its queues. cost: wire bytes of its largest packet there; service: the longest service time of
    its smallest, ns; counts: whether it is among the streams that load the queue; peak_rate: of its packets back to
    back on the medium before, bit/s at this queue; capacity: how many of them fit into the queue; beside: the same at
    the queues of a radio cell that wait for it; spread: by how much the medium behind it delays one packet longer
    than another, ns; copies: of each packet behind it, at the most."""

    key: Key
    cost: float
    service: float
    counts: bool
    peak_rate: float
    capacity: float
    beside: tuple[Step, ...] = ()
    spread: float = 0.0
    copies: int = 1


def steps(crossings: Crossings) -> tuple[tuple[Step, ...], ...]:
    """The steps of all streams."""
    present = {point: frozenset(indices) for point, indices in crossings.at.items()}
    rows = []
    for index, stream in enumerate(crossings.streams):
        row, before = [], None
        for point, hop in zip(stream.points, stream.hops, strict=False):
            passage, impaired = crossings.passages[point][index], hop in crossings.impaired
            spread, copies = _behind(crossings.impaired[hop]) if impaired else PLAIN
            queue = crossings.queues[point]
            step = Step((point, passage.band), passage.size, passage.longest, index in present[point],
                        _peak_rate(before, queue, stream), passage.capacity, spread=spread, copies=copies)
            row.append(step._replace(beside=tuple(
                step._replace(key=(other, band), cost=time / 8, peak_rate=inf)
                for other, band, time in crossings.beside.get((point, index), ()))))
            before = None if impaired else queue
        rows.append(tuple(row))
    return tuple(rows)


def _peak_rate(before: Queue | None, queue: Queue, stream: Stream) -> float:
    """Of a stream's packets back to back on the medium before, whatever their size, bit/s at this queue."""
    gaps = [(frame, before.gap(stream, frame)) for frame in stream.frames] if before else []
    return max((queue.size(stream, frame) * 8 * NS_PER_S / gap if gap else inf for frame, gap in gaps), default=inf)


def _behind(given: Impairments) -> tuple[float, int]:
    """By how much a medium delays one packet longer than another, and the copies that arrive of one."""
    return given.delay_range, 2 if given.duplicate else 1


class Arriving(NamedTuple):
    """A stream before a queue: packets at once beside its rate, the longest wait so far, ns, and how often each packet
    arrives at the most."""

    burst: float
    jitter: float
    copies: int = 1


class Arrivals:
    """What arrives at each band of each queue, given the longest sojourn in those before. It is updated as these
    change, where that makes a difference."""

    def __init__(self, crossings: Crossings) -> None:
        self._streams, self._steps, self._chance = crossings.streams, steps(crossings), crossings.chance
        self._crossing: dict[Key, list[tuple[int, int, Step]]] = {}
        for index, path in enumerate(self._steps):
            for place, passed in enumerate(path):
                for step in (passed, *passed.beside):
                    self._crossing.setdefault(step.key, []).append((index, place, step))
        self._arriving: list[tuple[Arriving, ...]] = [()] * len(self._steps)
        self.groups: dict[Key, Groups] = {}

    def update(self, sojourns: Mapping[Key, float], changed: Iterable[Key]) -> set[Key]:
        """Take over the sojourns, ns, of which some have `changed`: which arrivals have, too."""
        reached: set[Key] = set()
        for index in {index for key in changed for index, *_ in self._crossing[key]}:
            before, path = self._arriving[index], self._steps[index]
            self._arriving[index] = after = _along(self._streams[index], path, sojourns)
            reached.update(step.key for place, passed in enumerate(path) for step in (passed, *passed.beside)
                           if before[place:place + 1] != (after[place],))
        self.groups |= {key: self._groups(key) for key in reached}
        return reached

    def _groups(self, key: Key) -> Groups:
        """All that arrives there, by the medium over which it does."""
        aggregates: dict[object, Aggregate] = {}
        for index, place, step in self._crossing[key]:
            stream = self._streams[index]
            if step.counts:
                random = stream.batch > 0
                name = RANDOM if random else self._steps[index][place - 1].key[0] if place else index
                aggregate = aggregates.get(name) or aggregates.setdefault(name, Aggregate(random=random))
                aggregate.join(stream, step, self._arriving[index][place])
        return tuple(aggregate.group(self._chance) for aggregate in aggregates.values())


def _along(stream: Stream, path: Sequence[Step], sojourns: Mapping[Key, float]) -> tuple[Arriving, ...]:
    """A stream before each of its queues."""
    most, jitter, burst, copies = stream.highest_rate, 0.0, 0.0 if stream.batch else stream.burst, 1
    row = []
    for step in path:
        row.append(Arriving(burst, jitter, copies))
        sojourn = sojourns[step.key]
        if sojourn == inf:
            burst, jitter = burst + _within(most, jitter) * 8 + step.capacity + UNDER_WAY, 0.0
        elif sojourn > step.service:
            jitter += sojourn - step.service
        jitter += step.spread
        most, burst, copies = most * step.copies, burst * step.copies, copies * step.copies
    return tuple(row)


def _within(rate: float, time: float) -> float:
    """Bytes that arrive at `rate` within `time`; none within none, whatever the rate."""
    return rate * time / (8 * NS_PER_S) if time else 0.0
