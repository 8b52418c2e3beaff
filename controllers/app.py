"""The Ryu application: the handlers of OpenFlow events and of its own timed events.

All handlers run one after another in the application's event loop, so the state needs no lock; what is to happen later
comes back as an event. On os-ken's native threads that loop ends silently when a handler raises (there TaskExit is
Exception), so every handler reports what it raises.
"""

from __future__ import annotations

import functools
import traceback
from collections.abc import Callable
from typing import Any, ClassVar

from controllers import ryu_api
from controllers.clock import Clock, FrameworkClock, SendEvent
from controllers.decisions import network_state
from controllers.decisions.network_state import Forwarding
from controllers.igmp_querier import IgmpQuerier
from controllers.reroute_executor import RerouteExecutor
from controllers.switch_connections import Confirmed, Report, SwitchConnections
from controllers.timer_events import (
    EventConnectionsAwaited,
    EventIgmpFrame,
    EventPortChange,
    EventQuerierTimer,
    EventQueryTimeout,
    EventUpdateRound,
    EventWaitToRestoreExpired,
)
from twin.plan.blueprint import Blueprint

HANDSHAKE, CONFIGURED, MAIN, DEAD = (
    ryu_api.handler.HANDSHAKE_DISPATCHER, ryu_api.handler.CONFIG_DISPATCHER, ryu_api.handler.MAIN_DISPATCHER,
    ryu_api.handler.DEAD_DISPATCHER,
)


def handles(event_class: Any, states: Any = None) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Let a method of the application handle events of a class, in these states of a switch; what it raises is
    reported as an error."""
    def register(method: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(method)
        def guarded(self: QosController, event: Any) -> None:
            try:
                method(self, event)
            except Exception as reason:
                self.report({"event": "error", "reason": repr(reason), "trace": traceback.format_exc()})

        registered: Callable[..., None] = ryu_api.handler.set_ev_cls(event_class, states)(guarded)
        return registered

    return register


class QosController(ryu_api.App):  # type: ignore[misc]  # os-ken has no types
    """Programs every switch of a blueprint, reroutes around failed spans, and is the IGMP querier of the lines.

    Reports `ready` (a switch has confirmed its rules), `all-ready`, `rerouted` (a span, up or not; all switches
    concerned have confirmed), `disconnected` (a switch lost its connection) and `error` (a switch refused a message, or
    the application itself failed). forwarding: computes the rules of FORWARD; by default anew each time.
    """

    OFP_VERSIONS: ClassVar[list[int]] = [ryu_api.ofproto_v1_3.OFP_VERSION]

    def __init__(self, blueprint: Blueprint, report: Report, clock: Callable[[SendEvent], Clock] = FrameworkClock,
                 forwarding: Forwarding | None = None) -> None:
        super().__init__()
        self.report = report
        self.network = SwitchConnections(blueprint, report, forwarding)
        self.clock = clock(self._send_to_self)
        self.rerouting = RerouteExecutor(self.network, self.clock)
        self.querier = IgmpQuerier(self.network, self.clock)
        self.port_changes = self.clock.event_queue()
        self.igmp_frames = self.clock.event_queue(blueprint.multicast.controller)

    def start(self) -> Any:
        """Begin to handle events, and to serve the queues of delayed ones."""
        ryu_api.hub.spawn(self.port_changes.serve)
        ryu_api.hub.spawn(self.igmp_frames.serve)
        return super().start()

    def _send_to_self(self, event: Any) -> None:
        self.send_event(self.name, event)

    @handles(ryu_api.ofp_event.EventOFPStateChange, [MAIN, DEAD])
    def state_change_handler(self, event: Any) -> None:
        """A switch has finished its handshake, or its connection is lost."""
        datapath = event.datapath
        switch = self.network.names.get(datapath.id)
        if switch is None:
            if datapath.id is not None:
                self.report({"event": "error", "reason": f"datapath {datapath.id} is not in the blueprint"})
        elif event.state == MAIN:
            if self.network.connection(switch) is not None:  # the end of its last connection is heard later
                self._datapath_disconnect(switch)
            self.network.connect(switch, datapath)
            self.rerouting.switch_connected()
        elif self.network.connection(switch) is datapath:
            self._datapath_disconnect(switch)

    def _datapath_disconnect(self, switch: str) -> None:
        """The barriers of a lost switch are not waited for; what waits to be restored beside it waits no longer."""
        unanswered = self.network.disconnect(switch)
        self.report({"event": "disconnected", "switch": switch})
        for progress in unanswered:
            self.rerouting.barrier_answered(progress, switch)
        self.rerouting.switch_cleared()
        self.rerouting.proceed()

    @handles(ryu_api.ofp_event.EventOFPBarrierReply, [CONFIGURED, MAIN])
    def barrier_reply_handler(self, event: Any) -> None:
        """The switch has carried out all that was sent before the barrier."""
        switch, xid = self.network.names[event.msg.datapath.id], event.msg.xid
        if not self.network.awaits_barrier(switch, xid):
            return
        match self.network.barrier_answered(switch, xid):
            case Confirmed.PROGRAMMED:
                self._switch_ready(switch)
            case Confirmed.CLEARED:
                self.rerouting.switch_cleared()
            case progress:
                self.rerouting.barrier_answered(progress, switch)

    def _switch_ready(self, switch: str) -> None:
        self.network.state = network_state.switch_ready(self.network.state, switch)
        self.report({"event": "ready", "switch": switch})
        if self.network.state.all_ready:
            self.report({"event": "all-ready", "at_ns": self.clock.date_ns()})
        self.querier.switch_ready(switch)
        self.rerouting.proceed()

    @handles(ryu_api.ofp_event.EventOFPPortStatus, MAIN)
    def port_status_handler(self, event: Any) -> None:
        """A port changed: react after the controller's own delay, which includes the switch's."""
        message, ofproto = event.msg, event.msg.datapath.ofproto
        protection = self.network.state.blueprint.protection
        deleted = message.reason == ofproto.OFPPR_DELETE
        up = not (deleted or message.desc.state & ofproto.OFPPS_LINK_DOWN
                  or message.desc.config & ofproto.OFPPC_PORT_DOWN)
        switch = self.network.names[message.datapath.id]
        if not up:
            self.rerouting.failure_reported(switch, message.desc.port_no)
        self.port_changes.put(max(0, protection.controller - protection.switch),
                              EventPortChange(switch, message.desc.port_no, up, message.datapath))

    @handles(ryu_api.ofp_event.EventOFPPacketIn, MAIN)
    def packet_in_handler(self, event: Any) -> None:
        """IGMP of a line: processed after the time that switch and controller take."""
        message = event.msg
        switch = self.network.names[message.datapath.id]
        self.igmp_frames.put(self.network.state.blueprint.multicast.switch,
                             EventIgmpFrame(switch, message.match["in_port"], bytes(message.data)))

    @handles(ryu_api.ofp_event.EventOFPErrorMsg, [HANDSHAKE, CONFIGURED, MAIN])
    def error_msg_handler(self, event: Any) -> None:
        """A switch refused a message: the network differs from the blueprint."""
        message, ofproto = event.msg, event.msg.datapath.ofproto
        self.report({
            "event": "error",
            "switch": self.network.names.get(message.datapath.id),
            "reason": f"{ofproto.ofp_error_type_to_str(message.type)}: "
                      f"{ofproto.ofp_error_code_to_str(message.type, message.code)}",
            "message": bytes(message.data).hex(),
        })

    @handles(EventPortChange)
    def port_change_handler(self, event: EventPortChange) -> None:
        """Reroute if a span went down or came up. A switch that has connected again meanwhile has told its ports."""
        connection = self.network.connection(event.switch)
        if connection is not None and connection is not event.connection:
            return
        self.network.state = network_state.port_changed(self.network.state, event.switch, event.port, event.up)
        self.rerouting.proceed()

    @handles(EventConnectionsAwaited)
    def connections_awaited_handler(self, _: EventConnectionsAwaited) -> None:
        """Begin with the switches that have connected."""
        self.rerouting.begin()

    @handles(EventWaitToRestoreExpired)
    def wait_to_restore_handler(self, event: EventWaitToRestoreExpired) -> None:
        """Restore a span that has stayed up."""
        self.rerouting.wait_to_restore_expired(event.span, event.since)

    @handles(EventUpdateRound)
    def update_round_handler(self, event: EventUpdateRound) -> None:
        """Send the next round of a reroute."""
        self.rerouting.send_round(event.progress)

    @handles(EventIgmpFrame)
    def igmp_frame_handler(self, event: EventIgmpFrame) -> None:
        """Process the IGMP messages of a line."""
        self.querier.frame_received(event.switch, event.port, event.frame)

    @handles(EventQueryTimeout)
    def query_timeout_handler(self, event: EventQueryTimeout) -> None:
        """A last member query was not answered."""
        self.querier.query_timed_out(event.leave)

    @handles(EventQuerierTimer)
    def querier_timer_handler(self, event: EventQuerierTimer) -> None:
        """Query all lines, and expire members."""
        self.querier.timer_expired(event)
