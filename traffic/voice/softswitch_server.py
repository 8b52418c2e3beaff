"""Softswitches at their head-ends: their sockets, the lines that dial there, and the speech of connected calls.

What to answer is decided by traffic.voice.softswitch.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

from traffic.engine.flow_context import Admissions, FlowContext
from traffic.engine.flow_lifecycle import Running
from traffic.engine.sockets import Peer
from traffic.voice.call_arrivals import Dialled
from traffic.voice.rtp_speech import Speech
from traffic.voice.sip_actions import Connected
from traffic.voice.sip_endpoint import Agent
from traffic.voice.softswitch import Exchange


@dataclass(slots=True)
class Line:
    """A line that dials, as its softswitch knows it: its calls in order, and the speech that goes with them."""

    calls: tuple[Dialled, ...]
    dialler: Running
    speech: list[Speech] = field(default_factory=list)


class Softswitch:
    """An exchange at work. It has no samples of its own; when it fails, everybody who dials there fails."""

    def __init__(self, home: Peer, context: FlowContext) -> None:
        self._loop = context.loop
        self.address = context.sockets.address(home)
        self.exchange = Exchange(self.address, context.admissions[0][1], context.control)
        self.lines: dict[str, Line] = {}
        self.agent = Agent(context.loop, context.sockets.datagrams(home, None), self, self.exchange, self._talk)

    def begin(self, origin: int, admissions: Admissions) -> None:
        """Decide by the ways in use, from when on they are, ns after the origin."""
        for at, admission in admissions:
            self._loop.at(origin + at, self, partial(self.exchange.follow, admission))

    def fail(self, fault: OSError) -> None:
        """Take note of an error."""
        for line in self.lines.values():
            line.dialler.fail(fault)

    def _talk(self, connected: Connected) -> None:
        line, number = self.lines[connected.caller], connected.call.partition("@")[0]
        if number.isdecimal() and 0 < int(number) <= len(line.calls):
            for speech in line.speech:
                speech.talk(self._loop.now, line.calls[int(number) - 1].holding)


class Softswitches:
    """All softswitches of a run, each opened for the first line that dials there."""

    def __init__(self, context: FlowContext) -> None:
        self._context = context
        self._servers: dict[Peer, Softswitch] = {}

    def begin(self) -> None:
        """Start the timers of later admissions; the start of the measurement is known."""
        for softswitch in self._servers.values():
            softswitch.begin(self._context.timing.origin, self._context.admissions[1:])

    def at(self, home: Peer) -> Softswitch:
        """The softswitch at a host and port. Raises OSError where the kernel refuses its socket."""
        if home not in self._servers:
            self._servers[home] = Softswitch(home, self._context)
        return self._servers[home]

    def talk(self, speech: Speech) -> None:
        """Let speech go with the calls of its line."""
        name = speech.said.signalling
        for softswitch in self._servers.values():
            if name in softswitch.lines:
                softswitch.lines[name].speech.append(speech)
                address, _, kind = softswitch.exchange.lines[name]
                down = speech.flow.source == softswitch.lines[name].dialler.flow.sink
                port = speech.flow.source_port if down else speech.flow.sink_port
                softswitch.exchange.lines[name] = (address, port, kind)

    def callers(self) -> tuple[str, ...]:
        """The names of all who dial."""
        return tuple(name for softswitch in self._servers.values() for name in softswitch.lines)

    def counts(self) -> dict[str, int]:
        """SIP messages that all softswitches received, by kind."""
        total: dict[str, int] = {}
        for softswitch in self._servers.values():
            for kind, count in sorted(softswitch.exchange.counts.items()):
                total[kind] = total.get(kind, 0) + count
        return total
