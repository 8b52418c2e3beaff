"""When packets may be lost: by fast failover after a single cut, else by the controller; and never after a repair."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from twin import api
from twin.core.units import NS_PER_MS, NS_PER_S, Time
from twin.jobs.search.labs.lab_record import Rerouted
from twin.jobs.search.labs.outages import CONNECTION, AllowedOutage, Outages
from twin.jobs.search.labs.timetable import timetable
from twin.jobs.search.schedule import Event, EventKind, Schedule
from twin.model import Healing
from twin.plan.blueprint import Blueprint

RING = Path(__file__).parents[1] / "ring.yaml"
BRIDGED, ACTED = 15.5, 30
"""ms until a cut is bridged by the switch beside it, and until the controller acts, by default."""
ROUND = 5


@pytest.fixture(scope="module")
def ring() -> Blueprint:
    """A ring of five switches with a chord, whose wait to restore is 3 s."""
    return api.plan(api.load(RING))


def outages(ring: Blueprint, *written: tuple[float, EventKind, str], reroutes: tuple[Rerouted, ...] = (),
            lasts: float = 0) -> Outages:
    """What may be lost of events at seconds; lasts: how long a pause does."""
    events = tuple(Event(Time(round(second * NS_PER_S)), kind, target,
                         Time(round(lasts * NS_PER_S) if kind is EventKind.PAUSE else 0))
                   for second, kind, target in written)
    return Outages(ring, timetable(ring, Schedule(1, events)), reroutes)


def lengths(allowed: tuple[AllowedOutage, ...], until: float = 1e9) -> list[tuple[float, float]]:
    """When each begins, s, and how long it lasts, ms; those that begin before some second."""
    return [(outage.since / NS_PER_S, (outage.until - outage.since) / NS_PER_MS) for outage in allowed
            if outage.since < until * NS_PER_S]


def test_a_single_cut_is_bridged_and_its_repair_loses_nothing(ring: Blueprint) -> None:
    """Neither when the span is mended nor when traffic reverts to it."""
    seen = outages(ring, (1, EventKind.CUT, "a-b"), (4, EventKind.MEND, "a-b"))
    assert lengths(seen.of_all) == [(1, BRIDGED)]


def test_a_cut_beside_another_is_the_controllers(ring: Blueprint) -> None:
    """With the rounds of its updates, and one more until the first of them."""
    reroute = Rerouted(Time(6 * NS_PER_S + ACTED * NS_PER_MS), Time(6 * NS_PER_S + 50 * NS_PER_MS), "b-c", False, 3)
    seen = outages(ring, (1, EventKind.CUT, "a-b"), (6, EventKind.CUT, "b-c"), reroutes=(reroute,))
    assert lengths(seen.of_all, 7) == [(1, BRIDGED), (6, ACTED + 4 * ROUND)]


def test_a_cut_before_traffic_has_reverted_is_the_controllers(ring: Blueprint) -> None:
    """While a span waits to be restored, the detours of the plan are not those of the network."""
    seen = outages(ring, (1, EventKind.CUT, "a-b"), (5, EventKind.MEND, "a-b"), (7, EventKind.CUT, "b-c"),
                   (20, EventKind.MEND, "b-c"), (25, EventKind.CUT, "c-d"))
    assert lengths(seen.of_all, 26) == [(1, BRIDGED), (7, ACTED), (25, BRIDGED)]


def test_a_controller_that_is_paused_acts_later(ring: Blueprint) -> None:
    """And is not needed for a single cut."""
    alone = outages(ring, (1, EventKind.CUT, "a-b"), (1, EventKind.PAUSE, ""), lasts=2)
    assert lengths(alone.of_all, 2) == [(1, 2000 + ACTED)], "an event at the same moment may come first"
    later = outages(ring, (1, EventKind.CUT, "a-b"), (2, EventKind.PAUSE, ""), lasts=2)
    assert lengths(later.of_all, 3) == [(1, BRIDGED)]


def test_switches_and_controllers_that_begin_take_their_time_to_connect(ring: Blueprint) -> None:
    """A second for a switch, and another one for a controller that waits for the last of them."""
    second = CONNECTION / NS_PER_MS
    assert lengths(outages(ring, (1, EventKind.CONTROLLER_RESTART, "")).of_all) == [(1, ACTED + 2 * second)]
    (_, length), = lengths(outages(ring, (1, EventKind.RESTART, "b")).of_all)
    assert length == ACTED + second + 10, "10 ms until it connects again"


def test_who_is_not_connected_loses_everything(ring: Blueprint) -> None:
    """From the cut to when the controller has connected it again; others do not."""
    seen = outages(ring, (1, EventKind.POWER_OFF, "c"), (5, EventKind.POWER_ON, "c"))
    apart = lengths(tuple(seen.isolation("c-dslam", "a")))
    assert apart == [(1, 4000 + ACTED + CONNECTION / NS_PER_MS)]
    assert not tuple(seen.isolation("a", "d-dslam"))


def test_a_network_without_protection_loses_until_the_end(ring: Blueprint) -> None:
    """Nothing reroutes."""
    bare = replace(ring, protection=replace(ring.protection, healing=Healing.NONE))
    (_, length), = lengths(outages(bare, (1, EventKind.CUT, "a-b")).of_all)
    assert length > 5000
