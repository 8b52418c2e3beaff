"""Callers and an exchange without a network between them: their messages take a fixed time, or get lost on purpose."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import count

from traffic.voice.sip_actions import Act, Address, Connected, Send, Wake
from traffic.voice.sip_caller import Caller
from traffic.voice.sip_endpoint import Mind
from traffic.voice.softswitch import Exchange
from twin.model import CallControl
from twin.plan.demand.call_admission import Admission

HOME: Address = ("10.0.0.1", 5060)
SPEECH = 16_384
Keep = Callable[[Address, bytes], bool]
"""Whether a datagram to an address arrives."""


@dataclass(slots=True)
class Switchboard:
    """delay: of every message one way, ns. keep: which arrive. talks: who is connected, in order. said: all that was
    sent: when, to whom, what."""

    admission: Admission
    control: CallControl
    delay: int = 1_000_000
    keep: Keep = lambda _to, _packet: True
    now: int = 0
    talks: list[Connected] = field(default_factory=list)
    said: list[tuple[int, Address, bytes]] = field(default_factory=list)
    exchange: Exchange = field(init=False)
    _minds: dict[Address, Mind] = field(default_factory=dict)
    _events: list[tuple[int, int, Callable[[], list[Act]], Address]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        self.exchange = self._minds[HOME] = Exchange(HOME, self.admission, self.control)

    def line(self, name: str) -> Caller:
        """A line whose caller is known to the exchange."""
        own = (f"10.0.1.{len(self._minds)}", 10_001)
        caller = self._minds[own] = Caller(name, own, HOME, own[1] - 1, 0)
        self.exchange.lines[name] = (own[0], SPEECH, 0)
        return caller

    def dial(self, at: int, caller: Caller, number: int, holding: int) -> None:
        """Let a call be dialled at a moment."""
        self._later(at, lambda: caller.dial(self.now, number, holding), caller.own)

    def hear(self, at: int, source: Address, packet: bytes) -> None:
        """Let a datagram of anybody reach the exchange."""
        self._later(at, lambda: self.exchange.received(self.now, source, packet), HOME)

    def run(self, until: int) -> None:
        """Let everything happen that is due by then."""
        while self._events and self._events[0][0] <= until:
            self.now, _, act, who = heapq.heappop(self._events)
            for one in act():
                self._carry_out(one, who)

    def _carry_out(self, act: Act, who: Address) -> None:
        match act:
            case Send(packet, to):
                self.said.append((self.now, to, packet))
                if to in self._minds and self.keep(to, packet):
                    self._later(self.now + self.delay, partial(self._hear, to, who, packet), to)
            case Wake(at, call):
                self._later(at, partial(self._minds[who].wake, at, call), who)
            case Connected():
                self.talks.append(act)

    def _hear(self, to: Address, source: Address, packet: bytes) -> list[Act]:
        return self._minds[to].received(self.now, source, packet)

    def _later(self, at: int, act: Callable[[], list[Act]], who: Address) -> None:
        heapq.heappush(self._events, (at, next(self._order), act, who))
