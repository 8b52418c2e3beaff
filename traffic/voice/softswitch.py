"""The SIP user agent of a softswitch (UAS): a message comes in, actions come out (RFC 3261); pure.

It answers for all who are called: a call rings after a processing time and is answered after a ringing time, unless
the line has no channel free (486) or a span of its path has no budget left (503). A call takes its part of the budgets
from the INVITE to the BYE. Each call has one timer at a time.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import Enum, auto

from traffic.voice import sip
from traffic.voice.sip import Message
from traffic.voice.sip_actions import (
    T1,
    T2,
    TRANSACTION_TIMEOUT,
    Address,
    Connected,
    SendMessage,
    SipAction,
    StartTimer,
)
from twin.model import CallControl
from twin.plan.demand.call_admission import Admission
from twin.plan.demand.shared_capacities import Resource

METHODS = ("INVITE", "ACK", "BYE", "CANCEL", "OPTIONS")
ALLOW = ("allow", ", ".join(METHODS))
MOST_CALLS = 100_000
"""Calls that are kept; beyond them every call is refused."""


class State(Enum):
    """Of a call."""

    PROCESSING = auto()
    RINGING = auto()
    ANSWERED = auto()
    """200 sent, not yet acknowledged."""
    CONNECTED = auto()
    REFUSED = auto()
    """A final answer of 300 or more sent, not yet acknowledged."""
    ENDED = auto()


@dataclass(slots=True)
class Call:
    """One call. due: when its timer wakes; pause: until the answer is sent again; since: of the final answer."""

    invite: Message
    source: Address
    caller: str
    tag: str
    state: State = State.PROCESSING
    answer: bytes = b""
    due: int = 0
    pause: int = T1
    since: int = 0
    refusal: tuple[int, str, tuple[tuple[str, str], ...]] | None = None
    holds: bool = False


@dataclass(slots=True)
class Softswitch:
    """address: its own. lines: the address of each caller, and where speech with it goes, by the user of From.
    """

    address: Address
    admission: Admission
    control: CallControl
    lines: dict[str, tuple[str, int, int]] = field(default_factory=dict)
    """IP address of the line, the head-end's port for speech, and its payload type."""
    calls: dict[str, Call] = field(default_factory=dict)
    taken: dict[Resource, float] = field(default_factory=dict)
    busy: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    """Requests by method, and what was malformed."""

    def use_admission(self, admission: Admission) -> None:
        """Admit calls by other paths from now on; admitted calls go on, and take from the budgets there."""
        self.admission = admission
        self.taken = {}
        for call in self.calls.values():
            if call.holds:
                self._count(call)

    def received(self, now: int, source: Address, packet: bytes) -> list[SipAction]:
        """A datagram has come in."""
        if not packet.strip():
            return []
        try:
            message = sip.parse(packet)
        except sip.Malformed as fault:
            self.counts["malformed"] += 1
            if fault.answerable is None:
                return []
            return [SendMessage(sip.written(sip.answer(fault.answerable, 400, "Bad Request", "0")), source)]
        if message.status:
            self.counts["responses"] += 1
            return []
        self.counts[message.method if message.method in METHODS else "other"] += 1
        return self._request(now, source, message)

    def timer_expired(self, at: int, name: str) -> list[SipAction]:
        """The timer of a call has expired."""
        call = self.calls.get(name)
        if call is None or call.due != at:
            return []
        match call.state:
            case State.PROCESSING if call.refusal:
                return self._refuse(at, name, call, *call.refusal)
            case State.PROCESSING:
                call.state = State.RINGING
                return [self._respond(call, 180, "Ringing"), self._start_timer(call, name, at + self.control.ringing)]
            case State.RINGING:
                return self._answer(at, name, call)
            case State.ANSWERED | State.REFUSED if at - call.since < TRANSACTION_TIMEOUT:
                call.pause = min(2 * call.pause, T2)
                again = min(at + call.pause, call.since + TRANSACTION_TIMEOUT)
                return [SendMessage(call.answer, call.source), self._start_timer(call, name, again)]
            case _:
                self._release(call)
                del self.calls[name]
                return []

    def _request(self, now: int, source: Address, request: Message) -> list[SipAction]:
        call = self.calls.get(request.call_id)
        if call is not None and call.source[0] != source[0]:
            call = None
        match request.method:
            case "INVITE":
                return self._invite(now, source, request, call)
            case "ACK":
                return self._acknowledged(now, request.call_id, call)
            case "BYE" | "CANCEL" if call is None:
                response = sip.answer(request, 481, "Call/Transaction Does Not Exist", "0")
                return [SendMessage(sip.written(response), source)]
            case "BYE":
                assert call is not None
                return [SendMessage(sip.written(sip.answer(request, 200, "OK")), source),
                        *self._end(now, request.call_id, call)]
            case "CANCEL":
                assert call is not None
                return self._cancelled(now, source, request, call)
            case "OPTIONS":
                return [SendMessage(sip.written(sip.answer(request, 200, "OK", "0", (ALLOW,))), source)]
            case _:
                return [SendMessage(sip.written(sip.answer(request, 405, "Method Not Allowed", "0", (ALLOW,))), source)]

    def _invite(self, now: int, source: Address, request: Message, call: Call | None) -> list[SipAction]:
        if call is not None:
            return [SendMessage(call.answer, source)] if call.answer and call.state is not State.ENDED else []
        line = self.lines.get(request.caller)
        if line is None or line[0] != source[0] or request.call_id in self.calls:
            return [SendMessage(sip.written(sip.answer(request, 403, "Forbidden", "0")), source)]
        if not request.offers_speech:
            return [SendMessage(sip.written(sip.answer(request, 488, "Not Acceptable Here", "0")), source)]
        call = Call(request, source, request.caller, f"{self.counts['INVITE']:x}")
        call.refusal = self._refusal(call.caller)
        self.calls[request.call_id] = call
        if call.refusal is None:
            self._take(call)
        trying = self._respond(call, 100, "Trying")
        return [trying, self._start_timer(call, request.call_id, now + self.control.processing)]

    def _refusal(self, caller: str) -> tuple[int, str, tuple[tuple[str, str], ...]] | None:
        """The response that refuses one more call, None where it is admitted (causes of ITU-T Q.850)."""
        if self.busy[caller] >= self.admission.call_channels.get(caller, 1):
            return 486, "Busy Here", (("reason", "Q.850;cause=17"),)
        full = next((key for key, cost in self.admission.per_call.get(caller, {}).items()
                     if self.taken.get(key, 0.0) + cost > self.admission.budgets[key]), None)
        if full is not None or len(self.calls) >= MOST_CALLS:
            where = full[0] if full else "softswitch"
            return 503, "Service Unavailable", (("reason", f'Q.850;cause=34;text="admission limit of {where}"'),)
        return None

    def _take(self, call: Call) -> None:
        call.holds = True
        self.busy[call.caller] += 1
        self._count(call)

    def _count(self, call: Call) -> None:
        for key, cost in self.admission.per_call.get(call.caller, {}).items():
            self.taken[key] = self.taken.get(key, 0.0) + cost

    def _release(self, call: Call) -> None:
        if call.holds:
            call.holds = False
            self.busy[call.caller] -= 1
            for key, cost in self.admission.per_call.get(call.caller, {}).items():
                self.taken[key] -= cost

    def _answer(self, now: int, name: str, call: Call) -> list[SipAction]:
        call.state, call.since, call.pause = State.ANSWERED, now, T1
        _, port, payload_type = self.lines[call.caller]
        body = sip.session(self.address[0], port, payload_type)
        contact = ("contact", f"<sip:{self.address[0]}:{self.address[1]}>")
        return [self._respond(call, 200, "OK", (contact, sip.SDP), body),
                self._start_timer(call, name, now + T1)]

    def _refuse(self, now: int, name: str, call: Call, status: int, reason: str,
                extra: tuple[tuple[str, str], ...] = ()) -> list[SipAction]:
        self._release(call)
        call.state, call.since, call.pause = State.REFUSED, now, T1
        return [self._respond(call, status, reason, extra), self._start_timer(call, name, now + T1)]

    def _cancelled(self, now: int, source: Address, request: Message, call: Call) -> list[SipAction]:
        accepted: list[SipAction] = [SendMessage(sip.written(sip.answer(request, 200, "OK", call.tag)), source)]
        if call.state in (State.PROCESSING, State.RINGING):
            accepted += self._refuse(now, request.call_id, call, 487, "Request Terminated")
        return accepted

    def _acknowledged(self, now: int, name: str, call: Call | None) -> list[SipAction]:
        if call is None or call.state not in (State.ANSWERED, State.REFUSED):
            return []
        if call.state is State.REFUSED:
            return self._end(now, name, call)
        call.state, call.due = State.CONNECTED, 0
        return [Connected(call.caller, name)]

    def _end(self, now: int, name: str, call: Call) -> list[SipAction]:
        """The call has ended; it is remembered for as long as messages of it may come again."""
        self._release(call)
        if call.state is State.ENDED:
            return []
        call.state = State.ENDED
        return [self._start_timer(call, name, now + TRANSACTION_TIMEOUT)]

    def _respond(self, call: Call, status: int, reason: str, extra: tuple[tuple[str, str], ...] = (),
             body: bytes = b"") -> SendMessage:
        tag = call.tag if status > 100 else ""
        call.answer = sip.written(sip.answer(call.invite, status, reason, tag, extra, body), sip.FILL)
        return SendMessage(call.answer, call.source)

    def _start_timer(self, call: Call, name: str, at: int) -> StartTimer:
        call.due = at
        return StartTimer(at, name)
