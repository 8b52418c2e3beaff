"""Softswitches at their head-ends: their sockets, the lines that dial there, and the speech of connected calls.

What to respond is decided by traffic.voice.softswitch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from traffic.engine.flow_context import Admissions, FlowContext
from traffic.engine.flow_lifecycle import ActiveFlow
from traffic.engine.sockets import Peer
from traffic.voice.call_arrivals import ScheduledCall
from traffic.voice.rtp_speech import SpeechFlow
from traffic.voice.sip_actions import Connected
from traffic.voice.sip_endpoint import SipEndpoint
from traffic.voice.softswitch import Softswitch


@dataclass(slots=True)
class DiallingLine:
    """A line that dials, as its softswitch knows it: its calls in order, and the speech that goes with them."""

    calls: Sequence[ScheduledCall]
    dialling: ActiveFlow
    speech: list[SpeechFlow] = field(default_factory=list)


class SoftswitchServer:
    """A softswitch on its socket. It has no samples of its own; when it fails, every flow that dials there fails."""

    def __init__(self, softswitch: Peer, context: FlowContext) -> None:
        self._loop = context.loop
        self.address = context.sockets.address(softswitch)
        self.softswitch = Softswitch(self.address, context.admissions[0][1], context.control)
        self.lines: dict[str, DiallingLine] = {}
        sock = context.sockets.udp(softswitch, None)
        self.endpoint = SipEndpoint(context.loop, sock, self, self.softswitch, self._talk)

    def begin(self, origin: int, admissions: Admissions) -> None:
        """Admit calls by the paths in use, from when on they are, ns after the origin."""
        for at, admission in admissions:
            self._loop.call_at(origin + at, self, partial(self.softswitch.use_admission, admission))

    def fail(self, fault: OSError) -> None:
        """Take note of an error."""
        for line in self.lines.values():
            line.dialling.fail(fault)

    def _talk(self, connected: Connected) -> None:
        line, number = self.lines[connected.caller], connected.call.partition("@")[0]
        if number.isdecimal() and 0 < int(number) <= len(line.calls):
            for speech in line.speech:
                speech.start_call(self._loop.now, line.calls[int(number) - 1].holding)


class Softswitches:
    """All softswitches of a run, each opened for the first line that dials there."""

    def __init__(self, context: FlowContext) -> None:
        self._context = context
        self._servers: dict[Peer, SoftswitchServer] = {}

    def begin(self) -> None:
        """Start the timers of later admissions; the start of the measurement is known."""
        for server in self._servers.values():
            server.begin(self._context.timing.origin, self._context.admissions[1:])

    def stop(self) -> None:
        """Receive nothing more: calls that have not ended are left as they are."""
        for server in self._servers.values():
            server.endpoint.close()

    def at(self, softswitch: Peer) -> SoftswitchServer:
        """The softswitch at a host and port. Raises OSError where the kernel refuses its socket."""
        if softswitch not in self._servers:
            self._servers[softswitch] = SoftswitchServer(softswitch, self._context)
        return self._servers[softswitch]

    def talk(self, speech: SpeechFlow) -> None:
        """Attach speech to the calls of its line."""
        name = speech.traffic.signalling
        for server in self._servers.values():
            if name in server.lines:
                server.lines[name].speech.append(speech)
                address, _, kind = server.softswitch.lines[name]
                down = speech.flow.source == server.lines[name].dialling.flow.sink
                port = speech.flow.source_port if down else speech.flow.sink_port
                server.softswitch.lines[name] = (address, port, kind)

    def callers(self) -> tuple[str, ...]:
        """The names of all flows that dial."""
        return tuple(name for server in self._servers.values() for name in server.lines)

    def counts(self) -> dict[str, int]:
        """SIP messages that all softswitches received, by kind."""
        total: dict[str, int] = {}
        for server in self._servers.values():
            for kind, count in sorted(server.softswitch.counts.items()):
                total[kind] = total.get(kind, 0) + count
        return total
