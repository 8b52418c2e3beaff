"""Probes that never meet: wherever packets are placed, no two are on one span at a time."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as some

from twin.jobs.experiment.probe_slots import Stay, slots

STAYS = some.lists(some.builds(lambda name, begin, length: Stay((name, True), begin, begin + length),
                               some.sampled_from(("a", "b", "c")), some.integers(0, 10**7), some.integers(1, 10**7)),
                   min_size=1, max_size=3, unique_by=lambda stay: stay.medium)


@given(some.lists(STAYS, min_size=1, max_size=12))
def test_no_two_packets_meet(packets: list[list[Stay]]) -> None:
    """Neither in the first period nor across its end."""
    assigned = slots([tuple(stays) for stays in packets])
    placed = [(stay.medium, start + stay.begin, start + stay.end)
              for stays, start in zip(packets, assigned.starts, strict=True) for stay in stays]
    for (medium, begin, end), (other, first, last) in combinations(placed, 2):
        assert medium != other or end <= first or last <= begin
    assert max(end for _, _, end in placed) < assigned.period
