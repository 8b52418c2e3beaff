"""From one forwarding to another in rounds, so that no packet runs in a circle on the way; pure.

First come groups and rules of detours, which nobody uses yet. Then, destination by destination, a switch turns only
when all switches on its new way have turned (each round is confirmed by barriers before the next begins): a packet
follows the old way until it meets a switch that has turned, and from there the new way to its end. What is no longer
used goes last.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from twin.plan.blueprint import Blueprint, Copies, Failover, Match, Rule
from twin.plan.paths import port_peers
from twin.plan.rules import FORWARD, failovers
from twin.plan.trees import copies_of

Tables = Mapping[str, tuple[Rule, ...]]
"""The rules of FORWARD, by switch."""


class Change(NamedTuple):
    """What a switch is told: groups to add and to alter, rules to delete, rules to write (over those with the same
    match and priority), groups to delete."""

    deleted: tuple[Rule, ...] = ()
    written: tuple[Rule, ...] = ()
    new_groups: tuple[Failover | Copies, ...] = ()
    old_groups: tuple[Failover | Copies, ...] = ()
    altered: tuple[Copies, ...] = ()


Round = dict[str, Change]
"""What each switch is told at once."""


def rounds(blueprint: Blueprint, before: Tables, after: Tables) -> tuple[Round, ...]:
    """The rounds that turn the rules `before` into those `after`."""
    turns = _turns(blueprint, before, after)
    last = max(turns.values(), default=0) + 1
    found: list[dict[str, list[Change]]] = [{} for _ in range(last + 1)]
    for switch, rules in after.items():
        for number, change in _parts(switch, before[switch], rules, turns, last):
            found[number].setdefault(switch, []).append(change)
    return tuple({switch: _sum(parts) for switch, parts in one.items()} for one in found if one)


def regrown(before: Tables, after: Tables) -> Round:
    """What turns the rules of all trees before into those after: a channel that goes another way is not kept waiting.
    """
    both = {switch: (before.get(switch, ()), after.get(switch, ())) for switch in {**before, **after}}
    return {switch: _regrown(old, new) for switch, (old, new) in both.items() if old != new}


def _regrown(before: tuple[Rule, ...], after: tuple[Rule, ...]) -> Change:
    old, new, had, has = _keyed(before), _keyed(after), copies_of(before), copies_of(after)
    return Change(
        tuple(rule for key, rule in old.items() if key not in new),
        tuple(rule for key, rule in new.items() if old.get(key) != rule),
        tuple(group for number, group in has.items() if number not in had),
        tuple(group for number, group in had.items() if number not in has),
        tuple(group for number, group in has.items() if number in had and had[number] != group),
    )


def difference(before: Iterable[Rule], after: Iterable[Rule]) -> Change:
    """What turns the rules before into those after."""
    old, new = _keyed(before), _keyed(after)
    had, has = failovers(old.values()), failovers(new.values())
    return Change(
        tuple(rule for key, rule in old.items() if key not in new),
        tuple(rule for key, rule in new.items() if old.get(key) != rule),
        tuple(group for group in has if group not in had),
        tuple(group for group in had if group not in has),
    )


def _keyed(rules: Iterable[Rule]) -> dict[tuple[int, int, Match], Rule]:
    return {(rule.table, rule.priority, rule.match): rule for rule in rules}


def _parts(
    switch: str, before: Iterable[Rule], after: Iterable[Rule], turns: Mapping[tuple[str, str | None], int], last: int
) -> Iterator[tuple[int, Change]]:
    """The parts of a switch's change, each with the number of its round."""
    whole = difference(before, after)
    if whole.new_groups:
        yield 0, Change(new_groups=whole.new_groups)
    for rule in whole.written:
        yield 0 if rule.match.detour is not None else turns[switch, rule.match.destination], Change(written=(rule,))
    for rule in whole.deleted:
        yield last if rule.match.detour is not None else 1, Change(deleted=(rule,))
    if whole.old_groups:
        yield last, Change(old_groups=whole.old_groups)


def _turns(blueprint: Blueprint, before: Tables, after: Tables) -> dict[tuple[str, str | None], int]:
    """The round, from 1, in which each switch writes its rule for each destination: after all on its new way."""
    peers = port_peers(blueprint.switches)
    old, new = ({switch: {rule.match.destination: rule for rule in rules if _leads_on(rule)}
                 for switch, rules in tables.items()} for tables in (before, after))
    found: dict[tuple[str, str | None], int] = {}

    def turned(switch: str, destination: str | None) -> int:
        """When all from this switch on have turned."""
        rule = new[switch].get(destination)
        if rule is None:
            return 0
        if (switch, destination) not in found:
            port = rule.output if rule.failover is None else rule.failover.primary
            beyond = turned(peers[switch, port or 0][1], destination)
            found[switch, destination] = beyond + (old[switch].get(destination) != rule)
        return found[switch, destination]

    for switch, rules in new.items():
        for destination in rules:
            turned(switch, destination)
    return found


def _leads_on(rule: Rule) -> bool:
    """Whether this is the rule for a destination beyond another switch, and not of a detour."""
    return rule.table == FORWARD and rule.match.destination is not None and rule.match.detour is None \
        and rule.destination_mac is None


def _sum(parts: Iterable[Change]) -> Change:
    return Change(*(tuple(item for part in column for item in part) for column in zip(*parts, strict=True)))
