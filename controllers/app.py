"""The application: a shim between the framework's events and `decisions`, `openflow` and a report.

All handlers of one application run one after another in its own event loop, so the state needs no lock; what is to
happen later comes back as an event. On os-ken's native threads that loop ends without a word when a handler raises
(there TaskExit is Exception), so every handler reports what it raises.
"""
from __future__ import annotations

import functools
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from controllers import api, decisions, openflow
from twin.plan.blueprint import Blueprint
from twin.units import NS_PER_S

Report = Callable[[Mapping[str, object]], None]
"""Takes what happened: a mapping with the key "event", ready to be written as JSON."""

HANDSHAKE, CONFIGURED, MAIN, DEAD = (
    api.handler.HANDSHAKE_DISPATCHER, api.handler.CONFIG_DISPATCHER, api.handler.MAIN_DISPATCHER,
    api.handler.DEAD_DISPATCHER,
)


def handles(event_class: Any, states: Any = None) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Let a method of the application take events of a class, in these states of a switch; what it raises is an error.
    """
    def register(method: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(method)
        def guarded(self: Controller, event: Any) -> None:
            try:
                method(self, event)
            except Exception as reason:
                self.report({"event": "error", "reason": repr(reason), "trace": traceback.format_exc()})

        registered: Callable[..., None] = api.handler.set_ev_cls(event_class, states)(guarded)
        return registered

    return register


class PortDue(api.event.EventBase):  # type: ignore[misc]
    """The controller has had its time to react to a port that went down or came up."""

    def __init__(self, switch: str, port: int, up: bool) -> None:
        super().__init__()
        self.switch, self.port, self.up = switch, port, up


@dataclass(slots=True)
class Turning:
    """A span that failed or was mended, and the switches that have yet to confirm their new rules."""

    span: str
    up: bool
    waiting: set[str] = field(default_factory=set)


class Controller(api.App):  # type: ignore[misc]
    """Programmes every switch of a blueprint and turns forwarding round when spans fail.

    Reports `ready` (a switch has confirmed its rules), `all-ready`, `rerouted` (a span, up or not; all switches
    concerned have confirmed), `lost` (a switch went away) and `error` (a switch refused a message, or the
    application itself failed).
    """

    OFP_VERSIONS: ClassVar[list[int]] = [api.ofproto_v1_3.OFP_VERSION]

    def __init__(self, blueprint: Blueprint, report: Report) -> None:
        super().__init__()
        self.state = decisions.start(blueprint)
        self.report = report
        self.names = {switch.datapath: switch.name for switch in blueprint.switches}
        self.datapaths: dict[str, Any] = {}
        self.barriers: dict[tuple[str, int], Turning | None] = {}
        self.noted: Any = api.hub.Queue()

    def start(self) -> Any:
        """Begin to take events, and to react to ports when it is time."""
        api.hub.spawn(self._react_in_time)
        return super().start()

    @handles(api.ofp_event.EventOFPStateChange, [MAIN, DEAD])
    def switch_came_or_went(self, event: Any) -> None:
        """Programme a switch that has finished its handshake; forget one that has gone."""
        datapath = event.datapath
        switch = self.names.get(datapath.id)
        if switch is None:
            if datapath.id is not None:
                self.report({"event": "error", "reason": f"datapath {datapath.id} is not in the blueprint"})
        elif event.state == MAIN:
            self.datapaths[switch] = datapath
            gateway = self.state.blueprint.gateway_mac
            programme = openflow.programme(datapath, *decisions.programme_of(self.state, switch), gateway)
            self._send(switch, programme, None)
        elif self.datapaths.get(switch) is datapath:
            self._forget(switch)

    @handles(api.ofp_event.EventOFPBarrierReply, [CONFIGURED, MAIN])
    def confirmed(self, event: Any) -> None:
        """All that was sent to this switch before the barrier stands."""
        switch = self.names[event.msg.datapath.id]
        key = switch, event.msg.xid
        if key not in self.barriers:
            return
        turning = self.barriers.pop(key)
        if turning is not None:
            turning.waiting.discard(switch)
            self._report_turned(turning)
            return
        self.state = decisions.ready(self.state, switch)
        self.report({"event": "ready", "switch": switch})
        if self.state.all_ready:
            self.report({"event": "all-ready", "at_ns": time.time_ns()})

    @handles(api.ofp_event.EventOFPPortStatus, MAIN)
    def port_reported(self, event: Any) -> None:
        """A port changed: react after the controller's own delay."""
        message, ofproto = event.msg, event.msg.datapath.ofproto
        gone = message.reason == ofproto.OFPPR_DELETE
        up = not (gone or message.desc.state & ofproto.OFPPS_LINK_DOWN or message.desc.config & ofproto.OFPPC_PORT_DOWN)
        due_ns = time.monotonic_ns() + self.state.blueprint.protection.controller
        self.noted.put((due_ns, PortDue(self.names[message.datapath.id], message.desc.port_no, up)))

    @handles(PortDue)
    def port_due(self, event: PortDue) -> None:
        """Send every switch what the port's change means for it."""
        failed = self.state.failed
        self.state, told = decisions.port_changed(self.state, event.switch, event.port, event.up)
        if self.state.failed == failed:
            return
        (span,) = self.state.failed ^ failed
        turning = Turning(span, event.up, set(told) & set(self.datapaths))
        for switch in sorted(turning.waiting):
            gateway = self.state.blueprint.gateway_mac
            self._send(switch, openflow.change(self.datapaths[switch], told[switch], gateway), turning)
        self._report_turned(turning)

    @handles(api.ofp_event.EventOFPErrorMsg, [HANDSHAKE, CONFIGURED, MAIN])
    def refused(self, event: Any) -> None:
        """A switch did not accept a message: the network is not what the blueprint says."""
        message, ofproto = event.msg, event.msg.datapath.ofproto
        self.report({
            "event": "error",
            "switch": self.names.get(message.datapath.id),
            "reason": f"{ofproto.ofp_error_type_to_str(message.type)}: "
                      f"{ofproto.ofp_error_code_to_str(message.type, message.code)}",
            "message": bytes(message.data).hex(),
        })

    def _react_in_time(self) -> None:
        """One after another, not a timer for each: Open vSwitch reports a cut twice, and only the second says so."""
        while True:
            due_ns, event = self.noted.get()
            api.hub.sleep(max(0, due_ns - time.monotonic_ns()) / NS_PER_S)
            self.send_event(self.name, event)

    def _send(self, switch: str, messages: Any, turning: Turning | None) -> None:
        """Write messages and a barrier in one piece; the barrier's reply belongs to `turning`, or to the programme."""
        datapath = self.datapaths[switch]
        written, barrier = openflow.encode(datapath, messages)
        self.barriers[switch, barrier] = turning
        datapath.send(written)

    def _forget(self, switch: str) -> None:
        """The switch is gone, and will not confirm what it was sent."""
        del self.datapaths[switch]
        self.state = decisions.lost(self.state, switch)
        self.report({"event": "lost", "switch": switch})
        for key in [key for key in self.barriers if key[0] == switch]:
            turning = self.barriers.pop(key)
            if turning is not None:
                turning.waiting.discard(switch)
                self._report_turned(turning)

    def _report_turned(self, turning: Turning) -> None:
        if not turning.waiting:
            self.report({"event": "rerouted", "span": turning.span, "up": turning.up, "at_ns": time.time_ns()})
