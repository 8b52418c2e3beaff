"""Turning round by round: nothing is left out, and nothing circles however far each switch has come."""

from __future__ import annotations

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from controllers.turning import Change, Round, difference, rounds
from tests.plan.blueprints import Edge, blueprint_of
from tests.plan.meshes import meshes
from twin.plan.blueprint import Rule
from twin.plan.detours import trunks
from twin.plan.fates import Fate, Follower
from twin.plan.rules import FORWARD, failovers, forward_rules

Tables = dict[str, tuple[Rule, ...]]


def told(tables: Tables, switch: str, change: Change) -> None:
    """Let one switch do what it is told; it has to have the groups that its rules use, and no rule may lose one."""
    rules = {(rule.priority, rule.match): rule for rule in tables[switch]}
    for rule in change.deleted:
        del rules[rule.priority, rule.match]
    rules.update({(rule.priority, rule.match): rule for rule in change.written})
    tables[switch] = tuple(rules.values())
    assert not {group.number for group in change.old_groups} & {g.number for g in failovers(tables[switch])}


def circling(edges: list[Edge], count: int, tables: Tables, dead: frozenset[str]) -> bool:
    """Whether a packet circles."""
    blueprint = blueprint_of(count, edges, hosts=range(count))
    follower = Follower(blueprint, tables)
    return any(fate is Fate.CIRCLES for switch in blueprint.switches
               for fate in follower.fates(switch.name, dead).values())


@settings(max_examples=60)
@given(meshes(), st.randoms(use_true_random=False), st.booleans())
def test_no_packet_circles_at_any_moment_of_a_turn(mesh: tuple[int, list[Edge]], random: Random, mended: bool) -> None:
    """A span fails, or is turned back to: in every round, whichever switches have done it already and which not."""
    count, edges = mesh
    blueprint = blueprint_of(count, edges, hosts=range(count))
    span = random.choice(trunks(blueprint))
    whole, cut = forward_rules(blueprint), forward_rules(blueprint, frozenset({span}))
    before, after = (cut, whole) if mended else (whole, cut)
    dead = frozenset() if mended else frozenset({span})
    tables = dict(before)
    for one in rounds(blueprint, before, after):
        waiting = sorted(one)
        random.shuffle(waiting)
        for switch in waiting:
            told(tables, switch, one[switch])
            assert not circling(edges, count, tables, dead)
    assert {name: set(rules) for name, rules in tables.items()} == {name: set(rules) for name, rules in after.items()}


def test_all_at_once_would_circle() -> None:
    """The contrast: next to the cut first, and its neighbour still sends everything back."""
    edges = [(0, 1, 1000), (1, 2, 1000), (2, 3, 1000), (3, 4, 1000), (4, 0, 1500)]
    blueprint = blueprint_of(5, edges, hosts=range(5))
    tables = dict(forward_rules(blueprint))
    tables["s0001"] = forward_rules(blueprint, frozenset({"span-1"}))["s0001"]
    assert circling(edges, 5, tables, frozenset({"span-1"}))


def test_a_cut_touches_forwarding_alone_and_only_where_it_turns() -> None:
    """No host's rule and no other table is among the changes; groups come before their rules and go after them."""
    blueprint = blueprint_of(4, [(0, 1, 1000), (1, 2, 1000), (2, 3, 1000), (3, 0, 1500)], hosts=range(4))
    found = rounds(blueprint, forward_rules(blueprint), forward_rules(blueprint, frozenset({"span-0"})))
    touched = [rule for one in found for change in one.values() for rule in (*change.deleted, *change.written)]
    assert touched and all(rule.table == FORWARD and rule.destination_mac is None for rule in touched)
    assert _first(found, "new_groups") in (None, 0) and _first(found, "old_groups") == len(found) - 1


def _first(found: tuple[Round, ...], field: str) -> int | None:
    return next((n for n, one in enumerate(found) for change in one.values() if getattr(change, field)), None)


def test_no_difference_is_no_change() -> None:
    """Equal rules in another order need nothing."""
    rules = forward_rules(blueprint_of(3, [(0, 1, 1000), (1, 2, 1000), (2, 0, 1500)], hosts=range(3)))["s0000"]
    assert difference(rules, rules[::-1]) == Change()
