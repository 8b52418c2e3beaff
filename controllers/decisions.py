"""What the controller decides, as pure functions: a state and an event give a new state, and what comes next.

    ready, lost               a switch holds all its rules; it no longer speaks
    port_changed              a port lost or found its carrier
    rested                    a mended span has stayed whole for as long as it has to
    next_turn, turned         which span forwarding is to be turned away from, or back to, and how

What lines ask for by IGMP is decided in `membership`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from controllers.turning import Round, Tables, regrown, rounds
from twin.model import Healing, Scheduling
from twin.plan.blueprint import Blueprint, ChannelPlan, Meter, Rule
from twin.plan.rules import forward_rules
from twin.plan.trees import Members, PortName, tree_rules


class Turn(NamedTuple):
    """A span to turn away from, or, once it is whole again (up), back to."""

    span: str
    up: bool


class Doubt(NamedTuple):
    """A line said that it left a channel, and has been asked whether somebody there still watches. number: of the
    doubt, so that a later one about the same is another."""

    channel: str
    line: PortName
    number: int


@dataclass(frozen=True, slots=True)
class State:
    """What the controller knows: who is programmed, which ports are down, and forwarding as it stands.

    trunks: the span between switches behind each port. failed: the spans that forwarding goes round. rested: those of
    them that are whole again and have waited long enough. lines: the ports of lines. members: of those, who watches
    each channel. reported: when each of them last said so, ns. trees: the rules that carry channels. doubts: how often
    the line of each was asked.
    """

    blueprint: Blueprint
    trunks: Mapping[PortName, str]
    forward: Tables
    ready: frozenset[str] = frozenset()
    down: frozenset[PortName] = frozenset()
    failed: frozenset[str] = frozenset()
    rested: frozenset[str] = frozenset()
    lines: frozenset[PortName] = frozenset()
    members: Members = field(default_factory=dict)
    reported: Mapping[tuple[str, PortName], int] = field(default_factory=dict)
    trees: Tables = field(default_factory=dict)
    doubts: Mapping[Doubt, int] = field(default_factory=dict)
    doubts_ever: int = 0

    @property
    def all_ready(self) -> bool:
        """Whether every switch of the blueprint is programmed."""
        return len(self.ready) == len(self.blueprint.switches)

    @property
    def broken(self) -> frozenset[str]:
        """The spans of which an end is down."""
        return frozenset(self.trunks[name] for name in self.down)

    def channel(self, name: str) -> ChannelPlan:
        """The channel of this name."""
        return next(channel for channel in self.blueprint.channels if channel.name == name)

    def queue(self, channel: str) -> int | None:
        """The queue of a channel; None in the contrast, which has one."""
        if self.blueprint.policy.scheduler is Scheduling.NONE:
            return None
        return self.blueprint.classes.index(self.channel(channel).service_class)

    @property
    def query_queue(self) -> int | None:
        """The queue of what asks for all channels: the first of theirs."""
        return min((queue for channel in self.blueprint.channels if (queue := self.queue(channel.name)) is not None),
                   default=None)


def start(blueprint: Blueprint) -> State:
    """The state before any switch has spoken: nothing is down."""
    names = {switch.name for switch in blueprint.switches}
    trunks = {
        (switch.name, port.number): port.span
        for switch in blueprint.switches for port in switch.ports if port.peer in names
    }
    lines = frozenset((host.switch, host.port) for host in blueprint.hosts if host.line_group is not None)
    return State(blueprint, trunks, forward_rules(blueprint), lines=lines)


def programme_of(state: State, switch: str) -> tuple[tuple[Rule, ...], tuple[Meter, ...]]:
    """All rules and meters of a switch, as forwarding stands now."""
    plan = next(plan for plan in state.blueprint.switches if plan.name == switch)
    return plan.rules + state.forward[switch] + state.trees.get(switch, ()), plan.meters


def ready(state: State, switch: str) -> State:
    """The switch has confirmed its programme."""
    return replace(state, ready=state.ready | {switch})


def lost(state: State, switch: str) -> State:
    """The switch no longer speaks; what its ports do is unknown."""
    return replace(state, ready=state.ready - {switch},
                   down=frozenset(name for name in state.down if name[0] != switch))


def port_changed(state: State, switch: str, port: int, up: bool) -> State:
    """A port's carrier. Ports to hosts change nothing: no other way leads there. Nor does any where nothing heals."""
    if (switch, port) not in state.trunks or state.blueprint.protection.healing is Healing.NONE:
        return state
    down = state.down - {(switch, port)} if up else state.down | {(switch, port)}
    changed = replace(state, down=down)
    return replace(changed, rested=changed.rested - changed.broken)


def resting(state: State) -> frozenset[str]:
    """The failed spans that are whole again but have yet to wait: both ends are up, in switches that are programmed."""
    return frozenset(span for span in _whole_again(state) - state.rested if not _missed(state, span))


def rested(state: State, span: str) -> State:
    """A mended span has waited."""
    return replace(state, rested=state.rested | {span})


def next_turn(state: State) -> Turn | None:
    """What to do first: turn away from what is broken, then back to what is whole again.

    A span is waited for only where there is another way: what cannot be reached without it is reached at once.
    """
    for span in sorted(state.broken - state.failed):
        return Turn(span, False)
    for span in sorted(_whole_again(state)):
        if span in state.rested or _missed(state, span):
            return Turn(span, True)
    return None


def turned(state: State, turn: Turn) -> tuple[State, tuple[Round, ...]]:
    """Forwarding as it is after the turn, and what switches are told for it, round by round; trees turn at once."""
    failed = state.failed - {turn.span} if turn.up else state.failed | {turn.span}
    forward = forward_rules(state.blueprint, failed)
    trees = tree_rules(state.blueprint, state.members, failed)
    after = replace(state, failed=failed, forward=forward, rested=state.rested - {turn.span}, trees=trees)
    told = regrown(state.trees, trees), *rounds(state.blueprint, state.forward, forward)
    return after, tuple(one for one in told if one)


def watched(state: State, members: Members) -> tuple[State, Round]:
    """Let the trees follow who watches."""
    trees = tree_rules(state.blueprint, members, state.failed)
    return replace(state, members=members, trees=trees), regrown(state.trees, trees)


def _whole_again(state: State) -> frozenset[str]:
    ends: dict[str, set[str]] = {}
    for (switch, _), span in state.trunks.items():
        ends.setdefault(span, set()).add(switch)
    return frozenset(span for span in state.failed - state.broken if ends[span] <= state.ready)


def _missed(state: State, span: str) -> bool:
    """Whether something can be reached only over this span."""
    better = forward_rules(state.blueprint, state.failed - {span})
    return any(_reached(rules) - _reached(state.forward[name]) for name, rules in better.items())


def _reached(rules: Iterable[Rule]) -> set[str | None]:
    return {rule.match.destination for rule in rules if rule.match.detour is None}
