"""Updates round by round: nothing is left out, and there is no loop however far each switch has come."""

from __future__ import annotations

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from controllers.decisions.consistent_update import SwitchUpdate, UpdateRound, difference, update_rounds
from tests.plan.blueprints import Edge, blueprint_of
from tests.plan.forwarding.meshes import meshes
from twin.plan.blueprint import Rule
from twin.plan.forwarding.fast_failover import trunks
from twin.plan.forwarding.loop_check import ForwardingTrace, Outcome
from twin.plan.forwarding.openflow_rules import FORWARD, fast_failover_groups, forward_rules

Tables = dict[str, tuple[Rule, ...]]


def apply(tables: Tables, switch: str, change: SwitchUpdate) -> None:
    """Apply an update to one switch; it has to have the groups that its rules use, and no rule may lose one."""
    rules = {(rule.priority, rule.match): rule for rule in tables[switch]}
    for rule in change.deleted_rules:
        del rules[rule.priority, rule.match]
    rules.update({(rule.priority, rule.match): rule for rule in change.added_rules})
    tables[switch] = tuple(rules.values())
    assert not {group.number for group in change.deleted_groups} & {g.number
                                                                    for g in fast_failover_groups(tables[switch])}


def circling(edges: list[Edge], count: int, tables: Tables, dead: frozenset[str]) -> bool:
    """Whether there is a forwarding loop."""
    blueprint = blueprint_of(count, edges, hosts=range(count))
    follower = ForwardingTrace(blueprint, tables)
    return any(fate is Outcome.LOOPS for switch in blueprint.switches
               for fate in follower.outcomes(switch.name, dead).values())


@settings(max_examples=60)
@given(meshes(), st.randoms(use_true_random=False), st.booleans())
def test_no_loop_at_any_moment_of_an_update(mesh: tuple[int, list[Edge]], random: Random, mended: bool) -> None:
    """A span fails, or is restored: in every round, whichever switches have been updated."""
    count, edges = mesh
    blueprint = blueprint_of(count, edges, hosts=range(count))
    span = random.choice(trunks(blueprint))
    whole, cut = forward_rules(blueprint), forward_rules(blueprint, frozenset({span}))
    before, after = (cut, whole) if mended else (whole, cut)
    dead = frozenset() if mended else frozenset({span})
    tables = dict(before)
    for update_round in update_rounds(blueprint, before, after):
        waiting = sorted(update_round)
        random.shuffle(waiting)
        for switch in waiting:
            apply(tables, switch, update_round[switch])
            assert not circling(edges, count, tables, dead)
    assert {name: set(rules) for name, rules in tables.items()} == {name: set(rules) for name, rules in after.items()}


def test_all_at_once_would_circle() -> None:
    """Without rounds: the switch beside the cut first, while its neighbour still sends everything back."""
    edges = [(0, 1, 1000), (1, 2, 1000), (2, 3, 1000), (3, 4, 1000), (4, 0, 1500)]
    blueprint = blueprint_of(5, edges, hosts=range(5))
    tables = dict(forward_rules(blueprint))
    tables["s0001"] = forward_rules(blueprint, frozenset({"span-1"}))["s0001"]
    assert circling(edges, 5, tables, frozenset({"span-1"}))


def test_a_cut_changes_forwarding_alone() -> None:
    """No host's rule and no other table is among the changes; groups come before their rules and go after them."""
    blueprint = blueprint_of(4, [(0, 1, 1000), (1, 2, 1000), (2, 3, 1000), (3, 0, 1500)], hosts=range(4))
    rounds = update_rounds(blueprint, forward_rules(blueprint), forward_rules(blueprint, frozenset({"span-0"})))
    updates = [update for update_round in rounds for update in update_round.values()]
    touched = [rule for update in updates for rule in (*update.deleted_rules, *update.added_rules)]
    assert touched and all(rule.table == FORWARD and rule.destination_mac is None for rule in touched)
    assert _first(rounds, "added_groups") in (None, 0) and _first(rounds, "deleted_groups") == len(rounds) - 1


def _first(rounds: tuple[UpdateRound, ...], field: str) -> int | None:
    return next((n for n, update_round in enumerate(rounds) for change in update_round.values()
                 if getattr(change, field)), None)


def test_no_difference_is_no_change() -> None:
    """Equal rules in another order need nothing."""
    rules = forward_rules(blueprint_of(3, [(0, 1, 1000), (1, 2, 1000), (2, 0, 1500)], hosts=range(3)))["s0000"]
    assert difference(rules, rules[::-1]) == SwitchUpdate()
