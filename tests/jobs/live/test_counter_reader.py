"""Readings of counters as differences."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from twin.core.units import Time
from twin.jobs.live.channel import CountersRead
from twin.jobs.live.counter_reader import applied, difference
from twin.plan.queue_and_airtime_counters import AirtimeCounters, NetworkCounters, QueueCounters

QUEUES = tuple(QueueCounters(f"span-{number}", bool(number % 2), number % 3, 0, 0, 0) for number in range(4))
AIR = AirtimeCounters("hill", 0, 0, damaged=0, collided=0, collisions=0, given_up=0)


@some.composite
def counters(draw: some.DrawFn) -> NetworkCounters:
    """Counters of a network of four queues and one cell."""
    few = some.integers(0, 3)
    queues = tuple(replace(queue, size=draw(few), packets=draw(few), drops=draw(few), backlog=draw(few))
                   for queue in QUEUES)
    return NetworkCounters(queues, (replace(AIR, busy=draw(few)),))


@given(some.lists(counters(), min_size=1))
def test_a_reading_and_its_differences_are_the_newest_reading(several: list[NetworkCounters]) -> None:
    """Whoever got one full reading and all that has changed since knows what stands now."""
    readings = [CountersRead(number, Time(number * 1000), state) for number, state in enumerate(several)]
    known = readings[0]
    for before, after in pairwise(readings):
        known = applied(known, difference(before, after))
    assert known == readings[-1]


def test_what_has_not_changed_is_not_told() -> None:
    """An idle network is no traffic."""
    still = NetworkCounters(QUEUES, (AIR,))
    change = difference(CountersRead(1, Time(0), still), CountersRead(2, Time(1), still))
    assert (change.queues, change.air) == ((), ())


def test_a_reading_that_was_missed_is_noticed() -> None:
    """A difference from another reading than the one that is known is refused."""
    first, two, three = (CountersRead(number, Time(0), NetworkCounters(QUEUES, ())) for number in (1, 2, 3))
    with pytest.raises(ValueError, match="3 does not follow 1"):
        applied(first, difference(two, three))
