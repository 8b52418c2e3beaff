"""When a lab does what for a schedule: the simulated network's times, and its idea of what is dead."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from controllers.simulation.simulated_network import SimulatedNetwork
from twin import api
from twin.core.units import NS_PER_MS, NS_PER_S, Time
from twin.jobs.search.draw import draw
from twin.jobs.search.labs.timetable import JUDGED, SETTLED, Act, ActKind, Timetable, timetable
from twin.jobs.search.schedule import Event, EventKind, Schedule
from twin.jobs.search.simulate import happen
from twin.plan.blueprint import Blueprint

RING = Path(__file__).parents[1] / "ring.yaml"
NOTICED = 15 * NS_PER_MS
"""Detection and the switch's own time, by default."""


@pytest.fixture(scope="module")
def ring() -> Blueprint:
    """A ring of five switches with a chord."""
    return api.plan(api.load(RING))


def of(ring: Blueprint, *events: Event) -> Timetable:
    """The timetable of some events."""
    return timetable(ring, Schedule(1, events))


def at(second: float, kind: EventKind, target: str = "", lasts: float = 0) -> Event:
    """An event at some second."""
    return Event(Time(round(second * NS_PER_S)), kind, target, Time(round(lasts * NS_PER_S)))


def test_a_cut_is_seen_after_detection_and_the_switchs_time(ring: Blueprint) -> None:
    """It is dark at once; what is not mended by the schedule is in the end."""
    times = of(ring, at(1, EventKind.CUT, "a-b"))
    healed = NS_PER_S + 2 * ring.protection.wait_to_restore + SETTLED
    assert times.acts == (
        Act(Time(NS_PER_S), ActKind.DARKEN, ("a-b",)), Act(Time(NS_PER_S + NOTICED), ActKind.CARRIER_LOST, ("a-b",)),
        Act(Time(healed), ActKind.LIGHT, ("a-b",)), Act(Time(healed + NOTICED), ActKind.CARRIER_SEEN, ("a-b",)))
    assert times.stop - times.judged == JUDGED and times.judged > healed + ring.protection.wait_to_restore


def test_a_span_beside_a_node_without_power_stays_dark(ring: Blueprint) -> None:
    """Though it is mended, until the node has power; one that is cut too stays so when the node has."""
    times = of(ring, at(1, EventKind.CUT, "a-b"), at(2, EventKind.POWER_OFF, "a"), at(3, EventKind.MEND, "a-b"),
               at(4, EventKind.CUT, "e-a"), at(5, EventKind.POWER_ON, "a"))
    assert [(act.at // NS_PER_S, act.kind, act.spans or act.node) for act in times.acts
            if act.kind not in (ActKind.CARRIER_LOST, ActKind.CARRIER_SEEN)] == [
        (1, ActKind.DARKEN, ("a-b",)), (2, ActKind.DARKEN, ("e-a",)),
        (2, ActKind.DISCONNECT, "a"), (5, ActKind.LIGHT, ("a-b",)), (5, ActKind.CONNECT, "a"),
        (times.healed // NS_PER_S, ActKind.LIGHT, ("e-a",))]


def test_what_is_dead_is_dead_in_the_simulated_network(ring: Blueprint) -> None:
    """After every event of some schedules."""
    compared = 0
    for seed in range(40):
        network, schedule = SimulatedNetwork(ring), draw(ring, seed)
        schedule = replace(schedule, events=tuple(event for event in schedule.events
                                                  if event.kind is not EventKind.SLOW))
        times = timetable(ring, schedule)
        for number, event in enumerate(schedule.events):
            happen(network, event)
            later = schedule.events[number + 1:number + 2]
            if not later or later[0].at > event.at:
                dead = [dead for dead in times.dead if dead.at <= event.at][-1]
                assert (dead.spans, dead.off) == (network.dead_spans, network.off)
                compared += bool(dead.spans)
    assert compared > 50


def test_a_pause_during_a_pause_is_one(ring: Blueprint) -> None:
    """The controller goes on after the later end."""
    times = of(ring, at(1, EventKind.PAUSE, lasts=5), at(2, EventKind.PAUSE, lasts=1), at(9, EventKind.PAUSE, lasts=1))
    assert [act.at // NS_PER_S for act in times.acts if act.kind is ActKind.RESUME] == [6, 10]


def test_what_no_lab_has_is_counted(ring: Blueprint) -> None:
    """A slow switch; it does not make the lab last longer."""
    times = of(ring, at(1, EventKind.SLOW, "a", lasts=5))
    assert times.left_out == 1 and times.acts == () and times.stop == of(ring).stop


def test_a_restart_is_one_of_the_software_alone(ring: Blueprint) -> None:
    """The spans keep their carriers; a switch without power cannot begin again."""
    assert [act.kind for act in of(ring, at(1, EventKind.RESTART, "b")).acts] == [ActKind.DISCONNECT, ActKind.CONNECT]
    off = of(ring, at(1, EventKind.POWER_OFF, "b"), at(2, EventKind.RESTART, "b"))
    assert [act.kind for act in off.acts].count(ActKind.DISCONNECT) == 1
