"""The SIP user agent of one line (UAC): which messages it sends, and what became of each call (RFC 3261); pure.

A call is dialled, rings, is answered, is hung up after its holding time. What is not answered is sent again, twice as
long after each time (timers A, E); after 64 times T1 the caller gives up (timers B, F).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from traffic.sample_files import LOST
from traffic.voice import sip
from traffic.voice.sip import Message
from traffic.voice.sip_actions import T1, T2, TRANSACTION_TIMEOUT, Address, SendMessage, SipAction, StartTimer

REQUEST_TIMEOUT = 408
"""The status of a call that was never answered (RFC 3261, 8.1.3.1)."""


@dataclass(slots=True)
class CallAttempt:
    """A call as its caller sees it; times in ns since 1970, LOST where it did not come to that. status: final, 0 while
    there is none. due, pause, since: of its timer, of what is being sent again."""

    dialled: int
    holding: int
    sent: bytes = b""
    tag: str = ""
    rung: int = LOST
    answered: int = LOST
    ended: int = LOST
    status: int = 0
    heard: bool = False
    due: int = 0
    pause: int = T1
    since: int = 0


@dataclass(slots=True)
class Caller:
    """name: of the flow, the user part of its address. local, server: addresses of the line and of the
    softswitch."""

    name: str
    local: Address
    server: Address
    speech_port: int
    payload_type: int
    attempts: dict[str, CallAttempt] = field(default_factory=dict)
    malformed: int = 0

    def dial(self, now: int, number: int, holding: int) -> list[SipAction]:
        """Dial call `number`, which is to last `holding` ns once answered."""
        call = f"{number}@{self.name}"
        attempt = self.attempts[call] = CallAttempt(now, holding)
        body = sip.session(self.local[0], self.speech_port, self.payload_type)
        contact = f"<sip:{self.name}@{self.local[0]}:{self.local[1]}>"
        invite = self._request("INVITE", call, attempt, (("contact", contact), sip.SDP), body)
        return self._begin(now, call, attempt, sip.written(invite, sip.FILL))

    def received(self, now: int, source: Address, packet: bytes) -> list[SipAction]:
        """A datagram has come in; only those of the softswitch count."""
        if not packet.strip() or source != self.server:
            return []
        try:
            message = sip.parse(packet)
        except sip.Malformed:
            self.malformed += 1
            return []
        attempt = self.attempts.get(message.call_id)
        if attempt is None or not message.status:
            return []
        if message.sequence[1] == "INVITE":
            return self._answered(now, message, attempt)
        if attempt.ended != LOST:
            attempt.due = 0
        return []

    def timer_expired(self, at: int, call: str) -> list[SipAction]:
        """The timer of a call has expired: retransmit, hang up, or give up."""
        attempt = self.attempts[call]
        if attempt.due != at:
            return []
        if attempt.status == 200 and attempt.ended == LOST:
            attempt.ended = at
            return self._begin(at, call, attempt, sip.written(self._request("BYE", call, attempt)))
        if at - attempt.since < TRANSACTION_TIMEOUT:
            attempt.pause = min(2 * attempt.pause, T2) if attempt.ended != LOST else 2 * attempt.pause
            again = min(at + attempt.pause, attempt.since + TRANSACTION_TIMEOUT)
            return [SendMessage(attempt.sent, self.server), self._start_timer(attempt, call, again)]
        if not attempt.status:
            attempt.status, attempt.ended = REQUEST_TIMEOUT, at
        return []

    def _answered(self, now: int, message: Message, attempt: CallAttempt) -> list[SipAction]:
        first, attempt.heard = not attempt.heard, True
        if first:
            attempt.due = 0
        if message.status < 200:
            if message.status > 100 and attempt.rung == LOST:
                attempt.rung = now
            return []
        attempt.tag = message.header("to").partition(";tag=")[2]
        decided, attempt.status = attempt.status, attempt.status or message.status
        ack = sip.written(self._request("ACK", message.call_id, attempt))
        actions: list[SipAction] = [SendMessage(ack, self.server)]
        if not decided and message.status < 300:
            attempt.answered = now
            actions.append(self._start_timer(attempt, message.call_id, now + attempt.holding))
        elif not decided:
            attempt.ended = now
        return actions

    def _begin(self, now: int, call: str, attempt: CallAttempt, packet: bytes) -> list[SipAction]:
        attempt.sent, attempt.since, attempt.pause = packet, now, T1
        return [SendMessage(packet, self.server), self._start_timer(attempt, call, now + T1)]

    def _start_timer(self, attempt: CallAttempt, call: str, at: int) -> StartTimer:
        attempt.due = at
        return StartTimer(at, call)

    def _request(self, method: str, call: str, attempt: CallAttempt, extra: tuple[tuple[str, str], ...] = (),
                 body: bytes = b"") -> Message:
        number = call.partition("@")[0]
        uri = f"sip:called@{self.server[0]}:{self.server[1]}"
        tag = f";tag={attempt.tag}" if attempt.tag else ""
        transaction = 2 if method == "BYE" else 1
        branch = f"{sip.COOKIE}{number}.{transaction}" + ("a" if method == "ACK" and attempt.status == 200 else "")
        return Message(method, uri, 0, "", (
            ("via", f"SIP/2.0/UDP {self.local[0]}:{self.local[1]};branch={branch}"), ("max-forwards", "70"),
            ("from", f"<sip:{self.name}@{self.local[0]}>;tag=c{number}"), ("to", f"<sip:called@{self.server[0]}>{tag}"),
            ("call-id", call), ("cseq", f"{transaction} {method}" if method != "ACK" else "1 ACK"), *extra), body)
