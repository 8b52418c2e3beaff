"""The subscriber's side of dialled calls: dials each call of a line at its moment, and knows what became of it.

What to send is decided by traffic.voice.sip_caller.
"""

from __future__ import annotations

from functools import partial

from traffic.engine.flow_context import FlowContext
from traffic.engine.flow_counters import Tally
from traffic.engine.flow_lifecycle import Running
from traffic.engine.sockets import mark
from traffic.packets.udp_endpoints import open_receiver, open_sender
from traffic.sample_files import LOST, Calls
from traffic.voice.call_arrivals import Dialled, dialled
from traffic.voice.rtp_speech import Speech
from traffic.voice.sip_caller import Caller
from traffic.voice.sip_endpoint import Agent
from traffic.voice.sipp import SippDialler
from traffic.voice.softswitch_server import Line, Softswitch, Softswitches
from twin.core.seeds import stream
from twin.plan.blueprint import DialledSpeech, Flow, SipSignalling


class Dialler(Running):
    """Those who dial on one line as they run."""

    def __init__(self, flow: Flow, tally: Tally, caller: Caller, calls: tuple[Dialled, ...], softswitch: Softswitch,
                 context: FlowContext) -> None:
        super().__init__(flow, tally)
        self._loop, self._timing, self._caller, self._calls = context.loop, context.timing, caller, calls
        self._softswitch = softswitch
        door = context.sockets.datagrams((flow.source, flow.source_port), None)
        mark(door, flow.dscp)
        self._agent = Agent(context.loop, door, self, caller, lambda _: None)

    def prepare(self) -> None:
        """Make the way known, both ways."""
        self._agent.send(b"", self._caller.server)
        self._softswitch.agent.send(b"", self._caller.own)

    def begin(self) -> None:
        """Dial every call at its moment."""
        for number, call in enumerate(self._calls, 1):
            moment = self._timing.origin + call.at
            self._loop.at(moment, self, partial(self._dial, moment, number, call.holding))

    def _dial(self, moment: int, number: int, holding: int) -> None:
        if not self.tally.errors:
            self.tally.sent += 1
            self._agent.carry_out(self._caller.dial(moment, number, holding))

    def stop(self) -> None:
        """Say nothing more, and hear nothing: calls that have not ended go on unheard."""
        self.close()

    def close(self) -> None:
        """Fall silent."""
        self._agent.close()
        self._softswitch.agent.close()

    def samples(self) -> Calls:
        """The calls in the order in which they were dialled, times after the start of the measurement."""
        attempts = list(self._caller.attempts.values())
        self.tally.received = sum(attempt.answered != LOST for attempt in attempts)

        def after(moments: list[int]) -> tuple[int, ...]:
            return tuple(at if at == LOST else at - self._timing.origin for at in moments)

        return Calls(after([one.dialled for one in attempts]), after([one.rung for one in attempts]),
                     after([one.answered for one in attempts]), after([one.ended for one in attempts]),
                     tuple(one.status for one in attempts))


def open_sip_signalling(flow: Flow, call: SipSignalling, tally: Tally, context: FlowContext) -> Running:
    """Open the line's side, and its softswitch for the first line that dials there; sipp dials where the flow says."""
    softswitch = context.shared(Softswitches).at((flow.sink, flow.sink_port))
    calls = dialled(call.dialling, context.timing.seconds, stream(context.timing.seed, f"dial/{flow.name}"))
    address, kind = context.sockets.hosts[flow.source].address, call.codec.payload_type
    softswitch.exchange.lines[flow.name] = (address, 0, kind)
    dialler: Running
    if call.sipp:
        dialler = SippDialler(flow, call, tally, calls, context)
    else:
        caller = Caller(flow.name, (address, flow.source_port), softswitch.address, flow.source_port - 1, kind)
        dialler = Dialler(flow, tally, caller, calls, softswitch, context)
    softswitch.lines[flow.name] = Line(calls, dialler)
    return dialler


def open_dialled_speech(flow: Flow, said: DialledSpeech, tally: Tally, context: FlowContext) -> Speech:
    """Open both ends of what is spoken one way, and let it go with the calls of its line."""
    receiver, sender = open_receiver(flow, said, context), open_sender(flow, said, context)
    speech = Speech(flow, said, tally, context.timing, receiver, sender)
    context.shared(Softswitches).talk(speech)
    return speech
