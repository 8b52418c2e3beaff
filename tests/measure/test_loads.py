"""Loads: counters of queues before and after become bit/s and drops by service class."""

from __future__ import annotations

from pathlib import Path

from twin.load import load
from twin.plan import Policy, plan
from twin.verify.loads import QueueCount, span_loads

MINIMAL = Path(__file__).parents[2] / "topologies" / "minimal.yaml"


def test_the_difference_over_the_time_is_the_load() -> None:
    """125 000 bytes more in ten seconds are 100 kbit/s, and drops are those since the start."""
    before = [QueueCount("homes-1", True, 0, 1_000, 10, 1)]
    after = [QueueCount("homes-1", True, 0, 126_000, 200, 4), QueueCount("homes-1", True, 1, 1_250, 1, 0)]
    (load_of,) = span_loads(plan(load(MINIMAL)), before, after, 10)
    assert load_of.by_class == {"voice": 100_000, "data": 1_000}
    assert load_of.dropped == {"voice": 3, "data": 0} and load_of.capacity == 512_000


def test_the_contrast_has_one_nameless_class() -> None:
    """Without QoS there is one queue, and what it carried belongs to no class."""
    (load_of,) = span_loads(plan(load(MINIMAL), Policy.NONE), [], [QueueCount("homes-1", False, 0, 1_250, 1, 0)], 1)
    assert load_of.by_class == {"": 10_000} and not load_of.forth
