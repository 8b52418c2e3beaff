"""The subscriber's side of dialled calls: dials each call of a line at its moment, and knows what became of it.

What to send is decided by traffic.voice.sip_caller.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import islice

from traffic.engine.flow_context import FlowContext
from traffic.engine.flow_counters import FlowCounters
from traffic.engine.flow_lifecycle import ActiveFlow
from traffic.engine.sockets import set_dscp
from traffic.packets.udp_endpoints import open_receiver, open_sender
from traffic.sample_files import LOST, Calls
from traffic.voice.call_arrivals import ScheduledCall, calls_of, scheduled_calls
from traffic.voice.rtp_speech import SpeechFlow
from traffic.voice.sip_caller import Caller
from traffic.voice.sip_endpoint import SipEndpoint
from traffic.voice.sipp import SippFlow
from traffic.voice.softswitch_server import DiallingLine, Softswitches, SoftswitchServer
from twin.core.seeds import stream
from twin.plan.blueprint import DialledSpeech, Flow, SipSignalling


class DiallingFlow(ActiveFlow):
    """The calls of one line: dialled, ended, sampled. calls: those that were dialled, and the next one."""

    def __init__(self, flow: Flow, counters: FlowCounters, caller: Caller, calls: Iterator[ScheduledCall],
                 softswitch: SoftswitchServer, context: FlowContext) -> None:
        super().__init__(flow, counters)
        self._loop, self._timing, self._caller, self._coming = context.loop, context.timing, caller, calls
        self.calls: list[ScheduledCall] = []
        self._taken = 0
        self._softswitch = softswitch
        sock = context.sockets.udp((flow.source, flow.source_port), None)
        set_dscp(sock, flow.dscp)
        self._endpoint = SipEndpoint(context.loop, sock, self, caller, lambda _: None)

    def prepare(self) -> None:
        """Send empty datagrams, so that both ends have resolved their neighbour's address."""
        self._endpoint.send(b"", self._caller.server)
        self._softswitch.endpoint.send(b"", self._caller.local)

    def begin(self) -> None:
        """Dial the first call at its moment."""
        self._await_next()

    def _await_next(self) -> None:
        call = next(self._coming)
        self.calls.append(call)
        moment = self._timing.origin + call.at
        if moment < self._timing.stop:
            self._loop.call_at(moment, self, partial(self._dial, moment, len(self.calls), call.holding))

    def _dial(self, moment: int, number: int, holding: int) -> None:
        if not self.counters.errors:
            self.counters.sent += 1
            self._endpoint.carry_out(self._caller.dial(moment, number, holding))
            self._await_next()

    def stop(self) -> None:
        """Send and receive nothing more: calls that have not ended are left as they are."""
        self.close()

    def close(self) -> None:
        """Stop receiving."""
        self._endpoint.close()

    def take(self, until: int) -> Calls:
        """The calls dialled before `until`, in that order, as they stand now; see ActiveFlow."""
        attempts = [attempt for attempt in islice(self._caller.attempts.values(), self._taken, None)
                    if attempt.dialled < until]
        self._taken += len(attempts)
        self.counters.received += sum(attempt.answered != LOST for attempt in attempts)

        def after(moments: list[int]) -> tuple[int, ...]:
            return tuple(at if at == LOST else at - self._timing.origin for at in moments)

        return Calls(after([attempt.dialled for attempt in attempts]), after([attempt.rung for attempt in attempts]),
                     after([attempt.answered for attempt in attempts]), after([attempt.ended for attempt in attempts]),
                     tuple(attempt.status for attempt in attempts))


def open_sip_signalling(flow: Flow, call: SipSignalling, counters: FlowCounters, context: FlowContext) -> ActiveFlow:
    """Open the line's side, and its softswitch for the first line that dials there; sipp dials where the flow says."""
    softswitch = context.shared(Softswitches).at((flow.sink, flow.sink_port))
    random = stream(context.timing.seed, f"dial/{flow.name}")
    address, kind = context.sockets.hosts[flow.source].address, call.codec.payload_type
    softswitch.softswitch.lines[flow.name] = (address, 0, kind)
    if call.sipp:
        calls = scheduled_calls(call.dialling, context.timing.seconds, random)
        by_sipp = SippFlow(flow, call, counters, calls, context)
        softswitch.lines[flow.name] = DiallingLine(calls, by_sipp)
        return by_sipp
    caller = Caller(flow.name, (address, flow.source_port), softswitch.address, flow.source_port - 1, kind)
    dialler = DiallingFlow(flow, counters, caller, calls_of(call.dialling, random), softswitch, context)
    softswitch.lines[flow.name] = DiallingLine(dialler.calls, dialler)
    return dialler


def open_dialled_speech(flow: Flow, traffic: DialledSpeech, counters: FlowCounters, context: FlowContext) -> SpeechFlow:
    """Open both ends of one direction of speech, and attach it to the calls of its line."""
    receiver, sender = open_receiver(flow, traffic, context), open_sender(flow, traffic, context)
    speech = SpeechFlow(flow, traffic, counters, context.timing, receiver, sender)
    context.shared(Softswitches).talk(speech)
    return speech
