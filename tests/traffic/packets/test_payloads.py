"""The bytes of calls, streams and floods, read by hand as a receiver would."""

import struct
from random import Random

import pytest

from traffic.packets import payloads
from traffic.packets.payloads import Content, Payload
from twin.core.units import Size, Time
from twin.model import Codec

DEPARTURE = 1_000_000_000_123_456_789


def payload(held: Payload, packet: int, gap: int, sequence: int) -> bytes:
    """The UDP payload of one packet as it goes on the wire."""
    shape = payloads.shape(held, Size(packet))
    room = bytearray(shape.head)
    writer = payloads.writer(held, Time(gap), Random(7))
    writer.write(room, 0, sequence, DEPARTURE)
    whole = bytes(room) + shape.tails[sequence % len(shape.tails)]
    assert len(whole) == shape.size == packet - 28
    assert payloads.STAMP.unpack_from(whole, shape.stamp) == (sequence, DEPARTURE)
    return whole


@pytest.mark.parametrize(("codec", "packet", "kind"), [(Codec.G711, 200, 0), (Codec.G729, 60, 18),
                                                         (Codec.G723_63, 64, 4)])
def test_a_call_is_rtp(codec: Codec, packet: int, kind: int) -> None:
    """Version 2, the codec's payload type, a sequence that wraps at 16 bits, 8 ticks of 8 kHz a millisecond."""
    first, later = (struct.unpack_from("!BBHII", payload(codec, packet, codec.interval, n))
                    for n in (0, 70_000))
    assert first[0] == later[0] == 0x80
    assert (first[1], later[1]) == (kind | 0x80, kind), "the marker stands on the first packet alone"
    assert later[2] == (first[2] + 70_000) % 2**16
    assert later[3] == (first[3] + codec.interval // 125_000 * 70_000) % 2**32
    assert first[4] == later[4]


def test_a_stream_is_a_transport_stream_over_rtp() -> None:
    """Seven packets with sync bytes in each datagram; 90 kHz."""
    rtp = []
    for sequence in range(40):
        whole = payload(Content.TRANSPORT_STREAM, 1356, 10_000_000, sequence)
        rtp.append(struct.unpack_from("!BBHII", whole))
        assert {whole[at] for at in range(12, len(whole), 188)} == {0x47}
    assert {(head[0], head[1]) for head in rtp} == {(0x80, 33)}
    assert (rtp[39][3] - rtp[0][3]) % 2**32 == 39 * 900


def test_a_stream_carries_its_clock() -> None:
    """The program clock reference counts 27 MHz: after one second 90000 in its base and 0 in its extension."""
    whole = payload(Content.TRANSPORT_STREAM, 1356, 10_000_000, 100)
    length, flags, high, low = struct.unpack_from("!BBIH", whole, 16)
    assert (whole[15] & 0x30, length, flags) == (0x30, 7, 0x10)
    assert (high << 1 | low >> 15, low & 0x1FF) == (90_000, 0)


def test_a_flood_has_the_size_that_was_asked_for() -> None:
    """The payload is the IP packet less 28 bytes, from the smallest to the largest."""
    for packet in (60, 1500):
        payload(Content.STAMP, packet, 1_000_000, 3)


def test_two_flows_have_different_sources() -> None:
    """The RTP source is drawn from the flow's own stream."""
    heads = []
    for seed in (1, 2):
        room = bytearray(28)
        payloads.writer(Codec.G711, Time(20_000_000), Random(seed)).write(room, 0, 0, 0)
        heads.append(bytes(room[8:12]))
    assert heads[0] != heads[1]
