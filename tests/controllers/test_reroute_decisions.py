"""Decisions: which switches are ready, which spans are avoided and restored."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from controllers.decisions.network_state import (
    NetworkState,
    failure_reported,
    initial_state,
    port_changed,
    switch_disconnected,
    switch_ready,
    switch_rules,
)
from controllers.decisions.reroute_decisions import (
    Reroute,
    next_reroute,
    remains_due,
    reroute,
    wait_to_restore_expired,
    waiting_to_restore,
)
from tests.plan.blueprints import blueprint_of, switch_name
from twin.model import Healing, Protection
from twin.plan.forwarding.openflow_rules import forward_rules

RING = [(0, 1, 1000), (1, 2, 1000), (2, 3, 1000), (3, 0, 1500)]


def ring(edges: list[tuple[int, int, int]] = RING, switches: int = 4) -> NetworkState:
    """Switches in a ring, a host at each, all of them programmed."""
    state = initial_state(blueprint_of(switches, edges, hosts=range(switches)))
    for number in range(switches):
        state = switch_ready(state, switch_name(number))
    return state


def ends(state: NetworkState, span: str) -> list[tuple[str, int]]:
    """The two ports of a span between switches."""
    return sorted(port for port, name in state.trunks.items() if name == span)


def settled(state: NetworkState) -> NetworkState:
    """The state after all reroutes that are due."""
    while (change := next_reroute(state)) is not None:
        state, _ = reroute(state, change)
    return state


def cut(state: NetworkState, span: str, up: bool = False) -> NetworkState:
    """Both ends of a span report; all that is due happens."""
    for port in ends(state, span):
        state = port_changed(state, *port, up)
    return settled(state)


def test_all_are_ready_when_the_last_switch_is() -> None:
    """Until one of them disconnects."""
    state = initial_state(ring().blueprint)
    for number in range(4):
        assert not state.all_ready
        state = switch_ready(state, switch_name(number))
    assert state.all_ready
    assert not switch_disconnected(state, "s0002").all_ready


def test_the_rules_of_a_switch_are_the_plans_and_forwarding() -> None:
    """A switch that connects late gets forwarding as it stands then."""
    state = ring()
    rules, meters = switch_rules(state, "s0000")
    assert rules == state.forward["s0000"] and meters == ()
    rerouted = cut(state, "span-0")
    assert switch_rules(rerouted, "s0000")[0] == forward_rules(state.blueprint, frozenset({"span-0"}))["s0000"]


def test_a_span_fails_with_its_first_end_and_is_whole_with_its_last() -> None:
    """The second report of a cut changes nothing, nor does the first of a restoration."""
    state = ring()
    a, b = ends(state, "span-0")
    down = port_changed(state, *a, False)
    assert next_reroute(down) == Reroute("span-0", False)
    down = port_changed(settled(down), *b, False)
    assert down.avoided == {"span-0"} and next_reroute(down) is None
    half = port_changed(down, *a, True)
    assert not waiting_to_restore(half) and next_reroute(half) is None
    whole = port_changed(half, *b, True)
    assert waiting_to_restore(whole) == {"span-0"} and next_reroute(whole) is None
    assert settled(wait_to_restore_expired(whole, "span-0")) == state


def test_a_flap_restarts_the_wait_to_restore() -> None:
    """Traffic has moved once and moves back once."""
    state = cut(cut(ring(), "span-0"), "span-0", up=True)
    flapped = cut(state, "span-0")
    assert flapped.avoided == {"span-0"} and not waiting_to_restore(flapped)
    assert waiting_to_restore(cut(flapped, "span-0", up=True)) == {"span-0"}


def test_what_is_isolated_does_not_wait() -> None:
    """Two cuts isolate a switch; the first span to come up reconnects it at once, the second waits to restore."""
    state = cut(cut(ring(), "span-0"), "span-1")
    back = cut(state, "span-1", up=True)
    assert back.avoided == {"span-0"}
    assert cut(back, "span-0", up=True).avoided == {"span-0"}


def test_a_span_of_a_disconnected_switch_is_not_restored() -> None:
    """A switch that comes back has no rules until it is programmed."""
    state = switch_disconnected(cut(cut(ring(), "span-0"), "span-1"), "s0001")
    assert not {Reroute("span-0", True), Reroute("span-1", True)} & {next_reroute(cut(state, "span-1", up=True))}
    assert settled(switch_ready(cut(state, "span-1", up=True), "s0001")).avoided == {"span-0"}


def test_a_failure_that_is_reported_ends_what_a_wait_has_led_to() -> None:
    """Before the controller reacts to it, and before the first round of a reroute that it has begun."""
    state = ring()
    waited = wait_to_restore_expired(cut(cut(state, "span-0"), "span-0", up=True), "span-0")
    decided = next_reroute(waited)
    assert decided == Reroute("span-0", True) and remains_due(waited, decided)
    for failed in (failure_reported(waited, *ends(state, "span-0")[0]), switch_disconnected(waited, "s0000")):
        assert not remains_due(failed, decided) and next_reroute(failed) is None
    back = switch_ready(switch_disconnected(waited, "s0000"), "s0000")
    assert waiting_to_restore(back) == {"span-0"} and next_reroute(back) is None
    for elsewhere in (failure_reported(waited, *ends(state, "span-1")[1]), switch_disconnected(waited, "s0002")):
        assert remains_due(elsewhere, decided)
    assert failure_reported(waited, state.blueprint.hosts[0].switch, state.blueprint.hosts[0].port) == waited


def test_ports_of_hosts_and_unknown_ports_are_ignored() -> None:
    """No other path leads to a host; the bridge's own port is not in the plan."""
    state = ring()
    host = state.blueprint.hosts[0]
    assert port_changed(state, host.switch, host.port, False) == state
    assert port_changed(state, "s0000", 0xFFFFFFFE, False) == state


def test_without_protection_nothing_is_rerouted() -> None:
    """Without QoS and protection."""
    bare = replace(ring().blueprint, protection=Protection(healing=Healing.NONE))
    assert cut(initial_state(bare), "span-0") == initial_state(bare)


@given(st.lists(st.tuples(st.integers(0, 7), st.booleans()), max_size=12))
def test_forwarding_avoids_whatever_is_down(reports: list[tuple[int, bool]]) -> None:
    """Whatever ports report in whatever order: every down span is avoided, and after the waits no other."""
    state = ring()
    ports = sorted(state.trunks)
    for index, up in reports:
        state = settled(port_changed(state, *ports[index], up))
        assert state.down_spans <= state.avoided
    for span in waiting_to_restore(state):
        state = wait_to_restore_expired(state, span)
    state = settled(state)
    assert state.avoided == state.down_spans
    assert state.forward == forward_rules(state.blueprint, state.avoided)
