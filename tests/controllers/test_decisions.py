"""Decisions: who is ready, and what a lost or found carrier means for whom."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from controllers.decisions import Change, State, difference, lost, port_changed, programme_of, ready, start
from tests.plan.blueprints import blueprint_of
from twin.plan.blueprint import Rule
from twin.plan.rules import FORWARD, forward_rules

RING = [(0, 1, 1000), (1, 2, 1000), (2, 3, 1000), (3, 0, 1500)]


def ring() -> State:
    """Four switches in a ring, a host at each."""
    return start(blueprint_of(4, RING, hosts=range(4)))


def ends(state: State, span: str) -> list[tuple[str, int]]:
    """The two ports of a span between switches."""
    return sorted(port for port, name in state.trunks.items() if name == span)


def test_everybody_is_ready_when_the_last_one_is() -> None:
    """One switch that goes away undoes it."""
    state = ring()
    for number in range(4):
        assert not state.all_ready
        state = ready(state, f"s{number:04d}")
    assert state.all_ready
    assert not lost(state, "s0002").all_ready


def test_a_programme_is_the_plans_rules_and_forwarding() -> None:
    """A switch that connects late gets forwarding as it stands then."""
    state = ring()
    rules, meters = programme_of(state, "s0000")
    assert rules == state.forward["s0000"] and meters == ()
    turned, _ = port_changed(state, *ends(state, "span-0")[0], False)
    assert programme_of(turned, "s0000")[0] == forward_rules(state.blueprint, frozenset({"span-0"}))["s0000"]


def test_a_span_fails_with_its_first_end_and_is_mended_with_its_last() -> None:
    """The second report of a cut changes nothing, nor does the first of a mend."""
    state = ring()
    a, b = ends(state, "span-0")
    down, told = port_changed(state, *a, False)
    assert down.failed == {"span-0"} and told
    both, told = port_changed(down, *b, False)
    assert both.failed == {"span-0"} and not told
    half, told = port_changed(both, *a, True)
    assert half.failed == {"span-0"} and not told
    mended, told = port_changed(half, *b, True)
    assert mended == state and told


def test_ports_of_hosts_and_unknown_ports_mean_nothing() -> None:
    """No other way leads to a host; the bridge's own port is not in the plan."""
    state = ring()
    host = state.blueprint.hosts[0]
    assert port_changed(state, host.switch, host.port, False) == (state, {})
    assert port_changed(state, "s0000", 0xFFFFFFFE, False) == (state, {})


@given(st.lists(st.tuples(st.integers(0, 7), st.booleans()), max_size=12))
def test_changes_add_up_to_the_forwarding_of_what_is_down(reports: list[tuple[int, bool]]) -> None:
    """Whatever ports report in whatever order, each switch's rules are those computed afresh for the failed spans."""
    state = ring()
    ports = sorted(state.trunks)
    tables = {name: {key(rule): rule for rule in rules} for name, rules in state.forward.items()}
    down: set[tuple[str, int]] = set()
    for index, up in reports:
        (down.discard if up else down.add)(ports[index])
        state, told = port_changed(state, *ports[index], up)
        for name, change in told.items():
            for rule in change.deleted:
                del tables[name][key(rule)]
            tables[name].update((key(rule), rule) for rule in change.written)
    failed = frozenset(state.trunks[port] for port in down)
    assert state.failed == failed
    for name, rules in forward_rules(state.blueprint, failed).items():
        assert set(tables[name].values()) == set(rules)


def key(rule: Rule) -> tuple[object, ...]:
    """What makes a rule the same to a switch."""
    return rule.table, rule.priority, rule.match


def test_a_cut_touches_forwarding_alone_and_only_where_it_turns() -> None:
    """No host's rule and no other table is among the changes."""
    state = ring()
    _, told = port_changed(state, *ends(state, "span-0")[0], False)
    touched = [rule for change in told.values() for rule in (*change.deleted, *change.written)]
    assert touched and all(rule.table == FORWARD and rule.destination_mac is None for rule in touched)


def test_no_difference_is_no_change() -> None:
    """Equal rules in another order need nothing."""
    rules = ring().forward["s0000"]
    assert difference(rules, rules[::-1]) == Change((), ())
