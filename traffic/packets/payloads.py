"""The payloads of constant-rate flows, byte by byte: RTP speech, MPEG-TS over RTP, or a bare stamp; pure.

Every payload carries a stamp: sequence number and scheduled departure (ns since 1970), 64 bits each, in network order.
It stands where the payload of the protocol around it begins, so that a capture still decodes as RTP and MPEG-TS.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import Enum, auto
from random import Random
from typing import Protocol

from traffic.packets.mpeg_psi_tables import STREAM_PID, SYNC, association, programme_map
from twin.core.units import NS_PER_S, Size, Time
from twin.model import Codec
from twin.model.traffic_profiles import IP_UDP, RTP, TS_PACKET, TS_PACKETS, TS_PAYLOAD
from twin.plan.blueprint import DialledSpeech, IptvViewing, PacketStream, RtpCall, RtpStream

STAMP = struct.Struct("!QQ")
"""Sequence number and scheduled departure."""
MP2T = 33
"""RTP payload type of a transport stream (RFC 3551, table 5)."""
SPEECH_CLOCK, VIDEO_CLOCK, SYSTEM_CLOCK = 8_000, 90_000, 27_000_000
"""Hz: of all codecs, of MPEG over RTP, of the program clock reference."""
TABLES = 8
"""Datagrams of a transport stream from one with its tables to the next; they take the place of two packets."""
CYCLE = 16 * TABLES
"""Datagrams after which all continuity counters return."""
ARP_STAMP = 42
"""Of a forged ARP frame: where the padding begins, which holds the stamp."""
_VERSION, _MARKER = 0x80, 0x80
_CALL = struct.Struct("!BBHIIQQ")
_STREAM = struct.Struct("!BBHIIIBBIHQQ")
_TS_LEAD = _STREAM.size - RTP - STAMP.size
"""Bytes before the stamp in a transport stream packet: header, and adaptation field with the clock reference."""
_WITH_CLOCK, _PLAIN = 0x30, 0x10
"""Adaptation field control: field and payload, payload alone."""
_CLOCK, _RANDOM_ACCESS = 0x10, 0x40
"""Flags of an adaptation field (ISO/IEC 13818-1, 2.4.3.5)."""


class Content(Enum):
    """What packets hold that are no speech."""

    TRANSPORT_STREAM = auto()
    STAMP = auto()
    """Nothing but the stamp."""


Payload = Codec | Content
"""What packets hold: speech of a codec, or something else."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What the packets of one kind have in common.

    size: UDP payload. stamp: offset of the stamp in it. head: bytes that differ from packet to packet. tails: what
    follows; packet n has tail n modulo their number.
    """

    size: int
    stamp: int
    head: int
    tails: tuple[bytes, ...]


class Writer(Protocol):
    """Writes the head of one packet after the other."""

    def write(self, buffer: bytearray, at: int, sequence: int, departure: int) -> None:
        """Write the head of packet `sequence`, which departs at `departure` ns since 1970, into `buffer` from `at`."""
        ...


def payload_of(sent: PacketStream) -> Payload:
    """What the packets of a flow hold."""
    match sent:
        case RtpCall(speech=speech) | DialledSpeech(speech=speech):
            return speech.codec
        case RtpStream() | IptvViewing():
            return Content.TRANSPORT_STREAM
        case _:
            return Content.STAMP


def shape(payload: Payload, packet: Size) -> Shape:
    """The shape of packets of that payload; `packet` is the IP packet size."""
    size = packet - IP_UDP
    match payload:
        case Codec():
            silence = b"\xff" if payload is Codec.G711 else b"\0"
            return Shape(size, RTP, _CALL.size, (silence * (size - _CALL.size),))
        case Content.TRANSPORT_STREAM:
            return Shape(size, RTP + _TS_LEAD, _STREAM.size, tuple(_stream_tail(phase) for phase in range(CYCLE)))
        case Content.STAMP:
            return Shape(size, 0, STAMP.size, (bytes(size - STAMP.size),))


def writer(payload: Payload, interval: Time, random: Random, *, first: int = 0, access: int = 0) -> Writer:
    """The writer of a flow's packets; `random` gives the RTP source, first sequence number and first timestamp.

    first: the number of the packet with which speech begins. access: packets of a stream from one random access point
    to the next, 0 for none.
    """
    match payload:
        case Codec():
            return _Call(payload.payload_type, interval, *_origin(random), first)
        case Content.TRANSPORT_STREAM:
            return _Stream(interval, *_origin(random), access)
        case Content.STAMP:
            return _Plain()


def _origin(random: Random) -> tuple[int, int, int]:
    return random.getrandbits(32), random.getrandbits(16), random.getrandbits(32)


class _Plain:
    __slots__ = ()

    def write(self, buffer: bytearray, at: int, sequence: int, departure: int) -> None:
        STAMP.pack_into(buffer, at, sequence, departure)


@dataclass(frozen=True, slots=True)
class _Call:
    """RTP of a call: the marker stands on the first packet of the talkspurt (RFC 3551, 4.1)."""

    payload_type: int
    interval: Time
    source: int
    first_sequence: int
    first_timestamp: int
    first: int

    def write(self, buffer: bytearray, at: int, sequence: int, departure: int) -> None:
        timestamp = self.first_timestamp + sequence * self.interval * SPEECH_CLOCK // NS_PER_S
        kind = self.payload_type if sequence != self.first else self.payload_type | _MARKER
        _CALL.pack_into(buffer, at, _VERSION, kind, self.first_sequence + sequence & 0xFFFF, timestamp & 0xFFFFFFFF,
                        self.source, sequence, departure)


@dataclass(frozen=True, slots=True)
class _Stream:
    """MPEG-TS over RTP (RFC 2250): each datagram's first packet carries the program clock reference."""

    interval: Time
    source: int
    first_sequence: int
    first_timestamp: int
    access: int

    def write(self, buffer: bytearray, at: int, sequence: int, departure: int) -> None:
        flags = _CLOCK if not self.access or sequence % self.access else _CLOCK | _RANDOM_ACCESS
        passed = sequence * self.interval
        timestamp = self.first_timestamp + passed * VIDEO_CLOCK // NS_PER_S
        base, extension = divmod(passed * SYSTEM_CLOCK // NS_PER_S, 300)
        _STREAM.pack_into(buffer, at, _VERSION, MP2T, self.first_sequence + sequence & 0xFFFF, timestamp & 0xFFFFFFFF,
                          self.source, _ts_header(_WITH_CLOCK, _before(sequence)), 7, flags,
                          base >> 1 & 0xFFFFFFFF, (base & 1) << 15 | 0x7E00 | extension, sequence, departure)


def _before(sequence: int) -> int:
    """How many packets of the stream itself were in the datagrams before."""
    return TS_PACKETS * sequence - 2 * -(-sequence // TABLES)


def _ts_header(control: int, counter: int) -> int:
    return SYNC << 24 | STREAM_PID << 8 | control | counter & 0xF


def _stream_tail(phase: int) -> bytes:
    """The rest of a datagram whose number is `phase` modulo the cycle."""
    rest = [b"\xff" * (TS_PACKET - _TS_LEAD - STAMP.size)]
    cycle, tabled = divmod(phase, TABLES)
    rest += [association(cycle), programme_map(cycle)] if not tabled else []
    for counter in range(_before(phase) + 1, _before(phase + 1)):
        rest.append(struct.pack("!I", _ts_header(_PLAIN, counter)) + b"\xff" * (TS_PACKET - 4))
    tail = b"".join(rest)
    assert len(tail) == RTP + TS_PAYLOAD - _STREAM.size
    return tail
