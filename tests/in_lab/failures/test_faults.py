"""A ring is cut and restored under traffic: the gap is what equipment and controller take, and no more."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from benchmarks.support import lab
from tests.in_lab.places import NETWORKS
from traffic.sample_files import LOST, Packets
from twin.core.units import NS_PER_MS, NS_PER_S, Time
from twin.jobs.experiment.on_host import Side, measure
from twin.jobs.experiment.spec import Order
from twin.jobs.verify import quiet
from twin.lab import VIRTUAL
from twin.model import FaultKind, Healing, Protection
from twin.model.yaml import load
from twin.plan import plan
from twin.plan.blueprint import Blueprint, FaultPlan
from twin.plan.forwarding.paths import flow_paths

SECONDS = 10
FLOWS = ("home-1.down", "home-1.up")
SPAN = "north-east"
CUT, MEND = 5 * NS_PER_S, 8 * NS_PER_S
DETECTION, SWITCH, CONTROLLER, REST = 10 * NS_PER_MS, 5 * NS_PER_MS, 20 * NS_PER_MS, 500 * NS_PER_MS
ROUND, ROUNDS = 2 * NS_PER_MS, 3
"""As ring.yaml says; a round for the groups of detours, one for both switches beside the cut, and one in which what is
no longer used goes."""
MARGIN = 2 * NS_PER_MS
"""A packet each millisecond shows the gap to one of them; what was on the way is lost too."""
CACHE = 5 * NS_PER_MS
"""Open vSwitch goes through its cache of flows at most every 5 ms: so much later may a rule be obeyed than written."""
DETOUR = 450_000
"""ns: 95 km more of fibre, at least."""


@pytest.fixture(scope="module")
def blueprint() -> Blueprint:
    """The ring."""
    return plan(load(NETWORKS / "ring.yaml"))


@pytest.fixture(scope="module")
def side(blueprint: Blueprint) -> Side:
    """What was measured while the ring was cut and mended."""
    (side,) = lab.side_by_side([blueprint], SECONDS)
    return side


@pytest.fixture(params=FLOWS)
def flow(request: pytest.FixtureRequest, side: Side) -> Packets:
    """The packets of one direction."""
    return lab.packets(side, request.param)


def lost(flow: Packets) -> list[int]:
    """When the packets that did not arrive were sent."""
    return [sent for sent, received in zip(flow.sent, flow.received, strict=True) if received == LOST]


def delays(flow: Packets, begin: int, end: int) -> list[int]:
    """One-way delays of the packets sent in a stretch of time, LOST where one did not arrive."""
    return [LOST if r == LOST else r - s for s, r in zip(flow.sent, flow.received, strict=True) if begin <= s < end]


def test_the_span_that_is_cut_is_the_one_in_use(blueprint: Blueprint) -> None:
    """Else nothing would be shown."""
    assert all(SPAN in {hop.span for hop in path} for path in flow_paths(blueprint).values())


def test_the_gap_is_what_the_switches_take(flow: Packets) -> None:
    """Packets are lost from the cut on, for detection and the switch's own time; the controller comes later."""
    gone = lost(flow)
    assert gone[0] >= CUT - MARGIN
    assert abs(len(gone) * NS_PER_MS - DETECTION - SWITCH) <= MARGIN


def test_nothing_else_is_lost(flow: Packets) -> None:
    """One gap without a break: not before the cut, not when the controller reroutes, not when the span is restored."""
    gone = [n for n, received in enumerate(flow.received) if received == LOST]
    assert all(b == a + 1 for a, b in pairwise(gone))


def test_traffic_goes_the_other_way_round_until_the_span_has_rested(flow: Packets) -> None:
    """The long way takes longer, from the gap to the mend and for the time of rest after it."""
    before = max(delays(flow, 0, CUT - MARGIN))
    assert min(delays(flow, CUT + DETECTION + SWITCH + MARGIN, MEND + REST)) >= before + DETOUR


def test_traffic_comes_back_to_the_short_way(flow: Packets) -> None:
    """Once the mended span is in use again, delays are those from before the cut."""
    before = delays(flow, 0, CUT - MARGIN)
    after = delays(flow, MEND + REST + DETECTION + CONTROLLER + ROUNDS * ROUND + CACHE + MARGIN, SECONDS * NS_PER_S)
    assert min(before) <= min(after) + 2_000
    assert max(after) <= max(before) + 2_000


def test_nothing_is_doubled(blueprint: Blueprint, tmp_path: Path) -> None:
    """Nor does anything arrive that was not sent, when traffic is rerouted and when it is reverted."""
    short = tuple(replace(fault, at=Time(fault.at // 5)) for fault in blueprint.faults)
    counted = measured(replace(blueprint, faults=short), tmp_path, seconds=3)
    assert [(flow["duplicates"], flow["foreign"]) for flow in counted.values()] == [(0, 0)] * 2


def measured(blueprint: Blueprint, folder: Path, seconds: float) -> dict[str, dict[str, int]]:
    """What the traffic counted of each flow."""
    measure(VIRTUAL, [(blueprint, folder)], Order(seconds, 1), quiet)
    flows: dict[str, dict[str, int]] = json.loads((folder / "samples" / "traffic.json").read_text())["flows"]
    return flows


def test_the_controller_says_when_it_had_moved_the_traffic(side: Side) -> None:
    """After detection, its own delay and its rounds, and after the time of rest too when the span was mended."""
    moved = {reroute.cut: reroute for reroute in side.closing.reroutes}
    for cut, at, rest in ((True, CUT, 0), (False, MEND, REST)):
        closing = moved[cut]
        assert closing.at == at and closing.moved is not None and closing.rounds == ROUNDS
        assert abs(closing.moved - at - DETECTION - CONTROLLER - ROUNDS * ROUND - rest) <= MARGIN


@pytest.fixture(scope="module")
def baselines(blueprint: Blueprint) -> list[Side]:
    """The ring cut once, healed by the controller alone and by nobody."""
    cut = replace(blueprint, faults=(FaultPlan(Time(NS_PER_S), FaultKind.CUT, SPAN),))
    healed = [replace(cut, protection=replace(cut.protection, healing=by)) for by in (Healing.CONTROLLER, Healing.NONE)]
    return lab.side_by_side(healed, 2)


def test_without_groups_the_gap_lasts_until_the_controller_has_acted(baselines: list[Side]) -> None:
    """Detection, the controller's delay, the rounds until both have turned, and what Open vSwitch takes to obey."""
    for name in FLOWS:
        gap = len(lost(lab.packets(baselines[0], name))) * NS_PER_MS
        (reroute,) = baselines[0].closing.reroutes
        assert -MARGIN <= gap - DETECTION - CONTROLLER - (reroute.rounds - 1) * ROUND <= CACHE + MARGIN


def test_without_protection_nothing_heals(baselines: list[Side]) -> None:
    """All packets are lost from the cut to the end."""
    for name in FLOWS:
        assert abs(len(lost(lab.packets(baselines[1], name))) - 1000) <= 2


def test_a_dead_switch_isolates_its_lines_and_comes_back_programmed(blueprint: Blueprint) -> None:
    """What it had to carry is lost until it has power, its neighbours have noticed, and it has its rules again."""
    dead = replace(blueprint, faults=(FaultPlan(Time(NS_PER_S), FaultKind.CUT, node="east"),
                                      FaultPlan(Time(2 * NS_PER_S), FaultKind.MEND, node="east")),
                   protection=Protection(wait_to_restore=Time(100 * NS_PER_MS)))
    (side,) = lab.side_by_side([dead], 5)
    for name in FLOWS:
        gone = lost(lab.packets(side, name))
        assert gone[0] >= NS_PER_S - MARGIN and NS_PER_S <= gone[-1] - gone[0] <= 2.5 * NS_PER_S
        assert len(gone) == (gone[-1] - gone[0]) // NS_PER_MS + 1
