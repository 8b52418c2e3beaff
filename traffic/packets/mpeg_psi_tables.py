"""The PAT and PMT of an MPEG transport stream (program-specific information, ISO/IEC 13818-1, 2.4.4); pure.

One programme with one elementary stream, which carries the clock too. It is of a type that is the user's own, since
there is no video in it.
"""

from __future__ import annotations

import struct

from twin.model.traffic_profiles import TS_PACKET

ASSOCIATION_PID, MAP_PID, STREAM_PID = 0x0000, 0x1000, 0x0100
PROGRAMME, STREAM_TYPE = 1, 0xF0
"""Number of the programme; a stream type from 0x80 on is user private (table 2-34)."""
SYNC, START = 0x47, 0x4000
"""First byte of a packet; the flag of the one in which a section begins."""
_POLYNOMIAL = 0x04C11DB7
_ASSOCIATION, _MAP = 0x00, 0x02
_CURRENT = 0xC1
"""Reserved bits, version 0, valid now."""


def association(counter: int) -> bytes:
    """The packet of the programme association table: which PID has the map of the programme."""
    return _packet(ASSOCIATION_PID, counter, _ASSOCIATION, struct.pack("!HH", PROGRAMME, 0xE000 | MAP_PID))


def programme_map(counter: int) -> bytes:
    """The packet of the programme map table: which PID has the clock, and which the stream."""
    return _packet(MAP_PID, counter, _MAP, struct.pack("!HHBHH", 0xE000 | STREAM_PID, 0xF000, STREAM_TYPE,
                                                       0xE000 | STREAM_PID, 0xF000))


def checksum(section: bytes) -> int:
    """The CRC of a section (annex A): of one that holds its own it is 0."""
    crc = 0xFFFFFFFF
    for byte in section:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ _POLYNOMIAL if crc >> 31 else crc << 1) & 0xFFFFFFFF
    return crc


def _packet(pid: int, counter: int, table: int, content: bytes) -> bytes:
    """A packet with one whole section; transport stream and programme have the same number."""
    section = struct.pack("!BHHBBB", table, 0xB000 | len(content) + 9, PROGRAMME, _CURRENT, 0, 0) + content
    whole = section + checksum(section).to_bytes(4, "big")
    return (struct.pack("!BHBB", SYNC, START | pid, 0x10 | counter & 0xF, 0) + whole).ljust(TS_PACKET, b"\xff")
