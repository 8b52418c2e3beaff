"""Forged SIP and RTP is malformed as intended, and the same for a seed."""

from __future__ import annotations

from benchmarks.support.switchboard import HOME, Switchboard
from traffic.attack.malformed_messages import VARIANTS, rtp_payloads, sip_payloads
from traffic.voice import sip
from twin.core.seeds import stream
from twin.core.units import NS_PER_S
from twin.model import CallControl
from twin.plan.demand.call_admission import Admission

ATTACKER = ("10.66.6.6", 5060)


def payloads() -> tuple[bytes, ...]:
    """What an attacker sends who knows a caller's name."""
    return sip_payloads(stream(1, "forge"), ATTACKER[0], HOME[0], ("a-1.dial",), 472)


def test_every_payload_has_the_size_of_its_packet() -> None:
    """And a seed makes the same ones again."""
    assert payloads() == payloads() and len(payloads()) == VARIANTS
    assert {len(message) for message in payloads()} == {472}
    frames = rtp_payloads(stream(1, "forge"), 172)
    assert len(frames) == VARIANTS and {len(message) for message in frames} == {172}


def test_most_of_it_is_no_sip() -> None:
    """Twelve of sixteen are malformed; one is a response without a request, three are in the name of others."""
    kinds = []
    for payload in payloads():
        try:
            message = sip.parse(payload)
        except sip.Malformed:
            kinds.append("malformed")
        else:
            kinds.append(message.method or "answer")
    assert kinds.count("malformed") == 12 and {"answer", "INVITE", "BYE", "CANCEL"} < set(kinds)


def test_rtp_headers_claim_more_than_the_packet_holds() -> None:
    """No payload is a plain header of version 2."""
    assert all(payload[0] != 0x80 for payload in rtp_payloads(stream(1, "forge"), 172))


def test_an_honest_call_is_not_disturbed() -> None:
    """It is answered and lasts as long as it should; the attacker gets nothing but refusals."""
    board = Switchboard(Admission({}, {}, {"a-1.dial": 1}), CallControl())
    caller = board.line("a-1.dial")
    board.dial(0, caller, 1, 60 * NS_PER_S)
    for second in range(1, 21):
        for number, payload in enumerate(payloads()):
            board.deliver(second * NS_PER_S + number, ATTACKER, payload)
    board.run(200 * NS_PER_S)
    (attempt,) = caller.attempts.values()
    assert attempt.status == 200 and attempt.ended - attempt.answered == 60 * NS_PER_S
    answers = {packet[:11] for _, to, packet in board.sent if to == ATTACKER}
    assert answers <= {b"SIP/2.0 400", b"SIP/2.0 403", b"SIP/2.0 481"} and len(board.softswitch.calls) == 0
