"""Dialled calls as they run: the softswitch at its head-end, those who dial at their lines, and who talks with whom.

What to say is decided by traffic.voice.softswitch and traffic.voice.sip_caller; here it is carried out. Empty
datagrams only make the way known.
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Protocol

from traffic.engine.counters import Tally
from traffic.engine.event_loop import READ, Loop, Owner
from traffic.engine.flow_lifecycle import Running, Timing
from traffic.engine.sockets import Peer, Sockets, mark
from traffic.sample_files import LOST, Calls
from traffic.voice.call_arrivals import Dialled, dialled
from traffic.voice.rtp_speech import Speech
from traffic.voice.sip_actions import Act, Address, Connected, Send, Wake
from traffic.voice.sip_caller import Caller
from traffic.voice.sipp import SippDialler
from traffic.voice.softswitch import Exchange
from twin.core.seeds import stream
from twin.model import CallControl
from twin.plan.blueprint import Flow, SipSignalling
from twin.plan.demand.call_admission import Admission

Admissions = Sequence[tuple[int, Admission]]
"""What softswitches decide by, and from when on, ns after the start of the measurement; the first from 0."""
LARGEST = 65_535
"""Bytes of the largest datagram."""
_LOST_ON_THE_WAY = frozenset({errno.ECONNREFUSED, errno.EAGAIN, errno.ENOBUFS})
"""Errors of sending that SIP's own timers mend."""


class Mind(Protocol):
    """Whoever decides what an agent of SIP says."""

    def received(self, now: int, source: Address, packet: bytes) -> list[Act]:
        """A datagram has come in."""
        ...

    def wake(self, at: int, call: str) -> list[Act]:
        """The timer of a call has run down."""
        ...


class Agent:
    """Carries out on one socket what a mind decides; `connected` is told when people begin to talk."""

    def __init__(self, loop: Loop, door: socket.socket, owner: Owner, mind: Mind,
                 connected: Callable[[Connected], None]) -> None:
        self._loop, self._door, self._owner, self._mind, self._connected = loop, door, owner, mind, connected
        loop.watch(door, READ, owner, self._read)

    def carry_out(self, acts: Sequence[Act]) -> None:
        """Send what is to be sent, wake when asked, tell who is connected."""
        for act in acts:
            match act:
                case Send():
                    self.send(act.packet, act.to)
                case Wake():
                    self._loop.at(act.at, self._owner, partial(self._wake, act))
                case Connected():
                    self._connected(act)

    def send(self, packet: bytes, to: Address) -> None:
        """Send a datagram."""
        try:
            self._door.sendto(packet, to)
        except OSError as fault:
            if fault.errno not in _LOST_ON_THE_WAY:
                raise

    def close(self) -> None:
        """Hear nothing more."""
        self._loop.drop(self._door)

    def _wake(self, wake: Wake) -> None:
        self.carry_out(self._mind.wake(wake.at, wake.call))

    def _read(self) -> None:
        while True:
            try:
                packet, source = self._door.recvfrom(LARGEST)
            except BlockingIOError:
                return
            except ConnectionRefusedError:
                continue
            self.carry_out(self._mind.received(self._loop.now, source, packet))


@dataclass(slots=True)
class Line:
    """A line that dials, as its softswitch knows it: its calls in order, and the speech that goes with them."""

    calls: tuple[Dialled, ...]
    dialler: Running
    speech: list[Speech] = field(default_factory=list)


class Softswitch:
    """An exchange at work. It has no samples of its own; when it fails, everybody who dials there fails."""

    def __init__(self, loop: Loop, sockets: Sockets, home: Peer, admission: Admission, control: CallControl) -> None:
        self._loop = loop
        self.address = sockets.address(home)
        self.exchange = Exchange(self.address, admission, control)
        self.lines: dict[str, Line] = {}
        self.agent = Agent(loop, sockets.datagrams(home, None), self, self.exchange, self._talk)

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


class Dialler(Running):
    """Those who dial on one line as they run."""

    def __init__(self, flow: Flow, tally: Tally, loop: Loop, door: socket.socket, timing: Timing, caller: Caller,
                 calls: tuple[Dialled, ...], softswitch: Softswitch) -> None:
        super().__init__(flow, tally)
        self._loop, self._timing, self._caller, self._calls = loop, timing, caller, calls
        self._softswitch = softswitch
        self._agent = Agent(loop, door, self, caller, lambda _: None)

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


class Telephony:
    """Opens what dials: one softswitch where it lives, whoever dials there, and the speech."""

    def __init__(self, loop: Loop, sockets: Sockets, timing: Timing, admissions: Admissions, control: CallControl,
                 folder: Path) -> None:
        self._loop, self._sockets, self._timing, self._folder = loop, sockets, timing, folder
        (_, self._admission), *self._later = admissions
        self._control = control
        self.softswitches: dict[Peer, Softswitch] = {}

    def begin(self) -> None:
        """The origin is known: softswitches can know when the ways will be others."""
        for softswitch in self.softswitches.values():
            softswitch.begin(self._timing.origin, self._later)

    def dialler(self, flow: Flow, call: SipSignalling, tally: Tally) -> Running:
        """Who dials on a line, known to its softswitch from now on."""
        home = flow.sink, flow.sink_port
        if home not in self.softswitches:
            self.softswitches[home] = Softswitch(self._loop, self._sockets, home, self._admission, self._control)
        softswitch = self.softswitches[home]
        random = stream(self._timing.seed, f"dial/{flow.name}")
        calls = dialled(call.dialling, self._timing.seconds, random)
        kind = call.codec.payload_type
        softswitch.exchange.lines[flow.name] = (self._sockets.hosts[flow.source].address, 0, kind)
        dialler = self._sipp(flow, call, tally, calls) if call.sipp else self._own(flow, tally, calls, softswitch, kind)
        softswitch.lines[flow.name] = Line(calls, dialler)
        return dialler

    def _own(self, flow: Flow, tally: Tally, calls: tuple[Dialled, ...], softswitch: Softswitch, kind: int) -> Dialler:
        own = flow.source, flow.source_port
        door = self._sockets.datagrams(own, None)
        mark(door, flow.dscp)
        caller = Caller(flow.name, self._sockets.address(own), softswitch.address, flow.source_port - 1, kind)
        return Dialler(flow, tally, loop=self._loop, door=door, timing=self._timing, caller=caller, calls=calls,
                       softswitch=softswitch)

    def _sipp(self, flow: Flow, call: SipSignalling, tally: Tally, calls: tuple[Dialled, ...]) -> SippDialler:
        return SippDialler(flow, call, tally, calls, hosts=self._sockets.hosts, folder=self._folder,
                           timing=self._timing)

    def talk(self, speech: Speech) -> None:
        """Let speech go with the calls of its line."""
        name = speech.said.signalling
        for softswitch in self.softswitches.values():
            if name in softswitch.lines:
                softswitch.lines[name].speech.append(speech)
                address, _, kind = softswitch.exchange.lines[name]
                down = speech.flow.source == softswitch.lines[name].dialler.flow.sink
                port = speech.flow.source_port if down else speech.flow.sink_port
                softswitch.exchange.lines[name] = (address, port, kind)

    def callers(self) -> tuple[str, ...]:
        """The names of all who dial."""
        return tuple(name for softswitch in self.softswitches.values() for name in softswitch.lines)

    def counts(self) -> dict[str, int]:
        """What was asked of all softswitches, by kind."""
        total: dict[str, int] = {}
        for softswitch in self.softswitches.values():
            for kind, count in sorted(softswitch.exchange.counts.items()):
                total[kind] = total.get(kind, 0) + count
        return total
