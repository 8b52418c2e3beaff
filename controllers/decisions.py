"""What the controller decides, as pure functions: a state and an event give a new state and what each switch is told.

    ready(state, switch)                  a switch holds all its rules
    port_changed(state, switch, port, up) a port lost or found its carrier: spans fail or mend, forwarding turns
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from twin.plan.blueprint import Blueprint, Meter, Rule
from twin.plan.rules import forward_rules

PortName = tuple[str, int]
"""A switch and the number of its port."""


class Change(NamedTuple):
    """What a switch is told: rules to delete, then rules to write (over those with the same match and priority)."""

    deleted: tuple[Rule, ...]
    written: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class State:
    """What the controller knows: who is programmed, which ports are down, and forwarding as it follows from that.

    trunks: the span between switches behind each port. failed: the spans of which an end is down.
    """

    blueprint: Blueprint
    trunks: Mapping[PortName, str]
    forward: Mapping[str, tuple[Rule, ...]]
    ready: frozenset[str] = frozenset()
    down: frozenset[PortName] = frozenset()
    failed: frozenset[str] = frozenset()

    @property
    def all_ready(self) -> bool:
        """Whether every switch of the blueprint is programmed."""
        return len(self.ready) == len(self.blueprint.switches)


def start(blueprint: Blueprint) -> State:
    """The state before any switch has spoken: nothing is down."""
    names = {switch.name for switch in blueprint.switches}
    trunks = {
        (switch.name, port.number): port.span
        for switch in blueprint.switches for port in switch.ports if port.peer in names
    }
    return State(blueprint, trunks, forward_rules(blueprint))


def programme_of(state: State, switch: str) -> tuple[tuple[Rule, ...], tuple[Meter, ...]]:
    """All rules and meters of a switch, as forwarding stands now."""
    plan = next(plan for plan in state.blueprint.switches if plan.name == switch)
    return plan.rules + state.forward[switch], plan.meters


def ready(state: State, switch: str) -> State:
    """The switch has confirmed its programme."""
    return replace(state, ready=state.ready | {switch})


def lost(state: State, switch: str) -> State:
    """The switch no longer speaks."""
    return replace(state, ready=state.ready - {switch})


def port_changed(state: State, switch: str, port: int, up: bool) -> tuple[State, dict[str, Change]]:
    """Route round the span behind the port, or over it again once both its ends are up.

    Ports to hosts change nothing: no other way leads there.
    """
    if (switch, port) not in state.trunks:
        return state, {}
    down = state.down - {(switch, port)} if up else state.down | {(switch, port)}
    failed = frozenset(state.trunks[name] for name in down)
    if failed == state.failed:
        return replace(state, down=down), {}
    forward = forward_rules(state.blueprint, failed)
    changes = {name: difference(state.forward[name], rules) for name, rules in forward.items()}
    told = {name: change for name, change in changes.items() if change != Change((), ())}
    return replace(state, down=down, failed=failed, forward=forward), told


def difference(before: Iterable[Rule], after: Iterable[Rule]) -> Change:
    """What turns the rules before into those after."""
    old = {(rule.table, rule.priority, rule.match): rule for rule in before}
    new = {(rule.table, rule.priority, rule.match): rule for rule in after}
    return Change(
        tuple(rule for key, rule in old.items() if key not in new),
        tuple(rule for key, rule in new.items() if old.get(key) != rule),
    )
