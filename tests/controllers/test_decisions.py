"""Decisions: who is ready, and what a lost or found carrier means for whom."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from controllers import decisions
from controllers.decisions import (
    State,
    Turn,
    lost,
    next_turn,
    port_changed,
    programme_of,
    ready,
    rested,
    resting,
    start,
)
from tests.plan.blueprints import blueprint_of, switch_name
from twin.model import Healing, Protection
from twin.plan.rules import forward_rules

RING = [(0, 1, 1000), (1, 2, 1000), (2, 3, 1000), (3, 0, 1500)]


def ring(edges: list[tuple[int, int, int]] = RING, switches: int = 4) -> State:
    """Switches in a ring, a host at each, all of them programmed."""
    state = start(blueprint_of(switches, edges, hosts=range(switches)))
    for number in range(switches):
        state = ready(state, switch_name(number))
    return state


def ends(state: State, span: str) -> list[tuple[str, int]]:
    """The two ports of a span between switches."""
    return sorted(port for port, name in state.trunks.items() if name == span)


def settled(state: State) -> State:
    """The state after all turns that are due."""
    while (turn := next_turn(state)) is not None:
        state, _ = decisions.turned(state, turn)
    return state


def cut(state: State, span: str, up: bool = False) -> State:
    """Both ends of a span report; all that is due happens."""
    for port in ends(state, span):
        state = port_changed(state, *port, up)
    return settled(state)


def test_everybody_is_ready_when_the_last_one_is() -> None:
    """One switch that goes away undoes it."""
    state = start(ring().blueprint)
    for number in range(4):
        assert not state.all_ready
        state = ready(state, switch_name(number))
    assert state.all_ready
    assert not lost(state, "s0002").all_ready


def test_a_programme_is_the_plans_rules_and_forwarding() -> None:
    """A switch that connects late gets forwarding as it stands then."""
    state = ring()
    rules, meters = programme_of(state, "s0000")
    assert rules == state.forward["s0000"] and meters == ()
    turned = cut(state, "span-0")
    assert programme_of(turned, "s0000")[0] == forward_rules(state.blueprint, frozenset({"span-0"}))["s0000"]


def test_a_span_fails_with_its_first_end_and_is_whole_with_its_last() -> None:
    """The second report of a cut changes nothing, nor does the first of a mend."""
    state = ring()
    a, b = ends(state, "span-0")
    down = port_changed(state, *a, False)
    assert next_turn(down) == Turn("span-0", False)
    down = port_changed(settled(down), *b, False)
    assert down.failed == {"span-0"} and next_turn(down) is None
    half = port_changed(down, *a, True)
    assert not resting(half) and next_turn(half) is None
    whole = port_changed(half, *b, True)
    assert resting(whole) == {"span-0"} and next_turn(whole) is None
    assert settled(rested(whole, "span-0")) == state


def test_a_flap_while_it_rests_begins_the_wait_anew() -> None:
    """Traffic has moved once and moves back once."""
    state = cut(cut(ring(), "span-0"), "span-0", up=True)
    flapped = cut(state, "span-0")
    assert flapped.failed == {"span-0"} and not resting(flapped)
    assert resting(cut(flapped, "span-0", up=True)) == {"span-0"}


def test_what_is_cut_off_is_not_made_to_wait() -> None:
    """Two cuts isolate a switch; the first span that is mended brings it back at once, the second is waited for."""
    state = cut(cut(ring(), "span-0"), "span-1")
    back = cut(state, "span-1", up=True)
    assert back.failed == {"span-0"}
    assert cut(back, "span-0", up=True).failed == {"span-0"}


def test_a_span_of_a_switch_that_does_not_speak_is_not_turned_back_to() -> None:
    """A switch that comes back has no rules until it is programmed."""
    state = lost(cut(cut(ring(), "span-0"), "span-1"), "s0001")
    assert not {Turn("span-0", True), Turn("span-1", True)} & {next_turn(cut(state, "span-1", up=True))}
    assert settled(ready(cut(state, "span-1", up=True), "s0001")).failed == {"span-0"}


def test_ports_of_hosts_and_unknown_ports_mean_nothing() -> None:
    """No other way leads to a host; the bridge's own port is not in the plan."""
    state = ring()
    host = state.blueprint.hosts[0]
    assert port_changed(state, host.switch, host.port, False) == state
    assert port_changed(state, "s0000", 0xFFFFFFFE, False) == state


def test_where_nothing_heals_nothing_turns() -> None:
    """The contrast."""
    bare = replace(ring().blueprint, protection=Protection(healing=Healing.NONE))
    assert cut(start(bare), "span-0") == start(bare)


@given(st.lists(st.tuples(st.integers(0, 7), st.booleans()), max_size=12))
def test_forwarding_goes_round_whatever_is_down(reports: list[tuple[int, bool]]) -> None:
    """Whatever ports report in whatever order: every broken span is gone round, and when all has rested no other."""
    state = ring()
    ports = sorted(state.trunks)
    for index, up in reports:
        state = settled(port_changed(state, *ports[index], up))
        assert state.broken <= state.failed
    for span in resting(state):
        state = rested(state, span)
    state = settled(state)
    assert state.failed == state.broken
    assert state.forward == forward_rules(state.blueprint, state.failed)
