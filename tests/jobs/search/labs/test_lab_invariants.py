"""What a lab's packets say of each invariant: made-up samples of a ring of three switches, with its real plan."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.in_lab.places import NETWORKS
from traffic.sample_files import LOST, Packets
from twin.core.units import NS_PER_MS, NS_PER_S, Time
from twin.jobs.experiment.instrument_plan import instrument_plan
from twin.jobs.experiment.on_host import Side
from twin.jobs.experiment.spec import Closing
from twin.jobs.search.labs.lab_invariants import RESTORED, longest_outage, margins
from twin.jobs.search.labs.lab_record import LabRecord, Rerouted
from twin.jobs.search.labs.lab_run import LabRun
from twin.jobs.search.labs.timetable import timetable
from twin.jobs.search.outcome import Margin
from twin.jobs.search.schedule import Event, EventKind, Schedule
from twin.model import Metric, Name, Target
from twin.model.yaml import load
from twin.plan import plan

FLOW = "home-1.down"
CUT = Schedule(1, (Event(Time(NS_PER_S), EventKind.CUT, "north-east"),))
Received = Callable[[int], int]
"""When a packet that was sent at a time arrived, or LOST."""


def usual(sent: int) -> int:
    """After a millisecond."""
    return sent + NS_PER_MS


def lost_in(begin_ms: float, end_ms: float) -> Received:
    """As usual, but for those sent in [begin, end), ms."""
    return lambda sent: LOST if begin_ms * NS_PER_MS <= sent < end_ms * NS_PER_MS else usual(sent)


@pytest.fixture(scope="module")
def sound() -> LabRun:
    """A run in which all is well, of a span that is cut after a second."""
    network = replace(load(NETWORKS / "ring.yaml"), faults=())
    blueprint = plan(network)
    times = timetable(blueprint, CUT)
    flow = next(flow for flow in blueprint.flows if flow.workload == "down")
    blueprint = replace(blueprint, flows=(replace(flow, name=FLOW),))
    side = Side(
        folder=Path(), samples={}, calibration={}, before=(), after=(), opened=(), closed=(), air=(),
        instruments=instrument_plan(blueprint, 1.0), downloads=None, echoes=None, beside={}, beside_since=0,
        tallies={}, probed={}, closing=Closing(Time(0), {}, Time(0), {}), digest="")
    return received(LabRun(network, blueprint, times, LabRecord((), (), {}), side), usual)


def received(run: LabRun, arrival: Received, duplicates: int = 0) -> LabRun:
    """The run with a packet each millisecond that arrived so."""
    sent = tuple(range(0, run.timetable.stop, NS_PER_MS))
    tally = {"received": len(sent), "duplicates": duplicates}
    samples = {FLOW: Packets(sent, tuple(map(arrival, sent)), 200)}
    return replace(run, side=replace(run.side, samples=samples, tallies={FLOW: tally}))


def violated(margins_of: Iterable[Margin]) -> set[str]:
    """The invariants that are violated."""
    return {margin.invariant for margin in margins_of if margin.left < 0}


def restored(run: LabRun) -> list[float]:
    """The margins of losses."""
    return [margin.left for margin in margins(run) if margin.invariant == RESTORED]


def test_losses_within_detection_and_switch_leave_the_rest_as_margin(sound: LabRun) -> None:
    """Also of packets that were on their way when the span was cut."""
    assert restored(received(sound, lost_in(999, 1013))) == [pytest.approx(1 - 12 / 15.5)]
    assert violated(margins(sound)) == set() and restored(sound) == []
    assert violated(margins(received(sound, lost_in(1000, 1015.1)))) == set(), "the lab acts some 0.1 ms late"


@pytest.mark.parametrize(("begin", "end"), [(1000, 1017), (500, 501), (2000, 2001)])
def test_losses_at_any_other_time_violate(sound: LabRun, begin: int, end: int) -> None:
    """One packet is enough; the first is named, with when it was sent."""
    seen = [margin for margin in margins(received(sound, lost_in(begin, end))) if margin.left < 0]
    assert [(margin.invariant, margin.of) for margin in seen] == [(RESTORED, FLOW)]
    assert seen[0].at == (1016 if begin == 1000 else begin) * NS_PER_MS


def test_the_longest_outage_is_of_those_that_were_connected(sound: LabRun) -> None:
    """From the first packet to the last that was lost in one piece."""
    assert longest_outage(received(sound, lost_in(1000, 1010))) == (9 * NS_PER_MS, ("north", "east"))


def test_a_packet_that_takes_long_has_looped(sound: LabRun) -> None:
    """Longer than over every span in both directions: 105 km of fibre twice, and the line."""
    late = received(sound, lambda sent: sent + (9 if sent == 1020 * NS_PER_MS else 1) * NS_PER_MS)
    assert violated(margins(late)) == {"no packet loops"}


def test_flows_over_the_air_are_not_asked_for_losses(sound: LabRun) -> None:
    """Where a radio cell lies between a line and its head-end; on the ring behind which it lies they are."""
    network = load(Path("topologies/castres-mazamet.yaml"))
    run = replace(sound, network=network, blueprint=plan(network))
    places = {flow.line_group.rpartition("-")[0] for flow in run.blueprint.flows if run.ways(flow)}
    assert places == {"castres", "mazamet", "labruguiere", "aussillon"}


def test_what_is_counted_must_fit(sound: LabRun) -> None:
    """Copies, drops where none may be, deviations, and what the controller says before it ends."""
    assert violated(margins(received(sound, usual, duplicates=1))) == {"no packet arrives twice"}
    strays = replace(sound, side=replace(sound.side, closing=replace(sound.side.closing, strays={"upcalls": 3})))
    assert violated(margins(strays)) == {"packets are dropped only where they may be"}
    reroute = Rerouted(Time(NS_PER_S), Time(NS_PER_S), "north-east", False, 2)
    record = LabRecord((reroute,), ("refused",), {"east": ("-a rule",)})
    assert violated(margins(replace(sound, record=record))) == {
        "the controller reports no error", "rules are those of the blueprint once all is healed"}


def test_a_span_that_is_used_too_soon_violates(sound: LabRun) -> None:
    """Less than the wait to restore after its ends have seen it, when its reroute begins."""
    back, wait = sound.timetable.healed + 15 * NS_PER_MS, sound.blueprint.protection.wait_to_restore
    for late, holds in ((wait - 1, False), (wait + 1, True)):
        reroute = Rerouted(Time(back + late), Time(back + late + 2), "north-east", True, 2)
        used = replace(sound, record=replace(sound.record, reroutes=(reroute,)))
        assert violated(margins(used)) == (set() if holds else {"a span waits to be restored"})


def test_targets_of_strict_classes_are_asked_of_the_healed_network(sound: LabRun) -> None:
    """A delay that only the time of the failure had counts for nothing."""
    target = Target(Name("down"), bounds={Metric.MEAN_DELAY: 1.5 * NS_PER_MS})
    bounded = replace(sound, network=replace(sound.network, targets=(target,)))
    slow = 2 * NS_PER_MS
    healed = sound.timetable.judged
    while_cut = received(bounded, lambda sent: sent + (slow if sent < healed else NS_PER_MS))
    assert violated(margins(while_cut)) == set()
    later = received(bounded, lambda sent: sent + (slow if sent >= healed else NS_PER_MS))
    assert violated(margins(later)) == {"targets of strict classes are kept once all is healed"}
