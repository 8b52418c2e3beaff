"""When forwarding turns during a run, and what that means for dialled calls."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.in_lab.places import NETWORKS
from twin.core.units import NS_PER_MS, NS_PER_S, Time
from twin.model import FaultKind, Healing
from twin.model.yaml import load
from twin.plan import plan
from twin.plan.blueprint import Blueprint, FaultPlan
from twin.plan.demand.call_admission import admission, admissions
from twin.plan.forwarding.reroute_times import reroutes

TURNED = NETWORKS / "turned.yaml"
REACTION = 30 * NS_PER_MS
"""10 ms of detection and 20 of the controller, of which the switch's 5 are a part."""
CUT, MEND = FaultKind.CUT, FaultKind.MEND


@pytest.fixture(scope="module")
def blueprint() -> Blueprint:
    """A ring of three in which a span waits a second before it is used again."""
    return plan(load(TURNED))


def turned(blueprint: Blueprint, *faults: tuple[float, FaultKind, str]) -> list[tuple[float, list[str]]]:
    """The turns of these faults (seconds, kind, span or node), in seconds less the reaction."""
    nodes = {switch.name for switch in blueprint.switches}
    happening = tuple(FaultPlan(Time(round(at * NS_PER_S)), kind, None if name in nodes else name,
                                name if name in nodes else None) for at, kind, name in faults)
    return [((turn.at - REACTION) / NS_PER_S, sorted(turn.failed))
            for turn in reroutes(replace(blueprint, faults=happening))]


def test_forwarding_turns_away_at_once_and_back_after_a_rest(blueprint: Blueprint) -> None:
    """A cut of eight seconds, and one that comes again before the span has rested."""
    assert turned(blueprint, (8, CUT, "short"), (24, MEND, "short")) == [(8, ["short"]), (25, [])]
    assert turned(blueprint, (1, CUT, "short"), (2, MEND, "short"), (2.5, CUT, "short"), (4, MEND, "short")) \
        == [(1, ["short"]), (2.5, ["short"]), (5, [])]


def test_where_there_is_no_other_way_nothing_waits(blueprint: Blueprint) -> None:
    """Of two cuts that take a switch away the first that is mended is used at once; of a dead node's spans one is."""
    cuts = ((1.0, CUT, "short"), (2.0, CUT, "long"), (3.0, MEND, "long"), (4.0, MEND, "short"))
    assert turned(blueprint, *cuts) == [(1, ["short"]), (2, ["long", "short"]), (3, ["short"]), (5, [])]
    assert turned(blueprint, (1, CUT, "far"), (3, MEND, "far")) == [(1, ["long", "thin"]), (3, ["thin"]), (4, [])]


def test_nothing_turns_where_nothing_heals(blueprint: Blueprint) -> None:
    """The ways stay what they were; so they do where a span is degraded, and where a line's own end fails."""
    still = replace(blueprint, protection=replace(blueprint.protection, healing=Healing.NONE))
    assert turned(still, (8, CUT, "short")) == []
    assert turned(blueprint, (8, FaultKind.DEGRADE, "short"), (9, CUT, "softswitch-uplink")) == []


def test_calls_are_counted_on_the_ways_in_use(blueprint: Blueprint) -> None:
    """104 fit the short way's 10 Mbit/s less 20 kbit/s, five the long way's 500 kbit/s."""
    fit = [(at, min(deciding.calls(key, "office-1.dial") for key in deciding.per_call["office-1.dial"]))
           for at, deciding in admissions(blueprint)]
    assert fit == [(0, 104), (8 * NS_PER_S + REACTION, 5), (25 * NS_PER_S + REACTION, 104)]
    assert not admission(blueprint, frozenset({"short", "thin"})).per_call["office-1.dial"]
