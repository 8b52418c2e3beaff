"""Calibration: what the probes send, and what is held against theory."""

from __future__ import annotations

from pathlib import Path

import pytest

from traffic.sample_files import LOST, Packets
from twin.jobs.experiment.calibration import INTERVAL, probe_flows, probes
from twin.model.yaml import load
from twin.plan import Blueprint, plan

MINIMAL = Path(__file__).parents[3] / "topologies" / "minimal.yaml"
DOWN = "homes-1.probe-1500.down"
THEORY_NS = 3 * 123_040 + 26_500_000 + 24_500 + 490 + 5_010_000
"""Three spans at 100 Mbit/s of 1538 bytes, 32 cells at 512 kbit/s; 5 km and 100 m of fibre, 2 km of copper, 5 ms."""


@pytest.fixture
def blueprint() -> Blueprint:
    """The minimal network's."""
    return plan(load(MINIMAL))


def _samples(delay: int) -> dict[str, Packets]:
    return {DOWN: Packets((0, INTERVAL), (delay + 5_000_000, INTERVAL + delay), 1500)}


def test_one_line_of_each_group_is_probed_both_ways_with_two_sizes(blueprint: Blueprint) -> None:
    """Two lines of one group: four probes, all of the first line, none of which meet at their start."""
    flows = probe_flows(blueprint)
    assert {flow.line for flow in flows} == {"homes-1"} and len(flows) == 4
    assert len({flow.start for flow in flows}) == 4


def test_the_smallest_delay_must_be_what_theory_says(blueprint: Blueprint) -> None:
    """Within a tenth of a percent and the clock's grain a probe holds; a percent off it does not."""
    good = next(p for p in probes(blueprint, _samples(THEORY_NS + 2_000)) if p.name == DOWN)
    assert good.expected == pytest.approx(THEORY_NS / 1e6) and good.holds
    bad = next(p for p in probes(blueprint, _samples(THEORY_NS * 101 // 100)) if p.name == DOWN)
    assert not bad.holds


def test_a_probe_of_which_nothing_arrived_does_not_hold(blueprint: Blueprint) -> None:
    """Missing or lost samples are never taken for agreement."""
    assert not any(probe.holds for probe in probes(blueprint, {}))
    lost = {DOWN: Packets((0,), (LOST,), 1500)}
    assert not any(probe.holds for probe in probes(blueprint, lost))
