"""SIP is parsed strictly and written so that it can be parsed again."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from benchmarks.support.switchboard import HOME, Switchboard
from traffic.voice import sip
from traffic.voice.sip import Malformed, Message
from twin.model import CallControl
from twin.plan.demand.call_admission import Admission

HEADERS = (
    ("via", "SIP/2.0/UDP 10.0.1.1:10001;branch=z9hG4bK1"), ("from", "<sip:home-1.dial@10.0.1.1>;tag=c1"),
    ("to", "<sip:called@10.0.0.1>"), ("call-id", "1@home-1.dial"), ("cseq", "1 INVITE"),
)
INVITE = Message("INVITE", "sip:called@10.0.0.1:5060", 0, "", (*HEADERS, sip.SDP), sip.session("10.0.1.1", 10_000, 0))
PACKET = sip.written(INVITE, sip.FILL)


def test_a_written_message_can_be_parsed() -> None:
    """A message comes back as it was, but for the header that fills it and the one that counts its body."""
    read = sip.parse(PACKET)
    assert (read.method, read.uri, read.body) == (INVITE.method, INVITE.uri, INVITE.body)
    assert read.headers[: len(INVITE.headers)] == INVITE.headers
    assert read.caller == "home-1.dial" and read.sequence == (1, "INVITE") and read.offers_speech


def test_an_invite_and_its_answers_have_one_size() -> None:
    """Their serialization can be computed: 600 bytes of IP."""
    board = Switchboard(Admission({}, {}, {}), CallControl())
    board.dial(0, board.line("a-1.dial"), 1, 10**9)
    board.run(10**10)
    sizes = {len(packet) for _, _, packet in board.sent if packet.startswith((b"INVITE", b"SIP/2.0 1"))}
    assert sizes == {600 - 28}


def test_compact_names_and_spaces_are_understood() -> None:
    """RFC 3261, 7.3.3: v, f, t, i and l stand for the long names."""
    text = PACKET.replace(b"Via:", b"v:").replace(b"From: ", b"f:").replace(b"To:", b"t :").replace(b"Call-ID", b"i")
    assert sip.parse(text).headers[:4] == HEADERS[:4]


@pytest.mark.parametrize(("wrong", "right", "answered"), [
    (b"INVITE ", b"invite ", False),
    (b"SIP/2.0\r\n", b"SIP/3.0\r\n", False),
    (b"branch=z9hG4bK", b"branch=", False),
    (b"Call-ID: ", b"Call-IX: ", False),
    (b"\r\nVia:", b"\r\nVia", False),
    (b"From: <sip:home-1.dial@10.0.1.1>", b"From: home", True),
    (b"To: <sip:called@10.0.0.1>", b"To: <sip:@>", True),
    (b"CSeq: 1 INVITE", b"CSeq: 1 BYE", True),
    (b"CSeq: 1 INVITE", b"CSeq: 99999999999 INVITE", True),
    (b"CSeq: 1 INVITE", b"CSeq: -1 INVITE", True),
    (b"Content-Length: ", b"Content-Length: 9", True),
    (b"Content-Length: ", b"Content-Length: -", True),
    (b"\r\nTo: ", b"\r\nTo: <sip:a@b>\r\nTo: ", True),
    (b"\r\nTo: ", b"\r\nTo: \xff", False),
])
def test_malformed_messages_are_rejected(wrong: bytes, right: bytes, answered: bool) -> None:
    """And answered by 400 where Via and the like are known (RFC 3261, 8.2.6; compare RFC 4475)."""
    assert wrong in PACKET
    with pytest.raises(Malformed) as refused:
        sip.parse(PACKET.replace(wrong, right, 1))
    assert (refused.value.answerable is not None) == answered


@given(st.binary(max_size=300), st.integers(0, len(PACKET)), st.integers(0, 300))
@example(b";" * 200 + b"\x00", PACKET.index(b";tag"), 0)
@example(b";a" * 100 + b"\t", PACKET.index(b";branch"), 0)
def test_nothing_else_comes_of_a_broken_packet(noise: bytes, at: int, cut: int) -> None:
    """Whatever the bytes: a message or Malformed, and the softswitch goes on."""
    packet = PACKET[:at] + noise + PACKET[at + cut:]
    try:
        sip.parse(packet)
    except Malformed as fault:
        assert str(fault)
    board = Switchboard(Admission({}, {}, {}), CallControl())
    board.deliver(0, ("10.9.9.9", 5060), packet)
    board.run(10**10)
    assert all(to == ("10.9.9.9", 5060) and answer.startswith(b"SIP/2.0 4") for _, to, answer in board.sent)


def test_an_answer_has_the_softswitchs_address() -> None:
    """The session of an answer leads speech to the head-end."""
    assert sip.session(*HOME, 0).count(b"10.0.0.1") == 2
