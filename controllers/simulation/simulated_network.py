"""A simulated network around the real application: switches with their spans, the subscribers' boxes, and time.

What takes time in the lab takes as long here: detection, the switch's own time, and what the application waits for.
A message to a switch takes that switch's delay, in order; what the application is told waits while it is paused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import SimpleNamespace
from typing import Any

from controllers import igmp_messages, ryu_api
from controllers.app import DEAD, MAIN, QosController
from controllers.decisions.network_state import Forwarding
from controllers.decisions.reroute_decisions import Reroute
from controllers.simulation.igmp_host import IgmpHost
from controllers.simulation.inbox import Inbox
from controllers.simulation.openflow_records import Message, OFPBarrierRequest, OFPPacketOut
from controllers.simulation.packet_match import Packet
from controllers.simulation.simulated_switch import Refusal, SimulatedSwitch
from controllers.simulation.virtual_clock import ApplicationClock, VirtualClock
from twin.core.units import NS_PER_MS
from twin.plan.blueprint import Blueprint
from twin.plan.forwarding.fast_failover import trunks
from twin.plan.forwarding.paths import port_peers

OFP = ryu_api.ofproto_v1_3
APART = NS_PER_MS // 10
"""Messages that are sent at once arrive one after the other: so far apart, in the order of the switches."""
RECONNECTION = 10 * NS_PER_MS
"""From when a switch has power, or the application runs again, until the switch has connected."""


class SimulatedNetwork:
    """A network in which every switch has connected and is programmed as soon as the clock has run.

    reports: what the application has reported. broken: spans that are cut. off: nodes without power. dead_spans: the
    spans between switches that carry nothing: broken, or beside a node that is off. heard: when a line's join of a
    group last reached the application, which has heard of no leave since. up_since: when an end of a span last saw
    its carrier come up, or last connected. version: changes whenever forwarding may have. answer_delay: when a box
    answers a query that is to be answered within so many ns. forwarding: for the applications (QosController).
    """

    def __init__(self, blueprint: Blueprint, answer_delay: Callable[[int], int] = lambda within: within // 2,
                 forwarding: Forwarding | None = None) -> None:
        self.blueprint = blueprint
        self._forwarding = forwarding
        self.reports: list[Mapping[str, object]] = []
        self.broken: frozenset[str] = frozenset()
        self.dead_spans: frozenset[str] = frozenset()
        self.off: frozenset[str] = frozenset()
        self.clock = VirtualClock()
        self.peers = port_peers(blueprint.switches)
        self._ports = {(switch, span): port for (switch, port), (span, _) in self.peers.items()}
        self.version = 0
        self._names = {switch.datapath: switch.name for switch in blueprint.switches}
        self._ends = {span: [port for port, (name, _) in sorted(self.peers.items()) if name == span]
                      for span in trunks(blueprint)}
        self._usual_delays = {name: number * APART for number, name in enumerate(sorted(self._names.values()))}
        self._delays = dict(self._usual_delays)
        self._line_is_free = dict.fromkeys(self._names.values(), 0)
        self._inbox = Inbox(self.clock)
        self.up_since: dict[str, int] = {}
        self.heard: dict[tuple[tuple[str, int], str], int] = {}
        self.switches = {switch.name: self._new_switch(switch.name) for switch in blueprint.switches}
        self.hosts = {(host.switch, host.port): IgmpHost(host.address) for host in blueprint.hosts if host.line_group}
        self._answer_delay = answer_delay
        self._application = self._new_application()
        for name in self.switches:
            self._connect(name)

    @property
    def state(self) -> Any:
        """The application's view of the network."""
        return self._application.network.state

    @property
    def noticed(self) -> frozenset[str]:
        """The spans of which both ends see no carrier."""
        return frozenset(span for span, ends in self._ends.items()
                         if not any(self.switches[switch].carriers[port] for switch, port in ends))

    @property
    def half_noticed(self) -> frozenset[str]:
        """The spans of which an end or both see no carrier."""
        return frozenset(span for span, ends in self._ends.items()
                         if not all(self.switches[switch].carriers[port] for switch, port in ends))

    @property
    def programmed(self) -> bool:
        """Whether every switch has rules, and has confirmed them to the application that runs now."""
        return bool(self.state.all_ready) and all(switch.tables for switch in self.switches.values())

    @property
    def rerouting(self) -> Reroute | None:
        """The reroute that the application has begun and not completed; None without one."""
        progress = self._application.rerouting.progress
        return progress.reroute if progress else None

    def port_of(self, switch: str, span: str) -> int:
        """The port of a switch at which a span ends."""
        return self._ports[switch, span]

    def break_span(self, span: str) -> None:
        """Cut a span between switches."""
        self._change(self.broken | {span}, self.off)

    def restore_span(self, span: str) -> None:
        """Mend it."""
        self._change(self.broken - {span}, self.off)

    def power_off(self, node: str) -> None:
        """A switch loses its power, its rules and its connection."""
        if node not in self.off:
            self._change(self.broken, self.off | {node})
            self._disconnect(node)
            self.switches[node].clear()

    def power_on(self, node: str) -> None:
        """It has power again, and connects."""
        if node in self.off:
            self._change(self.broken, self.off - {node})
            self.clock.at(self.clock.now_ns + RECONNECTION, partial(self._connect, node))

    def restart_software(self, node: str) -> None:
        """Its software starts again, without rules; its spans keep their carriers."""
        if node not in self.off:
            self._disconnect(node)
            self.switches[node].clear()
            self.clock.at(self.clock.now_ns + RECONNECTION, partial(self._connect, node))

    def delay(self, node: str, delay_ns: int) -> None:
        """From now on messages to a switch, and the answers to its barriers, take so much longer than usual."""
        self._delays[node] = self._usual_delays[node] + delay_ns

    def pause(self, duration_ns: int) -> None:
        """The application handles nothing for a time."""
        self._inbox.pause(duration_ns)

    def restart_application(self) -> None:
        """It is killed, with all that it knows, and started again; the switches keep their rules until it connects."""
        for name in self.switches:
            self._new_connection(name)
        self._application = self._new_application()
        self.heard = {}
        for name in sorted(self.switches.keys() - self.off):
            self.clock.at(self.clock.now_ns + RECONNECTION, partial(self._connect, name))

    def watch(self, line: tuple[str, int], group: str) -> None:
        """A line's boxes join a group."""
        self._report(line, self.hosts[line].join(group))

    def leave(self, line: tuple[str, int], group: str) -> None:
        """They leave it."""
        self._report(line, self.hosts[line].leave(group))

    def unplug(self, line: tuple[str, int]) -> None:
        """They watch nothing any more, and say nothing."""
        self.hosts[line].groups = frozenset()

    # the rest: how these things reach the application and the switches

    def _new_switch(self, name: str) -> SimulatedSwitch:
        switch = next(switch for switch in self.blueprint.switches if switch.name == name)
        carriers = {port.number: True for port in switch.ports}
        return SimulatedSwitch(switch.datapath, carriers, partial(self._deliver, name))

    def _new_application(self) -> QosController:
        def deliver(event: Any) -> None:
            self._tell(lambda: [handler(event) for handler in application.get_handlers(event)], application)

        clock = ApplicationClock(self.clock, deliver)
        application = QosController(self.blueprint, self.reports.append, lambda _: clock, self._forwarding)
        ryu_api.handler.register_instance(application)
        return application

    def _tell(self, handle: Callable[[], Any], application: QosController) -> None:
        """Let the application handle something, once it is not paused any more and if it lives until then."""
        self._inbox.put(lambda: handle() if application is self._application else None)

    def _change(self, broken: frozenset[str], off: frozenset[str]) -> None:
        """Spans go down and come up; their ends see it after detection and the switch's own time."""
        before = self.dead_spans
        self.broken, self.off = broken, off
        beside = {span for span, ends in self._ends.items() if off & {switch for switch, _ in ends}}
        self.dead_spans = broken | beside
        self.version += 1
        protection = self.blueprint.protection
        noticed = self.clock.now_ns + protection.detection + protection.switch
        for span in sorted(before ^ self.dead_spans):
            for switch, port in self._ends[span]:
                self.clock.at(noticed, partial(self._set_carrier, switch, port, span not in self.dead_spans))

    def _set_carrier(self, name: str, port: int, up: bool) -> None:
        switch = self.switches[name]
        if switch.carriers[port] == up:
            return
        switch.set_carrier(port, up)
        if up:
            self.up_since[self.peers[name, port][0]] = self.clock.now_ns
        self.version += 1
        if name in self.off:
            return
        for state in (0, OFP.OFPPS_LINK_DOWN) if not up else (0, OFP.OFPPS_LIVE):  # Open vSwitch reports a cut twice
            description = SimpleNamespace(port_no=port, state=state, config=0)
            message = SimpleNamespace(datapath=switch, reason=OFP.OFPPR_MODIFY, desc=description)
            self._answer(name, "port_status_handler", message)

    def _connect(self, name: str) -> None:
        if name in self.off:
            return
        self.up_since.update({span: self.clock.now_ns for (switch, _), (span, _) in self.peers.items()
                              if switch == name})
        application = self._application
        event = SimpleNamespace(datapath=self.switches[name], state=MAIN)
        self._tell(partial(application.state_change_handler, event), application)

    def _disconnect(self, name: str) -> None:
        """The connection is lost with all that is on it."""
        application, old = self._application, self.switches[name]
        self._new_connection(name)
        event = SimpleNamespace(datapath=old, state=DEAD)
        self._tell(partial(application.state_change_handler, event), application)

    def _new_connection(self, name: str) -> None:
        """To the application a switch is its connection; what it holds stays."""
        old, new = self.switches[name], self._new_switch(name)
        new.carriers, new.tables, new.groups, new.meters = old.carriers, old.tables, old.groups, old.meters
        new.memo = old.memo
        self.switches[name] = new
        self._line_is_free[name] = 0
        self.version += 1

    def _deliver(self, name: str, messages: list[Message]) -> None:
        """What the application sends reaches its switch in order, after the switch's delay."""
        switch = self.switches[name]
        arrival = max(self.clock.now_ns + self._delays[name], self._line_is_free[name])
        self._line_is_free[name] = arrival
        self.clock.at(arrival, partial(self._arrive, name, switch, messages))

    def _arrive(self, name: str, switch: SimulatedSwitch, messages: list[Message]) -> None:
        if switch is not self.switches[name] or any(message.datapath is not switch for message in messages):
            return  # of a connection that is lost
        for message in messages:
            if isinstance(message, OFPBarrierRequest):
                self._answer(name, "barrier_reply_handler", SimpleNamespace(datapath=switch, xid=message.xid))
            elif isinstance(message, OFPPacketOut):
                self._packet_out(name, message)
            else:
                self.version += 1
                try:
                    switch.carry_out(message)
                except Refusal as refusal:
                    self._answer(name, "error_msg_handler", SimpleNamespace(
                        datapath=switch, type=refusal.type, code=refusal.code, data=b""))

    def _answer(self, name: str, handler: str, message: SimpleNamespace, once_heard: Callable[[], None] = lambda: None
                ) -> None:
        """A switch tells the application something, unless its connection is lost before that is heard."""
        application, switch = self._application, self.switches[name]

        def heard() -> None:
            if self.switches[name] is switch is application.network.connection(name):
                getattr(application, handler)(SimpleNamespace(msg=message))
                once_heard()

        self._tell(heard, application)

    def _packet_out(self, name: str, message: OFPPacketOut) -> None:
        """Boxes behind the ports answer the query in the frame."""
        for action in message.actions:
            line = name, getattr(action, "port", None)
            if line in self.hosts:
                reports, within = self.hosts[line].answers(message.data)
                for frame in reports:
                    self.clock.at(self.clock.now_ns + self._answer_delay(within),
                                  partial(self._report_if_watching, line, frame))

    def _report_if_watching(self, line: tuple[str, int], group: str) -> None:
        if group in self.hosts[line].groups:
            self._report(line, self.hosts[line].join(group))

    def _report(self, line: tuple[str, int], frame: bytes) -> None:
        """A frame of IGMP comes to a line's switch, which sends it to the application by its rules."""
        name, port = line
        switch, host = self.switches[name], self.hosts[line]
        for sent in switch.forward(Packet(port, host.address, host.destination(frame), protocol=2)):
            if sent.port == OFP.OFPP_CONTROLLER and name not in self.off:
                message = SimpleNamespace(datapath=switch, match={"in_port": port}, data=frame)
                self._answer(name, "packet_in_handler", message, partial(self._note_heard, line, frame))

    def _note_heard(self, line: tuple[str, int], frame: bytes) -> None:
        for message in igmp_messages.parse(frame):
            self.heard.pop((line, message.group), None)
            if message.joins:
                self.heard[line, message.group] = self.clock.now_ns
