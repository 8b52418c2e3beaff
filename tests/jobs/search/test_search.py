"""The search for the bad day: today's controller survives it, planted faults do not, and a failure is shrunk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controllers.decisions import consistent_update, igmp_membership, reroute_decisions
from controllers.igmp_querier import IgmpQuerier
from controllers.reroute_executor import RerouteExecutor
from twin import api
from twin.core.progress import listening
from twin.core.units import NS_PER_MS, NS_PER_S, Time
from twin.jobs.search.draw import draw
from twin.jobs.search.runner import search
from twin.jobs.search.schedule import Event, EventKind, Schedule
from twin.jobs.search.shrink import shrink
from twin.jobs.search.simulate import START, Simulation
from twin.plan.blueprint import Blueprint

RING = Path(__file__).with_name("ring.yaml")
SPAN = "north-east"
"""A span of the network `minimal`."""


@pytest.fixture(scope="module")
def ring() -> Blueprint:
    """A ring of five switches with a chord."""
    return api.plan(api.load(RING))


def events(*written: tuple[float, EventKind, str]) -> tuple[Event, ...]:
    """Events at seconds."""
    return tuple(Event(Time(round(at * NS_PER_S)), kind, target) for at, kind, target in written)


def pause(at: float, lasts: float) -> Event:
    """The controller handles nothing for so many seconds."""
    return Event(Time(round(at * NS_PER_S)), EventKind.PAUSE, lasts=Time(round(lasts * NS_PER_S)))


def test_todays_controller_survives_random_schedules(ring: Blueprint) -> None:
    """No invariant is violated, by events of every kind."""
    result = search(ring, range(20), jobs=1)
    assert result.failures == () and result.failing == 0
    assert {event.kind for seed in range(20) for event in draw(ring, seed).events} == set(EventKind)
    assert result.reroutes > 20 and result.worst[0].longest_outage > 0


def test_progress_is_of_the_search_alone(ring: Blueprint) -> None:
    """Not of what the controller plans in each schedule, nor of that of the invariants."""
    steps: list[str] = []
    with listening(lambda what, _: steps.append(what)):
        api.plan(api.load(RING))
        planned = len(steps)
        search(ring, range(3), jobs=1)
    assert 0 < planned == len(steps)


def test_a_schedule_has_one_outcome(ring: Blueprint) -> None:
    """By the same process or another one, and by a simulation that has run others before."""
    schedule, simulation = draw(ring, 7), Simulation(ring)
    before = [simulation.run(draw(ring, seed)) for seed in (1, 7, 8)]
    assert Simulation(ring).run(schedule) == simulation.run(schedule) == before[1]
    assert search(ring, range(9), jobs=2) == search(ring, range(9), jobs=1)


@pytest.mark.parametrize("schedule", [
    # A controller that begins while a span is down, or waits to be restored, must not mix its rules with older ones.
    events((1, EventKind.CUT, "d-e"), (2, EventKind.CONTROLLER_RESTART, "")),
    events((1, EventKind.CUT, "d-e"), (2, EventKind.MEND, "d-e"), (3, EventKind.CONTROLLER_RESTART, "")),
    events((1, EventKind.POWER_OFF, "d"), (2, EventKind.POWER_ON, "d"), (3, EventKind.CONTROLLER_RESTART, "")),
])
def test_a_controller_that_starts_again_makes_no_loop(ring: Blueprint, schedule: tuple[Event, ...]) -> None:
    """Found by the search: switches were programmed one after the other as they connected."""
    assert Simulation(ring).run(Schedule(0, schedule)).violations == ()


def test_a_switch_that_connects_during_a_reroute_makes_no_loop() -> None:
    """Found by the search: it got the rules of the reroute's end while others still had those of its begin."""
    minimal = api.plan(api.load(Path("topologies/minimal.yaml")))
    schedule = (*events((1, EventKind.POWER_OFF, "north")),
                Event(Time(1_034_130_773), EventKind.PAUSE, lasts=Time(1_367_345_900)),
                *events((2.268516801, EventKind.POWER_OFF, "east"), (2.303085477, EventKind.POWER_ON, "east")))
    assert Simulation(minimal).run(Schedule(0, schedule)).violations == ()


def test_a_controller_that_starts_beside_a_dead_switch_queries_all_others(ring: Blueprint) -> None:
    """Found by the search: it began to query once every switch was ready, so that nobody got a channel back."""
    line = next(host for host in ring.hosts if host.line_group and host.switch != "d")
    join = Event(Time(2 * NS_PER_S), EventKind.JOIN, line.name, channel=ring.iptv_channels[0].name)
    schedule = (*events((1, EventKind.POWER_OFF, "d")), join, *events((3, EventKind.CONTROLLER_RESTART, "")))
    assert Simulation(ring).run(Schedule(1016, schedule)).violations == ()


def test_what_waits_for_two_pauses_is_told_in_its_order() -> None:
    """Found by the search: a switch's old connection was told after its new one, so that no switch got any rules."""
    minimal = api.plan(api.load(Path("topologies/minimal.yaml")))
    schedule = (*events((1, EventKind.CONTROLLER_RESTART, "")),
                Event(Time(1_003_443_398), EventKind.PAUSE, lasts=Time(1_881_745_995)),
                Event(Time(1_128_495_912), EventKind.PAUSE, lasts=Time(1_763_177_764)),
                Event(Time(1_163_758_893), EventKind.RESTART, "north"))
    assert Simulation(minimal).run(Schedule(3218, schedule)).violations == ()


@pytest.mark.parametrize("round_ns", [5 * NS_PER_MS, 0])
@pytest.mark.parametrize("after", [
    # A controller that was paused handles a wait that has expired before the cut or the restart that came meanwhile.
    (pause(3, 4.459), *events((4, EventKind.CUT, SPAN), (5, EventKind.MEND, SPAN))),            # seeds 1395, 2380, 3424
    (pause(4, 5), *events((8, EventKind.RESTART, "east"))),                                     # 2919; ring 429
    # The wait expires once the controller has heard of the cut, and before its own delay is over.
    (pause(3, 4.025), *events((4, EventKind.CUT, SPAN), (5, EventKind.MEND, SPAN))),
    events((7.001, EventKind.CUT, SPAN), (7.002, EventKind.MEND, SPAN)),
    # It expires while an end is not connected.
    events((7.025, EventKind.RESTART, "east")),
    # An end starts again while a slow switch delays a reroute that began in time: no fault.
    (Event(Time(5 * NS_PER_S), EventKind.SLOW, "west", Time(3 * NS_PER_S)),                     # seed 1495
     *events((7.5, EventKind.SLOW, "west"), (7.6, EventKind.RESTART, "east"))),
])
def test_a_span_that_fails_before_its_wait_has_led_to_a_reroute_waits_again(after: tuple[Event, ...], round_ns: int
                                                                            ) -> None:
    """Found by the search, in a network whose wait to restore of 5 s expires at 7.03 s; also where rounds of updates
    take no time, so that no news can come between the decision and the first of them."""
    minimal = api.plan(api.load(Path("topologies/minimal.yaml")))
    quick = replace(minimal, protection=replace(minimal.protection, round=Time(round_ns)))
    schedule = events((1, EventKind.CUT, SPAN), (2, EventKind.MEND, SPAN)) + after
    assert Simulation(quick).run(Schedule(0, schedule)).violations == ()


def test_what_a_switch_has_reported_before_it_connects_again_is_over() -> None:
    """A cut that is mended while its end is not connected: reacted to after the new connection, it would last."""
    minimal = api.plan(api.load(Path("topologies/minimal.yaml")))
    schedule = events((1, EventKind.CUT, SPAN), (1.004, EventKind.MEND, SPAN), (1.0155, EventKind.RESTART, "east"))
    assert Simulation(minimal).run(Schedule(0, schedule)).violations == ()


def test_what_fails_before_the_first_event_is_seen_in_every_schedule(ring: Blueprint, monkeypatch: pytest.MonkeyPatch
                                                                     ) -> None:
    """A controller whose querier fails as soon as a switch has its rules: each schedule says so, and when."""
    monkeypatch.setattr(IgmpQuerier, "switch_ready", None)
    simulation = Simulation(ring)
    first, second = (simulation.run(Schedule(seed, ())) for seed in (1, 2))
    assert first.violations == second.violations != ()
    assert min(at for _, at in first.violations) < START
    assert simulation.run(Schedule(3, ()), lambda _: True) == Simulation(ring).run(Schedule(3, ()), lambda _: True)


def test_a_planted_fault_is_found_and_shrunk(ring: Blueprint, monkeypatch: pytest.MonkeyPatch) -> None:
    """A controller that never restores a span: one event is enough to see it."""
    monkeypatch.setattr(RerouteExecutor, "wait_to_restore_expired", lambda *_: None)
    result = search(ring, range(10), jobs=1)
    assert result.failing > 0
    assert all(len(failure.least.schedule.events) == 1 for failure in result.failures)
    assert {violation.invariant for failure in result.failures for violation, _ in failure.least.violations} == {
        "what is down is avoided"}


def test_a_wait_that_is_interrupted_begins_anew(ring: Blueprint, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a switch that starts again without rules: three events show a controller that goes on counting."""
    schedule = Schedule(0, events((1, EventKind.CUT, "a-b"), (2, EventKind.MEND, "a-b"), (3, EventKind.RESTART, "a")))
    assert Simulation(ring).run(schedule).violations == ()

    def goes_on(self: RerouteExecutor, span: str, _since: int) -> None:
        if self.waits.pop(span, None) is not None:
            self._network.state = reroute_decisions.wait_to_restore_expired(self._network.state, span)
            self.proceed()

    monkeypatch.setattr(RerouteExecutor, "wait_to_restore_expired", goes_on)
    assert {violation.invariant for violation, _ in Simulation(ring).run(schedule).violations} == {
        "a span waits to be restored"}


def test_a_controller_that_never_rests_is_found(ring: Blueprint, monkeypatch: pytest.MonkeyPatch) -> None:
    """Members that do not expire are looked at again at once, and again: the search ends all the same."""
    monkeypatch.setattr(igmp_membership, "expire_members", lambda state, _: igmp_membership.MembershipChange(state, {}))
    line = next(host for host in ring.hosts if host.line_group)
    join = Event(Time(NS_PER_S), EventKind.JOIN, line.name, channel=ring.iptv_channels[0].name)
    outcome = Simulation(ring).run(Schedule(0, (join, Event(Time(2 * NS_PER_S), EventKind.UNPLUG, line.name))))
    assert [violation.invariant for violation, _ in outcome.violations] == ["time goes on"]


def test_rounds_in_the_wrong_order_are_found(ring: Blueprint, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reroute whose rounds are sent all at once loops for as long as they take to arrive."""
    rounds = consistent_update.update_rounds
    monkeypatch.setattr(reroute_decisions, "update_rounds", lambda *a: tuple(reversed(rounds(*a))))
    assert search(ring, range(10), jobs=1).failing > 0


@given(st.lists(st.integers(0, 9), max_size=12), st.sets(st.integers(0, 9), min_size=1, max_size=3))
@settings(deadline=None)
def test_what_is_shrunk_still_fails_and_has_nothing_to_spare(targets: list[int], needed: set[int]) -> None:
    """ddmin: no single event can be left out."""
    def fails(some: Sequence[Event]) -> bool:
        return needed <= {int(event.target) for event in some}

    schedule = events(*((at + 1, EventKind.CUT, str(target)) for at, target in enumerate(targets)))
    if fails(schedule):
        least = shrink(schedule, fails)
        assert fails(least) and len(least) == len(needed)


def test_what_happened_just_before_a_failure_is_tried_first() -> None:
    """Two of thirty events take few runs: of labs each takes seconds."""
    tried: list[int] = []

    def fails(some: Sequence[Event]) -> bool:
        tried.append(len(some))
        return {"28", "29"} <= {event.target for event in some}

    schedule = events(*((at + 1, EventKind.CUT, str(at)) for at in range(30)))
    assert [event.target for event in shrink(schedule, fails)] == ["28", "29"]
    assert len(tried) <= 6 and max(tried) == 2


def test_a_cut_that_is_mended_is_shrunk_to_a_restart() -> None:
    """Where that fails as well, of the switch with which it does."""
    def fails(some: Sequence[Event]) -> bool:
        kinds = [event.kind for event in some]
        return {EventKind.CUT, EventKind.MEND} <= {*kinds} or any(
            event.kind is EventKind.RESTART and event.target == "b" for event in some)

    schedule = events((1, EventKind.CUT, "a-b"), (2, EventKind.MEND, "a-b"))
    least = shrink(schedule, fails, {"a-b": ("a", "b")})
    assert [(event.kind, event.target) for event in least] == [(EventKind.RESTART, "b")]
    assert len(shrink(schedule, fails)) == 2


def test_a_power_cut_that_ends_is_shrunk_to_a_restart_of_its_node() -> None:
    """And no other's power with it."""
    def fails(some: Sequence[Event]) -> bool:
        kinds = [event.kind for event in some if event.target == "b"]
        return {EventKind.POWER_OFF, EventKind.POWER_ON} <= {*kinds} or EventKind.RESTART in kinds

    schedule = events((1, EventKind.POWER_OFF, "b"), (2, EventKind.POWER_ON, "b"), (3, EventKind.POWER_OFF, "c"))
    assert [(event.kind, event.target) for event in shrink(schedule, fails)] == [(EventKind.RESTART, "b")]


def test_a_failure_that_needs_no_event_is_shrunk_to_none() -> None:
    """A target that is missed on the best of days."""
    assert shrink(events((1, EventKind.CUT, "a-b"), (2, EventKind.CUT, "b-c")), lambda _: True) == ()
