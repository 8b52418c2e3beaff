"""The controller's view of the network, as a value: switches, ports, forwarding, multicast members; pure.

Reroutes are decided in `reroute_decisions`, members in `igmp_membership`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import NamedTuple

from controllers.decisions.consistent_update import Tables
from twin.model import Healing, Scheduling
from twin.plan.blueprint import Blueprint, IptvChannelPlan, Meter, Rule
from twin.plan.forwarding.multicast_trees import Members, PortName
from twin.plan.forwarding.openflow_rules import forward_rules

Forwarding = Callable[[frozenset[str]], Tables]
"""The rules of FORWARD while some spans are avoided: `forward_rules` of one blueprint, or what remembers them."""


class PendingLeave(NamedTuple):
    """A line left a channel, and is asked by last member queries whether another receiver is there (RFC 2236, 3).
    number: tells it from a later leave of the same channel."""

    channel: str
    line: PortName
    number: int


@dataclass(frozen=True, slots=True)
class NetworkState:
    """The state between two events.

    trunks: the span between switches behind each port. forwarding: computes `forward`. ready: switches that have
    confirmed their rules. avoided: the spans that forwarding avoids. restored: those of them that are up again and
    whose wait to restore is over. lines: the ports of lines. members: of those, the receivers of each channel.
    reported: when each of them sent its last report, ns. trees: the rules that carry channels. pending_leaves: how many
    queries each was sent.
    """

    blueprint: Blueprint
    trunks: Mapping[PortName, str]
    forward: Tables
    forwarding: Forwarding = field(compare=False, repr=False)
    ready: frozenset[str] = frozenset()
    down_ports: frozenset[PortName] = frozenset()
    avoided: frozenset[str] = frozenset()
    restored: frozenset[str] = frozenset()
    lines: frozenset[PortName] = frozenset()
    members: Members = field(default_factory=dict)
    reported: Mapping[tuple[str, PortName], int] = field(default_factory=dict)
    trees: Tables = field(default_factory=dict)
    pending_leaves: Mapping[PendingLeave, int] = field(default_factory=dict)
    leave_count: int = 0

    @property
    def all_ready(self) -> bool:
        """Whether every switch of the blueprint has confirmed its rules."""
        return len(self.ready) == len(self.blueprint.switches)

    @property
    def down_spans(self) -> frozenset[str]:
        """The spans of which an end is down."""
        return frozenset(self.trunks[port] for port in self.down_ports)

    def channel(self, name: str) -> IptvChannelPlan:
        """The IPTV channel of this name."""
        return next(channel for channel in self.blueprint.iptv_channels if channel.name == name)

    def queue(self, channel: str) -> int | None:
        """The queue of a channel; None without QoS, where there is one queue."""
        if self.blueprint.policy.scheduler is Scheduling.NONE:
            return None
        return self.blueprint.classes.index(self.channel(channel).service_class)

    @property
    def general_query_queue(self) -> int | None:
        """The queue of a general query: the first of the channels' queues."""
        return min((queue for channel in self.blueprint.iptv_channels
                    if (queue := self.queue(channel.name)) is not None),
                   default=None)


def initial_state(blueprint: Blueprint, forwarding: Forwarding | None = None) -> NetworkState:
    """The state before any switch has connected: no port is down. forwarding: `forward_rules` of the blueprint."""
    planned = forwarding or partial(forward_rules, blueprint)
    names = {switch.name for switch in blueprint.switches}
    trunks = {
        (switch.name, port.number): port.span
        for switch in blueprint.switches for port in switch.ports if port.peer in names
    }
    lines = frozenset((host.switch, host.port) for host in blueprint.hosts if host.line_group is not None)
    return NetworkState(blueprint, trunks, planned(frozenset()), planned, lines=lines)


def switch_rules(state: NetworkState, switch: str) -> tuple[tuple[Rule, ...], tuple[Meter, ...]]:
    """All rules and meters of a switch, with forwarding and multicast trees as they are now."""
    plan = next(plan for plan in state.blueprint.switches if plan.name == switch)
    return plan.rules + state.forward[switch] + state.trees.get(switch, ()), plan.meters


def switch_ready(state: NetworkState, switch: str) -> NetworkState:
    """A switch has confirmed its rules."""
    return replace(state, ready=state.ready | {switch})


def switch_disconnected(state: NetworkState, switch: str) -> NetworkState:
    """A switch has lost its connection; the state of its ports is unknown, so that its spans have to wait again."""
    beside = {span for (name, _), span in state.trunks.items() if name == switch}
    return replace(state, ready=state.ready - {switch}, restored=state.restored - beside,
                   down_ports=frozenset(port for port in state.down_ports if port[0] != switch))


def failure_reported(state: NetworkState, switch: str, port: int) -> NetworkState:
    """A switch has reported that a port is down: its span has to wait again, before the controller reacts."""
    return replace(state, restored=state.restored - {state.trunks.get((switch, port), "")})


def port_changed(state: NetworkState, switch: str, port: int, up: bool) -> NetworkState:
    """The carrier of a port changed. Ports to hosts change nothing: no other path leads there. Nor do any where
    protection is off."""
    if (switch, port) not in state.trunks or state.blueprint.protection.healing is Healing.NONE:
        return state
    down = state.down_ports - {(switch, port)} if up else state.down_ports | {(switch, port)}
    changed = replace(state, down_ports=down)
    return replace(changed, restored=changed.restored - changed.down_spans)
