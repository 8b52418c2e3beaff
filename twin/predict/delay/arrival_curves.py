"""Upper bounds of what arrives at each queue in any time, by the medium over which it arrives.

Packets that waited arrive closer together than they were sent. But those of one medium still arrive one after the
other, so that together they are bounded twice: by what was sent, and by the rate of that medium (grouping; Grieu 2004).
Where a wait has no bound, the length of its queue still limits how many packets it can release at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import NamedTuple

from twin.core.units import NS_PER_S
from twin.predict.load.packet_streams import Point, Stream
from twin.predict.load.queue_crossings import Crossings
from twin.predict.theory.network_calculus import Group, RandomGroup

Key = tuple[Point, int]
"""One band of one queue."""
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

    def group(self) -> Group | RandomGroup:
        """Their common bound."""
        if self.random:
            return RandomGroup(self.rate, self.largest, self.jitter, self.burst)
        return Group(self.burst, self.rate, self.largest, self.peak_rate)


class Step(NamedTuple):
    """A stream at one of its queues. cost: wire bytes of a packet there; service: its longest service time, ns; counts:
    whether it is among the streams that load the queue; peak_rate: of its packets back to back on the medium before,
    bit/s at this queue; capacity: how many of them fit into the queue."""

    key: Key
    cost: float
    service: float
    counts: bool
    peak_rate: float
    capacity: float


def steps(crossings: Crossings) -> tuple[tuple[Step, ...], ...]:
    """The steps of all streams."""
    present = {point: frozenset(indices) for point, indices in crossings.at.items()}
    rows = []
    for index, stream in enumerate(crossings.streams):
        row, gap = [], 0.0
        for point in stream.points:
            queue = crossings.queues[point]
            cost = queue.size(stream)
            row.append(Step((point, queue.band(stream.service_class)), cost, queue.longest(stream),
                            index in present[point], cost * 8 * NS_PER_S / gap if gap else inf, queue.capacity(stream)))
            gap = queue.gap(stream)
        rows.append(tuple(row))
    return tuple(rows)


def arrivals(
    streams: Sequence[Stream], steps_of: Sequence[Sequence[Step]], sojourns: Mapping[Key, float]
) -> dict[Key, tuple[Group | RandomGroup, ...]]:
    """What arrives at each band of each queue, given the longest sojourn in those before, ns. steps_of: by stream."""
    by_key: dict[Key, dict[object, Aggregate]] = {key: {} for key in sojourns}
    for index, (stream, path) in enumerate(zip(streams, steps_of, strict=True)):
        random, most, jitter, before = stream.batch > 0, stream.highest_rate, 0.0, None
        burst = 0.0 if random else stream.burst
        for step in path:
            if step.counts:
                name = RANDOM if random else index if before is None else before
                aggregate = by_key[step.key].get(name) or by_key[step.key].setdefault(name, Aggregate(random=random))
                if random:
                    _join_random(aggregate, stream.batch * step.cost, burst * step.cost, most * step.cost * 8, jitter)
                else:
                    _join(aggregate, step, burst * step.cost, most * step.cost * 8, jitter)
            sojourn = sojourns[step.key]
            if sojourn == inf:
                burst, jitter = burst + _within(most, jitter) * 8 + step.capacity + UNDER_WAY, 0.0
            elif sojourn > step.service:
                jitter += sojourn - step.service
            before = step.key[0]
    return {key: tuple(aggregate.group() for aggregate in groups.values()) for key, groups in by_key.items()}


def _join(aggregate: Aggregate, step: Step, burst: float, rate: float, jitter: float) -> None:
    """Add a stream that arrives over a medium."""
    aggregate.burst += burst + _within(rate, jitter)
    aggregate.rate += rate
    aggregate.peak_rate = max(aggregate.peak_rate, step.peak_rate) if aggregate.largest else step.peak_rate
    aggregate.largest = max(aggregate.largest, step.cost)


def _join_random(aggregate: Aggregate, largest: float, burst: float, rate: float, jitter: float) -> None:
    """Add a random stream: all of them together are random, too (Poisson), and each is no later than the latest."""
    aggregate.largest, aggregate.jitter = max(aggregate.largest, largest), max(aggregate.jitter, jitter)
    aggregate.burst, aggregate.rate = aggregate.burst + burst, aggregate.rate + rate


def _within(rate: float, time: float) -> float:
    """Bytes that arrive at `rate` within `time`; none within none, whatever the rate."""
    return rate * time / (8 * NS_PER_S) if time else 0.0
