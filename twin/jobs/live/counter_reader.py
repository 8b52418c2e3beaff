"""Inside the lab: reads the counters of a live twin periodically, and reports the changes."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from twin.core.units import Time
from twin.jobs.live.channel import CountersChanged, CountersRead
from twin.plan.queue_and_airtime_counters import NetworkCounters

if TYPE_CHECKING:
    from twin.emulation import Emulation  # The host applies differences without it.

PERIOD_S = 0.2
"""Between two readings, s."""


class CounterReader:
    """The last reading, and its number."""

    def __init__(self, emulation: Emulation) -> None:
        self._emulation = emulation
        self.last = CountersRead(0, Time(time.time_ns()), emulation.carried())

    def follow(self, emulation: Emulation) -> None:
        """Go on with the same network after some of its queues were made anew, which count from 0 again."""
        self._emulation = emulation

    def read(self) -> CountersChanged:
        """Read again; returns what has changed since the last reading."""
        before = self.last
        self.last = CountersRead(before.number + 1, Time(time.time_ns()), self._emulation.carried())
        return difference(before, self.last)


def difference(before: CountersRead, after: CountersRead) -> CountersChanged:
    """What has changed between two readings of the same network."""
    pairs = enumerate(zip(before.counters.queues, after.counters.queues, strict=True))
    return CountersChanged(
        after.number, after.at,
        tuple((place, now.size, now.packets, now.drops, now.backlog) for place, (then, now) in pairs if then != now),
        after.counters.air if after.counters.air != before.counters.air else ())


def applied(before: CountersRead, change: CountersChanged) -> CountersRead:
    """The reading that a change leads to. Raises ValueError where it is not the next one."""
    if change.number != before.number + 1:
        raise ValueError(f"reading {change.number} does not follow {before.number}")
    queues = list(before.counters.queues)
    for place, size, packets, drops, backlog in change.queues:
        queues[place] = replace(queues[place], size=size, packets=packets, drops=drops, backlog=backlog)
    counters = NetworkCounters(tuple(queues), change.air or before.counters.air)
    return CountersRead(change.number, change.at, counters)
