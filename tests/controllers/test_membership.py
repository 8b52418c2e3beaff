"""Who watches: joining grows the tree, leaving prunes it at once or after nobody has answered."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from controllers.decisions import State, Turn, programme_of, start, turned
from controllers.igmp import Message
from controllers.membership import aged, heard, next_aging, unanswered
from tests.controllers.broadcast import ONE, TWO, broadcast, lines
from twin.plan.trees import tree_rules
from twin.units import NS_PER_S

NOW = 1_000_000_000
JOIN, LEAVE = Message(True, ONE), Message(False, ONE)


def told_rules(state: State) -> dict[str, set[int]]:
    """By switch, the ports by which channel one is copied, as the state has it."""
    return {switch: set(rule.copies.ports) for switch, rules in state.trees.items() for rule in rules
            if rule.copies is not None and rule.match.destination == f"{ONE}/32"}


def test_the_first_to_join_brings_the_channel_and_the_next_only_a_copy() -> None:
    """The tree grows from the source's switch; a second line on the way is one more port."""
    state = start(broadcast())
    near, middle, far, _ = lines(state.blueprint)
    state, told, _ = heard(state, *far, JOIN, NOW)
    assert set(told) == {near[0], middle[0], far[0]}
    assert all(len(change.new_groups) == 1 and len(change.written) == 1 for change in told.values())
    state, told, _ = heard(state, *middle, JOIN, NOW)
    assert set(told) == {middle[0]}
    (change,) = told.values()
    assert [len(group.ports) for group in change.altered] == [2] and not change.new_groups
    assert middle[1] in told_rules(state)[middle[0]]


def test_who_joins_again_changes_nothing() -> None:
    """The CPE repeats its report (RFC 2236, 3): it holds for longer, and switches are told nothing."""
    state, _, _ = heard(start(broadcast()), *lines(broadcast())[2], JOIN, NOW)
    assert heard(state, *lines(broadcast())[2], JOIN, NOW) == (state, {}, None)


def test_groups_and_ports_that_nobody_knows_mean_nothing() -> None:
    """No channel has the group; the port is a head-end's or a trunk; who does not watch cannot leave."""
    state = start(broadcast())
    line, head_end = lines(state.blueprint)[0], state.blueprint.hosts[0]
    assert heard(state, *line, Message(True, "239.255.0.1"), NOW) == (state, {}, None)
    assert heard(state, head_end.switch, head_end.port, JOIN, NOW) == (state, {}, None)
    assert heard(state, line[0], 1, JOIN, NOW) == (state, {}, None)
    assert heard(state, *line, LEAVE, NOW) == (state, {}, None)


def test_with_fast_leave_the_line_is_pruned_at_once() -> None:
    """All that was built for it goes: rules and groups."""
    before = start(broadcast(fast_leave=True))
    state, grown, _ = heard(before, *lines(before.blueprint)[2], JOIN, NOW)
    state, pruned, asks = heard(state, *lines(before.blueprint)[2], LEAVE, NOW)
    assert asks is None and state.trees == {}
    assert {s: c.deleted for s, c in pruned.items()} == {s: c.written for s, c in grown.items()}
    assert {s: c.old_groups for s, c in pruned.items()} == {s: c.new_groups for s, c in grown.items()}


def test_without_it_the_line_is_asked_twice_and_then_pruned() -> None:
    """Two queries of a second each (RFC 2236, 8.8 and 8.9); a second leave meanwhile asks nobody again."""
    state = start(broadcast())
    line = lines(state.blueprint)[2]
    state, _, _ = heard(state, *line, JOIN, NOW)
    state, told, first = heard(state, *line, LEAVE, NOW)
    assert first is not None and not told
    assert heard(state, *line, LEAVE, NOW) == (state, {}, None)
    state, told, again = unanswered(state, first)
    assert again == first and not told
    state, told, asks = unanswered(state, first)
    assert asks is None and told and state.trees == {} and not state.doubts
    assert unanswered(state, first) == (state, {}, None)


def test_a_join_ends_the_doubt() -> None:
    """Somebody on the line still watches; a later doubt is another one, which an old query cannot end."""
    state = start(broadcast())
    line = lines(state.blueprint)[2]
    state, _, _ = heard(state, *line, JOIN, NOW)
    state, _, first = heard(state, *line, LEAVE, NOW)
    state, told, _ = heard(state, *line, JOIN, NOW)
    assert not told and not state.doubts and first is not None
    state, _, second = heard(state, *line, LEAVE, NOW)
    assert second is not None and second != first
    assert unanswered(state, first) == (state, {}, None)


def test_who_vanishes_is_pruned_after_the_group_membership_interval() -> None:
    """260 s after the last report (RFC 2236, 8.4), and not before; who reported meanwhile stays."""
    state = start(broadcast())
    near, _, far, _ = lines(state.blueprint)
    state, _, _ = heard(state, *near, JOIN, NOW)
    state, _, _ = heard(state, *far, JOIN, NOW)
    state, _, _ = heard(state, *far, Message(True, TWO), NOW + 1)
    state, _, _ = heard(state, *near, JOIN, NOW + 125 * NS_PER_S)
    assert next_aging(state) == NOW + 260 * NS_PER_S
    assert aged(state, NOW + 260 * NS_PER_S - 1) == (state, {}, None)
    state, told, _ = aged(state, NOW + 260 * NS_PER_S)
    assert told and state.members == {"one": frozenset({near}), "two": frozenset({far})}
    assert set(told_rules(state)) == {near[0]} and next_aging(state) == NOW + 1 + 260 * NS_PER_S
    state, told, _ = aged(state, NOW + 500 * NS_PER_S)
    assert told and state.trees == {} and next_aging(state) is None


def test_aging_ends_a_doubt_and_leaving_a_timer() -> None:
    """What was pruned one way is not pruned the other way later."""
    state = start(broadcast())
    line = lines(state.blueprint)[2]
    state, _, _ = heard(state, *line, JOIN, NOW)
    state, _, doubt = heard(state, *line, LEAVE, NOW + 259 * NS_PER_S)
    state, _, _ = aged(state, NOW + 260 * NS_PER_S)
    assert doubt is not None and unanswered(state, doubt) == (state, {}, None) and not state.doubts
    gone = start(broadcast(fast_leave=True))
    gone, _, _ = heard(gone, *line, JOIN, NOW)
    gone, _, _ = heard(gone, *line, LEAVE, NOW)
    assert next_aging(gone) is None


def test_the_tree_follows_the_ring() -> None:
    """When a span fails the channel comes the other way round, and when it is mended it comes back."""
    state = start(broadcast())
    line = lines(state.blueprint)[1]
    before, _, _ = heard(state, *line, JOIN, NOW)
    cut, (first, *_) = turned(before, Turn("span-0", False))
    assert set(told_rules(cut)) == {"s0000", "s0001", "s0002", "s0003"} == set(first)
    mended, _ = turned(cut, Turn("span-0", True))
    assert mended.trees == before.trees


def test_a_switch_that_connects_late_gets_the_trees_as_they_stand() -> None:
    """Its programme holds them."""
    state = start(broadcast())
    line = lines(state.blueprint)[1]
    state, _, _ = heard(state, *line, JOIN, NOW)
    assert set(state.trees[line[0]]) < set(programme_of(state, line[0])[0])


@given(st.lists(st.tuples(st.integers(0, 3), st.booleans(), st.sampled_from([ONE, TWO])), max_size=25))
def test_trees_are_those_of_who_watches(said: list[tuple[int, bool, str]]) -> None:
    """Whatever lines say in whatever order, the rules told add up to the trees of those who joined last."""
    state = start(broadcast(fast_leave=True))
    every = lines(state.blueprint)
    watching: dict[str, set[tuple[str, int]]] = {"one": set(), "two": set()}
    rules: dict[str, dict[object, object]] = {}
    for number, joins, group in said:
        named = "one" if group == ONE else "two"
        (watching[named].add if joins else watching[named].discard)(every[number])
        state, told, _ = heard(state, *every[number], Message(joins, group), NOW)
        for switch, change in told.items():
            row = rules.setdefault(switch, {})
            for rule in change.deleted:
                del row[rule.match]
            row.update((rule.match, rule) for rule in change.written)
    planned = tree_rules(state.blueprint, {name: frozenset(members) for name, members in watching.items()})
    assert {s: set(row.values()) for s, row in rules.items() if row} == {s: set(row) for s, row in planned.items()}
