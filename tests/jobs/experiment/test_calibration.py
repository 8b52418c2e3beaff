"""Calibration: what the probes send, and what is held against theory."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from traffic.sample_files import LOST, Packets
from twin.core.units import Ratio
from twin.jobs.experiment.calibration import probe_plan, probes, unprobed
from twin.model import Direction, Impairments
from twin.model.yaml import load
from twin.plan import Blueprint, plan
from twin.plan.blueprint import UdpFlood, carrying

MINIMAL = Path(__file__).parents[3] / "topologies" / "minimal.yaml"
DOWN = "homes-1.internet.probe-1500.down"
INTERVAL = 100_000_000
THEORY_NS = 3 * 123_040 + 26_500_000 + 24_500 + 490 + 5_010_000
"""Three spans at 100 Mbit/s of 1538 bytes, 32 cells at 512 kbit/s; 5 km and 100 m of fibre, 2 km of copper, 5 ms."""


@pytest.fixture
def blueprint() -> Blueprint:
    """The minimal network's."""
    return plan(load(MINIMAL))


def _samples(blueprint: Blueprint, delay: int) -> dict[str, Packets]:
    """Of every packet of one probe, the last of them a little faster."""
    sent = tuple(k * INTERVAL for k in range(_count(blueprint)))
    return {DOWN: Packets(sent, tuple(at + delay + (5_000_000 if at < sent[-1] else 0) for at in sent), 1500)}


def _count(blueprint: Blueprint) -> int:
    """How many packets each probe has."""
    (probe, sent), *_ = carrying(UdpFlood, probe_plan(blueprint).flows)
    return probe.stop // sent.interval


def test_one_line_of_each_group_is_probed_both_ways_with_two_sizes(blueprint: Blueprint) -> None:
    """Two lines of one group, and two head-ends: four probes of the first line from each, that never meet."""
    flows = probe_plan(blueprint).flows
    assert {flow.line for flow in flows} == {"homes-1"} and len(flows) == 8
    assert {flow.source for flow in flows} == {"homes-1", "internet", "softswitch"}
    assert len({sent.interval for _, sent in carrying(UdpFlood, flows)}) == 1
    ways = [[flow.start for flow in flows if flow.direction is way] for way in Direction]
    assert all(len(set(starts)) == 4 for starts in ways)


def test_probes_of_a_policed_line_find_its_bucket_full() -> None:
    """At 333 kbit/s the bucket is full again 36 ms after a packet of 1500 bytes, and 5 ms after one of 200."""
    blueprint = plan(load(Path(__file__).parents[2] / "predict" / "networks" / "policed-target.yaml"))
    up = sorted((flow.start, sent.packet, sent.interval)
                for flow, sent in carrying(UdpFlood, probe_plan(blueprint).flows) if flow.direction is Direction.UP)
    starts = [start for start, _, _ in up] + [up[0][0] + up[0][2]]
    assert {packet for _, packet, _ in up} == {200, 1500}
    assert all(later - start >= (packet + 14) * 8 * 1e9 / 333_000
               for (start, packet, _), later in zip(up, starts[1:], strict=True))


def test_the_smallest_delay_must_be_what_theory_says(blueprint: Blueprint) -> None:
    """Within a tenth of a percent and the clock's grain a probe holds; a percent off it does not."""
    good = next(p for p in probes(probe_plan(blueprint), _samples(blueprint, THEORY_NS + 2_000)) if p.name == DOWN)
    assert good.expected == pytest.approx(THEORY_NS / 1e6) and good.holds
    bad = next(p for p in probes(probe_plan(blueprint), _samples(blueprint, THEORY_NS * 101 // 100)) if p.name == DOWN)
    assert not bad.holds


def test_a_probe_of_which_nothing_arrived_does_not_hold(blueprint: Blueprint) -> None:
    """Missing or lost samples are never taken for agreement."""
    assert not any(probe.holds for probe in probes(probe_plan(blueprint), {}))
    lost = {DOWN: Packets((0,), (LOST,), 1500)}
    assert not any(probe.holds for probe in probes(probe_plan(blueprint), lost))


def test_a_packet_that_is_missing_where_nothing_is_lost_is_named(blueprint: Blueprint) -> None:
    """Every packet of a probe has to come; one that did not is a row of its own."""
    whole = _samples(blueprint, THEORY_NS)[DOWN]
    short = replace(whole, received=(LOST, *whole.received[1:]))
    (row,) = (probe for probe in probes(probe_plan(blueprint), {DOWN: short}) if probe.name == f"{DOWN} packets")
    assert (row.expected, row.measured, row.holds) == (_count(blueprint), _count(blueprint) - 1, False)
    assert not any(probe.name == f"{DOWN} packets" for probe in probes(probe_plan(blueprint), {DOWN: whole}))


def _losing(blueprint: Blueprint, loss: int) -> Blueprint:
    spans = tuple(replace(span, forward=replace(span.forward, impairments=Impairments(loss=Ratio(loss))),
                          reverse=replace(span.reverse, impairments=Impairments(loss=Ratio(loss))))
                  if span.name == "homes-1" else span for span in blueprint.spans)
    return replace(blueprint, spans=spans)


def test_what_chance_keeps_away_is_said_and_not_held_against_the_emulation(blueprint: Blueprint) -> None:
    """A line that loses all but one packet in a hundred thousand cannot be probed in seconds, and the reason says so;
    one that loses half is probed by more packets."""
    hopeless = _losing(blueprint, 999_990)
    assert probes(probe_plan(hopeless), {}) == ()
    assert any("loses" in reason and "is not probed" in reason for reason in unprobed(probe_plan(hopeless), {}))
    assert _count(_losing(blueprint, 500_000)) > _count(blueprint)
    assert not any(probe.holds for probe in probes(probe_plan(_losing(blueprint, 100_000)), {}))
