"""The connections to switches: messages to them, and barriers that they have not answered yet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from controllers import openflow_messages
from controllers.decisions import network_state
from controllers.decisions.consistent_update import SwitchUpdate
from controllers.decisions.reroute_decisions import RerouteProgress
from twin.plan.blueprint import Blueprint

Report = Callable[[Mapping[str, object]], None]
"""Takes what happened: a mapping with the key "event", ready to be written as JSON."""


class SwitchConnections:
    """The switches of a blueprint and the state of their network. state: replaced by whoever handles an event."""

    def __init__(self, blueprint: Blueprint, report: Report) -> None:
        self.state = network_state.initial_state(blueprint)
        self.report = report
        self.names = {switch.datapath: switch.name for switch in blueprint.switches}
        self.datapaths: dict[str, Any] = {}
        self._barriers: dict[tuple[str, int], RerouteProgress | None] = {}

    @property
    def gateway_mac(self) -> str:
        """The address at which switches answer ARP."""
        return self.state.blueprint.gateway_mac

    def connect(self, switch: str, datapath: Any) -> None:
        """Take the ports as the switch reports them, and send it all its rules and meters."""
        self.datapaths[switch] = datapath
        for number, port in sorted(datapath.ports.items()):
            up = not port.state & datapath.ofproto.OFPPS_LINK_DOWN
            self.state = network_state.port_changed(self.state, switch, number, up)
        rules, meters = network_state.switch_rules(self.state, switch)
        self._send_with_barrier(switch, openflow_messages.program(datapath, rules, meters, self.gateway_mac), None)

    def disconnect(self, switch: str) -> list[RerouteProgress]:
        """Forget a switch; returns the reroutes for which it will not answer a barrier any more."""
        del self.datapaths[switch]
        self.state = network_state.switch_disconnected(self.state, switch)
        unanswered = [self._barriers.pop(key) for key in [key for key in self._barriers if key[0] == switch]]
        return [progress for progress in unanswered if progress is not None]

    def awaits_barrier(self, switch: str, xid: int) -> bool:
        """Whether this barrier has yet to be answered."""
        return (switch, xid) in self._barriers

    def barrier_answered(self, switch: str, xid: int) -> RerouteProgress | None:
        """The reroute to which a barrier belonged; None where it followed all rules of the switch."""
        return self._barriers.pop((switch, xid))

    def update(self, switch: str, update: SwitchUpdate) -> None:
        """Send an update that need not be confirmed."""
        datapath = self.datapaths[switch]
        self.send(switch, openflow_messages.update(datapath, update, self.gateway_mac))

    def update_confirmed(self, switch: str, update: SwitchUpdate, progress: RerouteProgress) -> None:
        """Send an update of a reroute, to be confirmed by a barrier."""
        datapath = self.datapaths[switch]
        self._send_with_barrier(switch, openflow_messages.update(datapath, update, self.gateway_mac), progress)

    def send(self, switch: str, messages: Iterable[Any]) -> None:
        """Send messages in one piece; the answer to their barrier is ignored."""
        datapath = self.datapaths[switch]
        datapath.send(openflow_messages.encode(datapath, messages)[0])

    def _send_with_barrier(self, switch: str, messages: Iterable[Any], progress: RerouteProgress | None) -> None:
        datapath = self.datapaths[switch]
        encoded, xid = openflow_messages.encode(datapath, messages)
        self._barriers[switch, xid] = progress
        datapath.send(encoded)
