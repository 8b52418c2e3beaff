"""Callers and the softswitch, message by message: set-up, refusal, loss, and callers that break the protocol."""

from __future__ import annotations

import pytest

from benchmarks.support.switchboard import HOME, Switchboard
from traffic.sample_files import LOST
from traffic.voice import sip
from traffic.voice.sip import Message
from traffic.voice.sip_actions import T1, TRANSACTION_TIMEOUT
from traffic.voice.sip_caller import REQUEST_TIMEOUT
from twin.core.units import NS_PER_MS, NS_PER_S, Time
from twin.model import CallControl
from twin.plan.demand.call_admission import Admission
from twin.plan.demand.shared_capacities import Resource

PROCESSING, RINGING, DELAY = 50 * NS_PER_MS, 2 * NS_PER_S, NS_PER_MS
CONTROL = CallControl(Time(PROCESSING), Time(RINGING))
LINE = "home-1.dial"
SPAN: Resource = ("span", True)


def board(channels: int = 9, budget: float = 1e9, others: int = 1) -> Switchboard:
    """A softswitch that admits so many calls of each line; a call takes 1 of `budget` on the span."""
    return Switchboard(Admission({SPAN: budget}, {name: {SPAN: 1.0} for name in (LINE, "other")},
                                 {LINE: channels, "other": others}), CONTROL, DELAY)


def statuses(at: Switchboard) -> list[int]:
    """The status lines that the softswitch sent."""
    return [int(packet[8:11]) for _, to, packet in at.sent if to != HOME and packet.startswith(b"SIP/2.0")]


def request(method: str, call: str, caller: str = LINE) -> bytes:
    """A request such as the caller would send."""
    return sip.written(Message(method, "sip:called@10.0.0.1", 0, "", (
        ("via", "SIP/2.0/UDP 10.0.1.1:10001;branch=z9hG4bKx"), ("from", f"<sip:{caller}@10.0.1.1>;tag=c"),
        ("to", "<sip:called@10.0.0.1>"), ("call-id", call), ("cseq", f"3 {method}"), sip.SDP),
        sip.session("10.0.1.1", 10_000, 0)))


def test_a_call_rings_is_answered_and_hung_up() -> None:
    """INVITE, 100, 180, 200, ACK, BYE, 200, each at its time."""
    at = board()
    caller = at.line(LINE)
    at.dial(0, caller, 1, 10 * NS_PER_S)
    at.run(60 * NS_PER_S)
    (attempt,) = caller.attempts.values()
    assert statuses(at) == [100, 180, 200, 200]
    assert attempt.rung == PROCESSING + 2 * DELAY
    assert attempt.answered == attempt.rung + RINGING
    assert attempt.ended == attempt.answered + 10 * NS_PER_S and attempt.status == 200
    assert [talk.call for talk in at.talks] == [f"1@{LINE}"]
    assert not at.softswitch.calls and at.softswitch.taken["span", True] == 0 and not at.softswitch.busy[LINE]


def test_a_busy_line_and_a_full_span_refuse() -> None:
    """486 where the line has no channel left, 503 with the span's name without budget left; calls in progress go on."""
    at = board(channels=2, budget=3, others=9)
    first, other = at.line(LINE), at.line("other")
    for number in (1, 2, 3):
        at.dial(number, first, number, 10 * NS_PER_S)
    for number in (1, 2):
        at.dial(10 + number, other, number, 10 * NS_PER_S)
    at.run(60 * NS_PER_S)
    assert [a.status for a in first.attempts.values()] == [200, 200, 486]
    assert [a.status for a in other.attempts.values()] == [200, 503]
    assert any(b'text="admission limit of span"' in packet for _, _, packet in at.sent)
    assert at.softswitch.taken["span", True] == 0


def test_calls_are_counted_again_after_a_reroute() -> None:
    """Three calls are up when their new path has a budget for two: they go on, no other is admitted until two end."""
    at = board(budget=9)
    caller = at.line(LINE)
    for number, (second, holding) in enumerate(((0, 10), (0, 20), (0, 30), (6, 5), (16, 5), (26, 5)), 1):
        at.dial(second * NS_PER_S, caller, number, holding * NS_PER_S)
    at.run(5 * NS_PER_S)
    at.softswitch.use_admission(Admission({("round", True): 2.0}, {LINE: {("round", True): 1.0}}, {LINE: 9}))
    assert at.softswitch.taken == {("round", True): 3.0}
    at.run(90 * NS_PER_S)
    assert [a.status for a in caller.attempts.values()] == [200, 200, 200, 503, 503, 200]
    assert any(b'text="admission limit of round"' in packet for _, _, packet in at.sent)
    assert at.softswitch.taken == {("round", True): 0.0}


def test_the_end_of_a_call_releases_its_budget() -> None:
    """One channel: a call after the other finds it free, a call during the other does not."""
    at = board(channels=1)
    caller = at.line(LINE)
    for number, second in enumerate((0, 5, 20), 1):
        at.dial(second * NS_PER_S, caller, number, 10 * NS_PER_S)
    at.run(90 * NS_PER_S)
    assert [a.status for a in caller.attempts.values()] == [200, 486, 200]


@pytest.mark.parametrize("method", [b"INVITE", b"SIP/2.0 180", b"SIP/2.0 200", b"ACK", b"BYE"])
def test_a_lost_message_is_retransmitted(method: bytes) -> None:
    """Whichever message is lost once, the call is set up and ends, and its budget is free again."""
    lost: list[bytes] = []

    def keep(_to: object, packet: bytes) -> bool:
        if packet.startswith(method) and not lost:
            lost.append(packet)
            return False
        return True

    at = board()
    at.delivers = keep
    caller = at.line(LINE)
    at.dial(0, caller, 1, 10 * NS_PER_S)
    at.run(120 * NS_PER_S)
    (attempt,) = caller.attempts.values()
    assert lost and attempt.status == 200 and attempt.ended != LOST and len(at.talks) == 1
    assert not at.softswitch.calls and at.softswitch.taken["span", True] == 0
    assert attempt.rung == (LOST if method == b"SIP/2.0 180" else PROCESSING + 2 * DELAY + T1 * (method == b"INVITE"))


def test_a_caller_without_responses_gives_up() -> None:
    """After 64 T1, seven INVITEs, each twice as long after the one before."""
    at = board()
    at.delivers = lambda to, _packet: to != HOME
    caller = at.line(LINE)
    at.dial(0, caller, 1, NS_PER_S)
    at.run(90 * NS_PER_S)
    (attempt,) = caller.attempts.values()
    assert [when // T1 for when, _, _ in at.sent] == [0, 1, 3, 7, 15, 31, 63]
    assert (attempt.status, attempt.ended) == (REQUEST_TIMEOUT, 64 * T1) and TRANSACTION_TIMEOUT == 64 * T1


def test_an_unacknowledged_answer_ends_the_call() -> None:
    """An answer that nobody acknowledges ends the call after 64 T1."""
    at = board()
    at.line(LINE)
    at.deliver(0, ("10.0.1.1", 10_001), request("INVITE", "x@y"))
    at.run(120 * NS_PER_S)
    assert not at.softswitch.calls and at.softswitch.taken["span", True] == 0 and not at.talks


def test_a_call_can_be_cancelled_while_it_rings() -> None:
    """200 to the CANCEL, 487 to the INVITE, and the budget is free."""
    at = board()
    at.line(LINE)
    at.deliver(0, ("10.0.1.1", 10_001), request("INVITE", "x@y"))
    at.deliver(NS_PER_S, ("10.0.1.1", 10_001), request("CANCEL", "x@y"))
    at.run(NS_PER_S)
    assert statuses(at) == [100, 180, 200, 487] and at.softswitch.taken["span", True] == 0


def test_unknown_callers_are_refused() -> None:
    """An unknown caller, or one in another line's name, is refused and leaves no state; a foreign BYE ends no call."""
    at = board()
    caller, attacker = at.line(LINE), ("10.66.6.6", 5060)
    at.dial(0, caller, 1, 10 * NS_PER_S)
    for second, packet in enumerate((request("INVITE", "v@v"), request("INVITE", "w@w", "nobody"),
                                     request("BYE", f"1@{LINE}"), request("CANCEL", f"1@{LINE}"),
                                     request("INVITE", f"1@{LINE}"), request("REGISTER", "r@r"),
                                     request("OPTIONS", "o@o")), 3):
        at.deliver(second * NS_PER_S, attacker, packet)
    at.run(60 * NS_PER_S)
    answers = [int(packet[8:11]) for _, to, packet in at.sent if to == attacker]
    assert answers == [403, 403, 481, 481, 403, 405, 200]
    assert [attempt.status for attempt in caller.attempts.values()] == [200]
    assert next(iter(caller.attempts.values())).ended > 12 * NS_PER_S and len(at.talks) == 1


def test_without_an_offer_of_speech_there_is_no_call() -> None:
    """488: a session that is none of ours."""
    at = board()
    at.line(LINE)
    at.deliver(0, ("10.0.1.1", 10_001), request("INVITE", "x@y").replace(b"m=audio", b"m=image"))
    at.run(NS_PER_S)
    assert statuses(at) == [488] and not at.softswitch.calls
