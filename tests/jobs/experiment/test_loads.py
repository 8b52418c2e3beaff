"""Loads: counters before and after become bit/s and drops by service class, and the air's time and frames."""

from __future__ import annotations

from pathlib import Path

from twin.judge.figures.airtime import cell_loads
from twin.judge.figures.span_load import span_loads
from twin.judge.verdict import CellLoad
from twin.model.yaml import load
from twin.plan import Policy, plan
from twin.plan.queue_and_airtime_counters import AirtimeCounters, QueueCounters
from twin.predict import AirtimePrediction

MINIMAL = Path(__file__).parents[3] / "topologies" / "minimal.yaml"


def test_the_difference_over_the_time_is_the_load() -> None:
    """125 000 bytes more in ten seconds are 100 kbit/s, and drops are those since the start."""
    before = [QueueCounters("homes-1", True, 0, 1_000, 10, 1)]
    after = [QueueCounters("homes-1", True, 0, 126_000, 200, 4), QueueCounters("homes-1", True, 1, 1_250, 1, 0)]
    (load_of,) = span_loads(plan(load(MINIMAL)), before, after, 10)
    assert load_of.by_class == {"voice": 100_000, "data": 1_000}
    assert load_of.dropped == {"voice": 3, "data": 0} and load_of.capacity == 512_000


def test_the_baseline_has_one_nameless_class() -> None:
    """Without QoS there is one queue, and what it carried belongs to no class."""
    (load_of,) = span_loads(plan(load(MINIMAL), Policy.NONE), [], [QueueCounters("homes-1", False, 0, 1_250, 1, 0)], 1)
    assert load_of.by_class == {"": 10_000} and not load_of.forth


def test_what_was_lost_was_retransmitted_or_dropped() -> None:
    """Half a second of air in two; four damaged and six collided frames are nine more attempts and one that ended."""
    then = AirtimeCounters("hill", 100, 10, damaged=1, collided=2, collisions=1, given_up=0)
    now = AirtimeCounters("hill", 500_000_100, 60, damaged=5, collided=8, collisions=4, given_up=1)
    assert cell_loads([now.since(then)], [AirtimePrediction("hill", 0.2, 0.3, 0.1)], 2) == (
        CellLoad("hill", busy=0.25, busy_low=0.2, busy_high=0.3, frames=50, collided=6,
                 collision_probability=0.1, damaged=4, retransmissions=9, dropped=1),)
