"""The connections to switches: messages to them, and barriers that they have not answered yet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from typing import Any

from controllers import openflow_messages
from controllers.decisions import network_state
from controllers.decisions.consistent_update import SwitchUpdate
from controllers.decisions.network_state import Forwarding
from controllers.decisions.reroute_decisions import RerouteProgress
from twin.plan.blueprint import Blueprint


class Confirmed(Enum):
    """What a barrier confirms that belongs to no reroute."""

    CLEARED = "cleared"
    """The switch has no rules."""
    PROGRAMMED = "programmed"
    """It has all its rules."""


Report = Callable[[Mapping[str, object]], None]
"""Takes what happened: a mapping with the key "event", ready to be written as JSON."""


class SwitchConnections:
    """The switches of a blueprint and the state of their network. state: replaced by whoever handles an event.

    datapaths: the switches that are connected and have been sent their rules. waiting: those that have not yet: at the
    start until all are connected, later until no reroute is under way, since rules of its end beside rules of its begin
    can make a loop.
    """

    def __init__(self, blueprint: Blueprint, report: Report, forwarding: Forwarding | None = None) -> None:
        self.state = network_state.initial_state(blueprint, forwarding)
        self.report = report
        self.names = {switch.datapath: switch.name for switch in blueprint.switches}
        self.datapaths: dict[str, Any] = {}
        self.waiting: dict[str, Any] = {}
        self._barriers: dict[tuple[str, int], RerouteProgress | Confirmed] = {}

    @property
    def gateway_mac(self) -> str:
        """The address at which switches answer ARP."""
        return self.state.blueprint.gateway_mac

    def connect(self, switch: str, datapath: Any) -> None:
        """Take the ports as the switch reports them; it waits for its rules."""
        self.waiting[switch] = datapath
        for number, port in sorted(datapath.ports.items()):
            up = not port.state & datapath.ofproto.OFPPS_LINK_DOWN
            self.state = network_state.port_changed(self.state, switch, number, up)

    def connection(self, switch: str) -> Any | None:
        """The framework's datapath of a switch; None where it is not connected."""
        return self.waiting.get(switch) or self.datapaths.get(switch)

    @property
    def all_connected(self) -> bool:
        """Whether every switch of the blueprint is connected."""
        return len(self.datapaths) + len(self.waiting) == len(self.names)

    def program_waiting(self) -> None:
        """Send the switches that wait all their rules and meters."""
        waiting, self.waiting = self.waiting, {}
        for switch, datapath in waiting.items():
            self.datapaths[switch] = datapath
            rules, meters = network_state.switch_rules(self.state, switch)
            messages = openflow_messages.program(datapath, rules, meters, self.gateway_mac)
            self._send_with_barrier(switch, datapath, messages, Confirmed.PROGRAMMED)

    def clear_waiting(self) -> None:
        """Let the switches that wait forget what a controller before this one has told them."""
        for switch, datapath in self.waiting.items():
            self._send_with_barrier(switch, datapath, openflow_messages.clear(datapath), Confirmed.CLEARED)

    @property
    def all_cleared(self) -> bool:
        """Whether no switch has yet to confirm that it has no rules."""
        return Confirmed.CLEARED not in self._barriers.values()

    def disconnect(self, switch: str) -> list[RerouteProgress]:
        """Forget a switch; returns the reroutes for which it will not answer a barrier any more."""
        del (self.waiting if switch in self.waiting else self.datapaths)[switch]
        self.state = network_state.switch_disconnected(self.state, switch)
        unanswered = [self._barriers.pop(key) for key in [key for key in self._barriers if key[0] == switch]]
        return [progress for progress in unanswered if isinstance(progress, RerouteProgress)]

    def awaits_barrier(self, switch: str, xid: int) -> bool:
        """Whether this barrier has yet to be answered."""
        return (switch, xid) in self._barriers

    def barrier_answered(self, switch: str, xid: int) -> RerouteProgress | Confirmed:
        """What a barrier has confirmed: an update of a reroute, or else."""
        return self._barriers.pop((switch, xid))

    def update(self, switch: str, update: SwitchUpdate) -> None:
        """Send an update that need not be confirmed."""
        datapath = self.datapaths[switch]
        self.send(switch, openflow_messages.update(datapath, update, self.gateway_mac))

    def update_confirmed(self, switch: str, update: SwitchUpdate, progress: RerouteProgress) -> None:
        """Send an update of a reroute, to be confirmed by a barrier."""
        datapath = self.datapaths[switch]
        messages = openflow_messages.update(datapath, update, self.gateway_mac)
        self._send_with_barrier(switch, datapath, messages, progress)

    def send(self, switch: str, messages: Iterable[Any]) -> None:
        """Send messages in one piece; the answer to their barrier is ignored."""
        datapath = self.datapaths[switch]
        datapath.send(openflow_messages.encode(datapath, messages)[0])

    def _send_with_barrier(self, switch: str, datapath: Any, messages: Iterable[Any],
                           confirms: RerouteProgress | Confirmed) -> None:
        encoded, xid = openflow_messages.encode(datapath, messages)
        self._barriers[switch, xid] = confirms
        datapath.send(encoded)
