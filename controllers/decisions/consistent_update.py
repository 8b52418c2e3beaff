"""A consistent update: from one forwarding to another in rounds, without a loop at any moment; pure.

Rules and groups of detours come first: nothing uses them yet. Then, destination by destination, a switch changes only
when all switches on its new path have changed (each round is confirmed by barriers before the next): a packet follows
the old path until it meets a switch that has changed, and the new path from there on. What is no longer used goes last.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from twin.plan.blueprint import Blueprint, FastFailoverGroup, GroupAll, Match, Rule
from twin.plan.forwarding.multicast_trees import all_groups
from twin.plan.forwarding.openflow_rules import FORWARD, fast_failover_groups
from twin.plan.forwarding.paths import port_peers

Tables = Mapping[str, tuple[Rule, ...]]
"""The rules of FORWARD, by switch."""


class SwitchUpdate(NamedTuple):
    """What changes in a switch: rules to delete, rules to add (over those with the same match and priority), groups to
    add, to delete and to modify."""

    deleted_rules: tuple[Rule, ...] = ()
    added_rules: tuple[Rule, ...] = ()
    added_groups: tuple[FastFailoverGroup | GroupAll, ...] = ()
    deleted_groups: tuple[FastFailoverGroup | GroupAll, ...] = ()
    modified_groups: tuple[GroupAll, ...] = ()


UpdateRound = dict[str, SwitchUpdate]
"""The updates that are sent at once, by switch."""


def update_rounds(blueprint: Blueprint, before: Tables, after: Tables) -> tuple[UpdateRound, ...]:
    """The rounds that lead from the rules `before` to those `after`."""
    order = _round_numbers(blueprint, before, after)
    last = max(order.values(), default=0) + 1
    rounds: list[dict[str, list[SwitchUpdate]]] = [{} for _ in range(last + 1)]
    for switch, rules in after.items():
        for number, update in _parts(switch, before[switch], rules, order, last):
            rounds[number].setdefault(switch, []).append(update)
    return tuple({switch: _merge(parts) for switch, parts in updates.items()} for updates in rounds if updates)


def tree_updates(before: Tables, after: Tables) -> UpdateRound:
    """From the rules of all multicast trees `before` to those `after`, in one round: a channel does not wait."""
    both = {switch: (before.get(switch, ()), after.get(switch, ())) for switch in {**before, **after}}
    return {switch: _tree_update(old, new) for switch, (old, new) in both.items() if old != new}


def _tree_update(before: tuple[Rule, ...], after: tuple[Rule, ...]) -> SwitchUpdate:
    old, new, old_groups, new_groups = _by_key(before), _by_key(after), all_groups(before), all_groups(after)
    return SwitchUpdate(
        tuple(rule for key, rule in old.items() if key not in new),
        tuple(rule for key, rule in new.items() if old.get(key) != rule),
        tuple(group for number, group in new_groups.items() if number not in old_groups),
        tuple(group for number, group in old_groups.items() if number not in new_groups),
        tuple(group for number, group in new_groups.items()
              if number in old_groups and old_groups[number] != group),
    )


def difference(before: Iterable[Rule], after: Iterable[Rule]) -> SwitchUpdate:
    """The update from the rules before to those after."""
    old, new = _by_key(before), _by_key(after)
    old_groups, new_groups = fast_failover_groups(old.values()), fast_failover_groups(new.values())
    return SwitchUpdate(
        tuple(rule for key, rule in old.items() if key not in new),
        tuple(rule for key, rule in new.items() if old.get(key) != rule),
        tuple(group for group in new_groups if group not in old_groups),
        tuple(group for group in old_groups if group not in new_groups),
    )


def _by_key(rules: Iterable[Rule]) -> dict[tuple[int, int, Match], Rule]:
    return {(rule.table, rule.priority, rule.match): rule for rule in rules}


def _parts(
    switch: str, before: Iterable[Rule], after: Iterable[Rule], order: Mapping[tuple[str, str | None], int], last: int
) -> Iterator[tuple[int, SwitchUpdate]]:
    """The parts of a switch's update, each with the number of its round."""
    update = difference(before, after)
    if update.added_groups:
        yield 0, SwitchUpdate(added_groups=update.added_groups)
    for rule in update.added_rules:
        number = 0 if rule.match.detour is not None else order[switch, rule.match.destination]
        yield number, SwitchUpdate(added_rules=(rule,))
    for rule in update.deleted_rules:
        yield last if rule.match.detour is not None else 1, SwitchUpdate(deleted_rules=(rule,))
    if update.deleted_groups:
        yield last, SwitchUpdate(deleted_groups=update.deleted_groups)


def _round_numbers(blueprint: Blueprint, before: Tables, after: Tables) -> dict[tuple[str, str | None], int]:
    """The round, from 1, in which each switch changes its rule for each destination: after all on its new path."""
    peers = port_peers(blueprint.switches)
    old, new = ({switch: {rule.match.destination: rule for rule in rules if _forwards_to_switch(rule)}
                 for switch, rules in tables.items()} for tables in (before, after))
    numbers: dict[tuple[str, str | None], int] = {}

    def round_after_path(switch: str, destination: str | None) -> int:
        """The round by which all from this switch on have changed."""
        rule = new[switch].get(destination)
        if rule is None:
            return 0
        if (switch, destination) not in numbers:
            port = rule.output if rule.fast_failover is None else rule.fast_failover.primary
            beyond = round_after_path(peers[switch, port or 0][1], destination)
            numbers[switch, destination] = beyond + (old[switch].get(destination) != rule)
        return numbers[switch, destination]

    for switch, rules in new.items():
        for destination in rules:
            round_after_path(switch, destination)
    return numbers


def _forwards_to_switch(rule: Rule) -> bool:
    """Whether this is the rule for a destination beyond another switch, and not of a detour."""
    return rule.table == FORWARD and rule.match.destination is not None and rule.match.detour is None \
        and rule.destination_mac is None


def _merge(parts: Iterable[SwitchUpdate]) -> SwitchUpdate:
    return SwitchUpdate(*(tuple(item for part in column for item in part) for column in zip(*parts, strict=True)))
