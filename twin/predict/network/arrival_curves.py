"""What may arrive before a queue in any time, by the media over which it comes.

Packets that waited come closer together than they were sent. But those of one medium still come one after the other, so
that together they are bounded twice: by what was sent, and by the pace of that medium (grouping; Grieu 2004). Where a
wait has no bound, the length of its queue still says how many packets it can let go at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import NamedTuple

from twin.core.units import NS_PER_S
from twin.predict.network.packet_streams import Point, Stream
from twin.predict.network.queue_crossings import Crossings
from twin.predict.theory.network_calculus import Group

Key = tuple[Point, int]
"""One band of one queue."""
UNDER_WAY = 2
"""Packets that have left a queue, and not come to the next: one in service, one that has just passed."""


@dataclass(slots=True)
class Gathered:
    """Streams that come over one medium, or all at random, as they are gathered. once: bytes; rate: bit/s; largest:
    bytes of a packet; pace: bit/s of the medium before, at the most. late: the longest wait of those at random, ns."""

    once: float = 0.0
    rate: float = 0.0
    largest: float = 0.0
    pace: float = inf
    late: float = 0.0

    def group(self) -> Group:
        """What bounds them together."""
        return Group(self.once + _within(self.rate, self.late), self.rate, self.largest, self.pace)


class Step(NamedTuple):
    """A stream at one of its queues. cost: wire bytes of a packet there; service: ns that it takes at the most; counts:
    whether it is among those that load the queue; pace: bit/s there of its packets, one after the other on the medium
    before; most: how many of them can be in the queue."""

    key: Key
    cost: float
    service: float
    counts: bool
    pace: float
    most: float


def steps(crossings: Crossings) -> tuple[tuple[Step, ...], ...]:
    """The steps of all streams."""
    present = {point: frozenset(indices) for point, indices in crossings.at.items()}
    found = []
    for index, stream in enumerate(crossings.streams):
        row, gap = [], 0.0
        for point in stream.points:
            queue = crossings.queues[point]
            cost = queue.size(stream)
            row.append(Step((point, queue.band(stream.service_class)), cost, queue.longest(stream),
                            index in present[point], cost * 8 * NS_PER_S / gap if gap else inf, queue.most(stream)))
            gap = queue.gap(stream)
        found.append(tuple(row))
    return tuple(found)


def arrivals(
    streams: Sequence[Stream], ways: Sequence[Sequence[Step]], stays: Mapping[Key, float]
) -> dict[Key, tuple[Group, ...]]:
    """What comes to each band of each queue, given how long packets stay in those before. ways: the streams' steps."""
    found: dict[Key, dict[object, Gathered]] = {key: {} for key in stays}
    for index, (stream, way) in enumerate(zip(streams, ways, strict=True)):
        once, most, late, before = stream.at_once, stream.most, 0.0, None
        for step in way:
            if step.counts:
                name = once if stream.chance else index if before is None else before
                gathered = found[step.key].get(name) or found[step.key].setdefault(name, Gathered())
                join = _random if stream.chance else _join
                join(gathered, step, once * step.cost, most * step.cost * 8, late)
            stay = stays[step.key]
            if stay == inf:
                once, late = once + _within(most, late) * 8 + step.most + UNDER_WAY, 0.0
            elif stay > step.service:
                late += stay - step.service
            before = step.key[0]
    return {key: tuple(one.group() for one in groups.values()) for key, groups in found.items()}


def _join(gathered: Gathered, step: Step, once: float, rate: float, late: float) -> None:
    """One stream more that comes over a medium."""
    gathered.once += once + _within(rate, late)
    gathered.rate += rate
    gathered.pace = max(gathered.pace, step.pace) if gathered.largest else step.pace
    gathered.largest = max(gathered.largest, step.cost)


def _random(gathered: Gathered, _step: Step, once: float, rate: float, late: float) -> None:
    """One stream at random more: together they bring no more in a moment than one does."""
    gathered.once, gathered.late = max(gathered.once, once), max(gathered.late, late)
    gathered.rate += rate


def _within(rate: float, time: float) -> float:
    """Bytes that come at `rate` within `time`; none within none, whatever the rate."""
    return rate * time / (8 * NS_PER_S) if time else 0.0
