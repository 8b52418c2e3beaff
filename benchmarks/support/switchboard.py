"""Callers and a softswitch without a network between them: their messages take a fixed time, or get lost on purpose."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import count

from traffic.voice.sip_actions import Address, Connected, SendMessage, SipAction, StartTimer
from traffic.voice.sip_caller import Caller
from traffic.voice.sip_endpoint import UserAgent
from traffic.voice.softswitch import Softswitch
from twin.model import CallControl
from twin.plan.demand.call_admission import Admission

HOME: Address = ("10.0.0.1", 5060)
SPEECH = 16_384
Delivers = Callable[[Address, bytes], bool]
"""Whether a datagram to an address arrives."""


@dataclass(slots=True)
class Switchboard:
    """delay: of every message one way, ns. keep: which arrive. talks: who is connected, in order. said: all that was
    sent: when, to whom, what."""

    admission: Admission
    control: CallControl
    delay: int = 1_000_000
    delivers: Delivers = lambda _to, _packet: True
    now: int = 0
    talks: list[Connected] = field(default_factory=list)
    sent: list[tuple[int, Address, bytes]] = field(default_factory=list)
    softswitch: Softswitch = field(init=False)
    _agents: dict[Address, UserAgent] = field(default_factory=dict)
    _events: list[tuple[int, int, Callable[[], list[SipAction]], Address]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        self.softswitch = self._agents[HOME] = Softswitch(HOME, self.admission, self.control)

    def line(self, name: str) -> Caller:
        """A line whose caller is known to the softswitch."""
        local = (f"10.0.1.{len(self._agents)}", 10_001)
        caller = self._agents[local] = Caller(name, local, HOME, local[1] - 1, 0)
        self.softswitch.lines[name] = (local[0], SPEECH, 0)
        return caller

    def dial(self, at: int, caller: Caller, number: int, holding: int) -> None:
        """Let a call be dialled at a moment."""
        self._later(at, lambda: caller.dial(self.now, number, holding), caller.local)

    def deliver(self, at: int, source: Address, packet: bytes) -> None:
        """Let a datagram of anybody reach the softswitch."""
        self._later(at, lambda: self.softswitch.received(self.now, source, packet), HOME)

    def run(self, until: int) -> None:
        """Let everything happen that is due by then."""
        while self._events and self._events[0][0] <= until:
            self.now, _, action, agent = heapq.heappop(self._events)
            for request in action():
                self._carry_out(request, agent)

    def _carry_out(self, action: SipAction, agent: Address) -> None:
        match action:
            case SendMessage(packet, to):
                self.sent.append((self.now, to, packet))
                if to in self._agents and self.delivers(to, packet):
                    self._later(self.now + self.delay, partial(self._deliver, to, agent, packet), to)
            case StartTimer(at, call):
                self._later(at, partial(self._agents[agent].timer_expired, at, call), agent)
            case Connected():
                self.talks.append(action)

    def _deliver(self, to: Address, source: Address, packet: bytes) -> list[SipAction]:
        return self._agents[to].received(self.now, source, packet)

    def _later(self, at: int, action: Callable[[], list[SipAction]], agent: Address) -> None:
        heapq.heappush(self._events, (at, next(self._order), action, agent))
