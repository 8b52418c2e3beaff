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
from typing import Any, ClassVar

from controllers import api, decisions, igmp, membership, openflow
from controllers.events import Heard, Minded, PortDue, Rested, RoundDue, Turning, Unanswered
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


class Controller(api.App):  # type: ignore[misc]
    """Programmes every switch of a blueprint and turns forwarding round when spans fail.

    One turn at a time, round by round. Reports `ready` (a switch has confirmed its rules), `all-ready`, `rerouted` (a
    span, up or not; all switches concerned have confirmed), `lost` (a switch went away) and `error` (a switch refused
    a message, or the application itself failed).
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
        self.turning: Turning | None = None
        self.waits: dict[str, int] = {}
        self.arrived: Any = api.hub.Queue()
        self.asks_at: int | None = None

    def start(self) -> Any:
        """Begin to take events, and to react to ports and to lines when it is time."""
        api.hub.spawn(self._react_in_time)
        api.hub.spawn(self._hear_in_time)
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
            self._take_ports(switch, datapath)
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
            self._no_longer_waits(turning, switch)
            return
        self.state = decisions.ready(self.state, switch)
        self.report({"event": "ready", "switch": switch})
        if self.state.all_ready:
            self.report({"event": "all-ready", "at_ns": time.time_ns()})
            self._begin_to_ask()
        self._settle()

    @handles(api.ofp_event.EventOFPPortStatus, MAIN)
    def port_reported(self, event: Any) -> None:
        """A port changed: react after the controller's own delay, of which the switch's is a part already."""
        message, ofproto = event.msg, event.msg.datapath.ofproto
        protection = self.state.blueprint.protection
        gone = message.reason == ofproto.OFPPR_DELETE
        up = not (gone or message.desc.state & ofproto.OFPPS_LINK_DOWN or message.desc.config & ofproto.OFPPC_PORT_DOWN)
        due_ns = time.monotonic_ns() + max(0, protection.controller - protection.switch)
        self.noted.put((due_ns, PortDue(self.names[message.datapath.id], message.desc.port_no, up)))

    @handles(PortDue)
    def port_due(self, event: PortDue) -> None:
        """Do what the port's change means."""
        self.state = decisions.port_changed(self.state, event.switch, event.port, event.up)
        self._settle()

    @handles(Rested)
    def has_rested(self, event: Rested) -> None:
        """Turn back to a span that has stayed whole."""
        if self.waits.get(event.span) == event.since:
            del self.waits[event.span]
            self.state = decisions.rested(self.state, event.span)
            self._settle()

    @handles(api.ofp_event.EventOFPPacketIn, MAIN)
    def packet_came(self, event: Any) -> None:
        """A line's IGMP: hear it once switch and controller have had their time."""
        message = event.msg
        self.arrived.put((time.monotonic_ns() + self.state.blueprint.multicast.switch,
                          Heard(self.names[message.datapath.id], message.match["in_port"], bytes(message.data))))

    @handles(Heard)
    def line_heard(self, event: Heard) -> None:
        """Let the trees follow what a line says."""
        for message in igmp.read(event.frame):
            self._follow(membership.heard(self.state, event.switch, event.port, message, time.monotonic_ns()))

    @handles(Unanswered)
    def line_silent(self, event: Unanswered) -> None:
        """Nobody answered in time."""
        self._follow(membership.unanswered(self.state, event.doubt))

    @handles(Minded)
    def lines_minded(self, event: Minded) -> None:
        """Forget whom nobody has heard of for too long; ask when it is time; come back when there is something to do.
        """
        now, multicast = time.monotonic_ns(), self.state.blueprint.multicast
        self._follow(membership.aged(self.state, now))
        if self.asks_at is None or now >= self.asks_at:
            self.asks_at = now + multicast.query_interval
            self._ask_all(igmp.query(None, multicast.query_response, self.state.blueprint.gateway_mac))
        due = min(self.asks_at, membership.next_aging(self.state) or self.asks_at)
        api.hub.spawn(self._later, due - now, event)

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

    def _take_ports(self, switch: str, datapath: Any) -> None:
        """What the switch said of its ports when it came: those that are down have no carrier since before."""
        for number, port in sorted(datapath.ports.items()):
            up = not port.state & datapath.ofproto.OFPPS_LINK_DOWN
            self.state = decisions.port_changed(self.state, switch, number, up)

    def _settle(self) -> None:
        """Begin the next turn, if there is one and none is under way; begin and break off waits."""
        turn = decisions.next_turn(self.state) if self.turning is None else None
        if turn is not None:
            self.turning = Turning(turn)
            self._next_round(self.turning)
        resting = decisions.resting(self.state)
        self.waits = {span: since for span, since in self.waits.items() if span in resting}
        for span in sorted(resting - self.waits.keys()):
            self.waits[span] = since = time.monotonic_ns()
            api.hub.spawn(self._wait, Rested(span, since))

    def _wait(self, event: Rested) -> None:
        api.hub.sleep(self.state.blueprint.protection.wait_to_restore / NS_PER_S)
        self.send_event(self.name, event)

    def _next_round(self, turning: Turning) -> None:
        """Begin the next round: its rules work, all at once, when it has had its time."""
        wait_ns = self.state.blueprint.protection.round
        if wait_ns:
            api.hub.spawn(self._later, wait_ns, RoundDue(turning))
        else:
            self.round_due(RoundDue(turning))

    @handles(RoundDue)
    def round_due(self, event: RoundDue) -> None:
        """Let the switches obey, and wait for all to say so; a turn that has nobody left to tell is done.

        What a turn changes is decided when its first round works: trees may have followed lines until then.
        """
        turning = event.turning
        if turning.rounds is None:
            self.state, rounds = decisions.turned(self.state, turning.turn)
            turning.rounds = list(rounds)
        while turning.rounds:
            told = turning.rounds.pop(0)
            turning.waiting = set(told) & set(self.datapaths)
            if turning.waiting:
                turning.told += 1
                for switch in sorted(turning.waiting):
                    gateway = self.state.blueprint.gateway_mac
                    self._send(switch, openflow.change(self.datapaths[switch], told[switch], gateway), turning)
                return
        self._turned(turning)

    def _turned(self, turning: Turning) -> None:
        span, up = turning.turn
        self.report({"event": "rerouted", "span": span, "up": up, "rounds": turning.told, "at_ns": time.time_ns()})
        self.turning = None
        self._settle()

    def _no_longer_waits(self, turning: Turning, switch: str) -> None:
        turning.waiting.discard(switch)
        if not turning.waiting:
            (self._next_round if turning.rounds else self._turned)(turning)

    def _hear_in_time(self) -> None:
        """One message after the other, each taking the controller its time."""
        while True:
            due_ns, event = self.arrived.get()
            busy_ns = max(due_ns, time.monotonic_ns()) + self.state.blueprint.multicast.controller
            api.hub.sleep((busy_ns - time.monotonic_ns()) / NS_PER_S)
            self.send_event(self.name, event)

    def _follow(self, outcome: membership.Outcome) -> None:
        """Tell the switches, and ask the line if there is a doubt."""
        self.state = outcome.state
        gateway = self.state.blueprint.gateway_mac
        for switch in sorted(set(outcome.told) & set(self.datapaths)):
            datapath = self.datapaths[switch]
            self._write(datapath, openflow.change(datapath, outcome.told[switch], gateway))
        if outcome.asks is not None:
            self._ask(outcome.asks)

    def _begin_to_ask(self) -> None:
        """Once everything stands, where there are channels. Nobody watches yet, so that the first query can wait."""
        if self.asks_at is None and self.state.blueprint.channels:
            wait = self.state.blueprint.multicast.query_interval
            self.asks_at = time.monotonic_ns() + wait
            api.hub.spawn(self._later, wait, Minded())

    def _ask_all(self, frame: bytes) -> None:
        """A frame for all lines of each switch."""
        for switch in sorted(self.datapaths):
            ports = sorted(port for name, port in self.state.lines if name == switch)
            if ports:
                datapath = self.datapaths[switch]
                self._write(datapath, [openflow.send_out(datapath, ports, frame, self.state.query_queue)])

    def _ask(self, doubt: decisions.Doubt) -> None:
        """Ask a line whether somebody there still watches, and look again when the time for an answer is over."""
        switch, port = doubt.line
        within = self.state.blueprint.multicast.last_member_query
        if switch in self.datapaths:
            frame = igmp.query(self.state.channel(doubt.channel).group, within, self.state.blueprint.gateway_mac)
            queue = self.state.queue(doubt.channel)
            datapath = self.datapaths[switch]
            self._write(datapath, [openflow.send_out(datapath, (port,), frame, queue)])
        api.hub.spawn(self._later, within, Unanswered(doubt))

    def _later(self, wait_ns: int, event: Any) -> None:
        api.hub.sleep(wait_ns / NS_PER_S)
        self.send_event(self.name, event)

    def _write(self, datapath: Any, messages: Any) -> None:
        """Write messages in one piece; nobody waits for them."""
        datapath.send(openflow.encode(datapath, messages)[0])

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
                self._no_longer_waits(turning, switch)
