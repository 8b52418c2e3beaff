"""The log of sipp is parsed, and its scenario is SIP."""

from __future__ import annotations

import pytest

from tests.plan.flows import flow
from traffic.sample_files import LOST, Calls
from traffic.voice import sip
from traffic.voice.call_arrivals import ScheduledCall
from traffic.voice.sipp import injection_file, parse, scenario
from twin.core.errors import Unparsable
from twin.core.units import NS_PER_MS, NS_PER_S, Time
from twin.model import Codec, Direction
from twin.model.traffic_profiles import SIP_PACKET
from twin.plan.blueprint import Dialling, SipSignalling

CALL = SipSignalling(SIP_PACKET, Codec.G711, Dialling(1.0, Time(2), Time(1), Time(0), 1), "voice")
FLOW = flow("a-1.dial", CALL, direction=Direction.UP, source="a-1", sink="home", source_port=10_001, sink_port=5060)
LINE = "-" * 47
ORIGIN = 1_000_000_000 * NS_PER_S


def logged(clock: str, way: str, first: str, call: int, cseq: str = "1 INVITE") -> str:
    """A message in a log of sipp."""
    size = "(9 bytes):" if way == "sent" else "[9] bytes :"
    return (f"{LINE} 2001-09-09 {clock}\nUDP message {way} {size}\n\n{first}\n"
            f"Via: SIP/2.0/UDP 10.0.0.6:10001;branch=z9hG4bK{call}.1\nFrom: <sip:a-1.dial@10.0.0.6>;tag=c{call}\n"
            f"To: <sip:called@10.0.0.2>\nCall-ID: {call}@a-1.dial\nCSeq: {cseq}\nContent-Length: 0\n\n\n")


LOG = (logged("01:46:41.000500", "sent", "INVITE sip:called@10.0.0.2:5060 SIP/2.0", 1)
       + logged("01:46:41.100500", "received", "SIP/2.0 100 Trying", 1)
       + logged("01:46:41.200500", "received", "SIP/2.0 180 Ringing", 1)
       + logged("01:46:41.300000", "sent", "INVITE sip:called@10.0.0.2:5060 SIP/2.0", 2)
       + logged("01:46:41.400000", "received", "SIP/2.0 503 Service Unavailable", 2)
       + logged("01:46:42.000000", "received", "SIP/2.0 200 OK", 1)
       + logged("01:46:43.000000", "sent", "BYE sip:called@10.0.0.2:5060 SIP/2.0", 1, "2 BYE")
       + logged("01:46:43.100000", "received", "SIP/2.0 200 OK", 1, "2 BYE"))


def test_a_log_of_messages_is_read() -> None:
    """Each call's first INVITE, 180, 200 and BYE, or its refusal."""
    assert parse(LOG, FLOW.name, ORIGIN) == Calls(
        (1_000_500_000, 1_300_000_000), (1_200_500_000, LOST), (2_000_000_000, LOST), (3_000_000_000, 1_400_000_000),
        (200, 503))
    assert parse("", FLOW.name, ORIGIN) == Calls((), (), (), (), ())


def test_an_invalid_log_is_rejected() -> None:
    """Rather than counted as no call."""
    with pytest.raises(Unparsable):
        parse(LOG.replace("Call-ID: 1", "Call: 1", 1), FLOW.name, ORIGIN)


def test_the_injection_file_has_each_calls_moment() -> None:
    """In ms, one line a call, in order."""
    calls = (ScheduledCall(1_500_000, 90 * NS_PER_MS), ScheduledCall(NS_PER_S, NS_PER_S))
    assert injection_file(calls) == "SEQUENTIAL\n2;90;\n1000;1000;\n"


def test_what_sipp_sends_is_about_as_large_as_what_we_send() -> None:
    """Its INVITE, with keywords written out, has the size of ours within a few bytes."""
    text = scenario(FLOW, Codec.G711).split("<![CDATA[\n")[1].split("]]>")[0]
    for keyword, value in {"local_ip": "10.0.0.6", "local_port": "10001", "remote_ip": "10.0.0.2", "len": "   86",
                           "remote_port": "5060", "call_number": "11", "call_id": "11@a-1.dial"}.items():
        text = text.replace(f"[{keyword}]", value)
    packet = text.replace("\n", "\r\n").encode()
    assert abs(len(packet) - sip.FILL) < 25
    assert sip.parse(packet).offers_speech
