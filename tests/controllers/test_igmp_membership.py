"""Group membership: a join extends the tree, a leave prunes it at once or after unanswered queries."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from controllers.decisions.igmp_membership import expire_members, message_received, next_expiry, query_timed_out
from controllers.decisions.network_state import NetworkState, initial_state, switch_rules
from controllers.decisions.reroute_decisions import Reroute, reroute
from controllers.igmp_messages import GroupMessage
from tests.controllers.iptv_ring import ONE, TWO, broadcast, lines
from twin.core.units import NS_PER_S
from twin.model import Querier
from twin.plan.forwarding.multicast_trees import tree_rules

NOW = 1_000_000_000
JOIN, LEAVE = GroupMessage(True, ONE), GroupMessage(False, ONE)


def tree_ports(state: NetworkState) -> dict[str, set[int]]:
    """By switch, the ports by which channel one is copied, as the state has it."""
    return {switch: set(rule.group_all.ports) for switch, rules in state.trees.items() for rule in rules
            if rule.group_all is not None and rule.match.destination == f"{ONE}/32"}


def test_the_first_to_join_brings_the_channel_and_the_next_only_a_copy() -> None:
    """The tree grows from the source's switch; a second line on the way is one more port."""
    state = initial_state(broadcast())
    near, middle, far, _ = lines(state.blueprint)
    state, updates, _ = message_received(state, *far, JOIN, NOW)
    assert set(updates) == {near[0], middle[0], far[0]}
    assert all(len(change.added_groups) == 1 and len(change.added_rules) == 1 for change in updates.values())
    state, updates, _ = message_received(state, *middle, JOIN, NOW)
    assert set(updates) == {middle[0]}
    (change,) = updates.values()
    assert [len(group.ports) for group in change.modified_groups] == [2] and not change.added_groups
    assert middle[1] in tree_ports(state)[middle[0]]


def test_a_repeated_join_changes_nothing() -> None:
    """The CPE repeats its report (RFC 2236, 3): membership is prolonged, and no switch is updated."""
    state, _, _ = message_received(initial_state(broadcast()), *lines(broadcast())[2], JOIN, NOW)
    assert message_received(state, *lines(broadcast())[2], JOIN, NOW) == (state, {}, None)


def test_unknown_groups_and_ports_are_ignored() -> None:
    """No channel has the group; the port is a head-end's or a trunk; a line that is no member cannot leave."""
    state = initial_state(broadcast())
    line, head_end = lines(state.blueprint)[0], state.blueprint.hosts[0]
    assert message_received(state, *line, GroupMessage(True, "239.255.0.1"), NOW) == (state, {}, None)
    assert message_received(state, head_end.switch, head_end.port, JOIN, NOW) == (state, {}, None)
    assert message_received(state, line[0], 1, JOIN, NOW) == (state, {}, None)
    assert message_received(state, *line, LEAVE, NOW) == (state, {}, None)


def test_with_fast_leave_the_line_is_pruned_at_once() -> None:
    """All that was built for it goes: rules and groups."""
    before = initial_state(broadcast(fast_leave=True))
    state, grown, _ = message_received(before, *lines(before.blueprint)[2], JOIN, NOW)
    state, pruned, query = message_received(state, *lines(before.blueprint)[2], LEAVE, NOW)
    assert query is None and state.trees == {}
    assert {s: c.deleted_rules for s, c in pruned.items()} == {s: c.added_rules for s, c in grown.items()}
    assert {s: c.deleted_groups for s, c in pruned.items()} == {s: c.added_groups for s, c in grown.items()}


def test_without_it_the_line_is_queried_twice_and_then_pruned() -> None:
    """Two queries of a second each (RFC 2236, 8.8 and 8.9); a second leave meanwhile sends no query."""
    state = initial_state(broadcast())
    line = lines(state.blueprint)[2]
    state, _, _ = message_received(state, *line, JOIN, NOW)
    state, updates, first = message_received(state, *line, LEAVE, NOW)
    assert first is not None and not updates
    assert message_received(state, *line, LEAVE, NOW) == (state, {}, None)
    state, updates, again = query_timed_out(state, first)
    assert again == first and not updates
    state, updates, query = query_timed_out(state, first)
    assert query is None and updates and state.trees == {} and not state.pending_leaves
    assert query_timed_out(state, first) == (state, {}, None)


def test_a_join_ends_the_pending_leave() -> None:
    """The line still has a receiver; a later leave is another one, which an old query cannot end."""
    state = initial_state(broadcast())
    line = lines(state.blueprint)[2]
    state, _, _ = message_received(state, *line, JOIN, NOW)
    state, _, first = message_received(state, *line, LEAVE, NOW)
    state, updates, _ = message_received(state, *line, JOIN, NOW)
    assert not updates and not state.pending_leaves and first is not None
    state, _, second = message_received(state, *line, LEAVE, NOW)
    assert second is not None and second != first
    assert query_timed_out(state, first) == (state, {}, None)


def test_a_vanished_receiver_is_pruned_after_the_group_membership_interval() -> None:
    """260 s after the last report (RFC 2236, 8.4), and not before; who reported meanwhile stays."""
    state = initial_state(broadcast())
    near, _, far, _ = lines(state.blueprint)
    state, _, _ = message_received(state, *near, JOIN, NOW)
    state, _, _ = message_received(state, *far, JOIN, NOW)
    state, _, _ = message_received(state, *far, GroupMessage(True, TWO), NOW + 1)
    state, _, _ = message_received(state, *near, JOIN, NOW + 125 * NS_PER_S)
    assert next_expiry(state) == NOW + 260 * NS_PER_S
    assert expire_members(state, NOW + 260 * NS_PER_S - 1) == (state, {}, None)
    state, updates, _ = expire_members(state, NOW + 260 * NS_PER_S)
    assert updates and state.members == {"one": frozenset({near}), "two": frozenset({far})}
    assert set(tree_ports(state)) == {near[0]} and next_expiry(state) == NOW + 1 + 260 * NS_PER_S
    state, updates, _ = expire_members(state, NOW + 500 * NS_PER_S)
    assert updates and state.trees == {} and next_expiry(state) is None


def test_expiry_ends_a_pending_leave_and_leaving_ends_a_timer() -> None:
    """What was pruned one way is not pruned the other way later."""
    state = initial_state(broadcast())
    line = lines(state.blueprint)[2]
    state, _, _ = message_received(state, *line, JOIN, NOW)
    state, _, leave = message_received(state, *line, LEAVE, NOW + 259 * NS_PER_S)
    state, _, _ = expire_members(state, NOW + 260 * NS_PER_S)
    assert leave is not None and query_timed_out(state, leave) == (state, {}, None) and not state.pending_leaves
    gone = initial_state(broadcast(fast_leave=True))
    gone, _, _ = message_received(gone, *line, JOIN, NOW)
    gone, _, _ = message_received(gone, *line, LEAVE, NOW)
    assert next_expiry(gone) is None


def test_the_tree_follows_the_ring() -> None:
    """When a span fails the channel takes the other path round the ring, and returns when it is restored."""
    state = initial_state(broadcast())
    line = lines(state.blueprint)[1]
    before, _, _ = message_received(state, *line, JOIN, NOW)
    cut, (first, *_) = reroute(before, Reroute("span-0", False))
    assert set(tree_ports(cut)) == {"s0000", "s0001", "s0002", "s0003"} == set(first)
    mended, _ = reroute(cut, Reroute("span-0", True))
    assert mended.trees == before.trees


def test_a_switch_that_connects_late_gets_the_trees_as_they_stand() -> None:
    """Its rules include them."""
    state = initial_state(broadcast())
    line = lines(state.blueprint)[1]
    state, _, _ = message_received(state, *line, JOIN, NOW)
    assert set(state.trees[line[0]]) < set(switch_rules(state, line[0])[0])


@given(st.lists(st.tuples(st.integers(0, 3), st.booleans(), st.sampled_from([ONE, TWO])), max_size=25))
def test_trees_are_those_of_the_members(reports: list[tuple[int, bool, str]]) -> None:
    """Whatever messages in whatever order, the updates add up to the trees of the lines that joined last."""
    state = initial_state(broadcast(fast_leave=True))
    every = lines(state.blueprint)
    watching: dict[str, set[tuple[str, int]]] = {"one": set(), "two": set()}
    rules: dict[str, dict[object, object]] = {}
    for number, joins, group in reports:
        named = "one" if group == ONE else "two"
        (watching[named].add if joins else watching[named].discard)(every[number])
        state, updates, _ = message_received(state, *every[number], GroupMessage(joins, group), NOW)
        for switch, change in updates.items():
            row = rules.setdefault(switch, {})
            for rule in change.deleted_rules:
                del row[rule.match]
            row.update((rule.match, rule) for rule in change.added_rules)
    planned = tree_rules(state.blueprint, {name: frozenset(members) for name, members in watching.items()})
    assert {s: set(row.values()) for s, row in rules.items() if row} == {s: set(row) for s, row in planned.items()}


def test_without_a_querier_a_leave_prunes_nothing_before_the_membership_expires() -> None:
    """Nobody may ask whether another host behind the line watches (RFC 4541, 2.1.1); with fast leave nobody has to."""
    state = initial_state(broadcast(querier=Querier.NONE))
    line, lasting = lines(state.blueprint)[2], state.blueprint.multicast.membership_interval
    state, _, _ = message_received(state, *line, JOIN, NOW)
    assert message_received(state, *line, LEAVE, NOW + NS_PER_S) == (state, {}, None)
    assert not expire_members(state, NOW + lasting - 1).updates
    assert expire_members(state, NOW + lasting).state.members["one"] == frozenset()
    fast = initial_state(broadcast(fast_leave=True, querier=Querier.NONE))
    joined, _, _ = message_received(fast, *line, JOIN, NOW)
    assert message_received(joined, *line, LEAVE, NOW).state.members["one"] == frozenset()
