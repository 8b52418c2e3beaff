"""IGMP on the wire: well-formed messages are parsed, others ignored."""

from __future__ import annotations

import struct
from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controllers import igmp_messages
from controllers.igmp_messages import GroupMessage, checksum, parse, query_frame

GROUP, HOST = "239.192.0.7", "10.0.0.9"


def summed(data: bytes, at: int) -> bytes:
    """The data with its checksum written where it belongs."""
    return data[:at] + checksum(data[:at] + b"\0\0" + data[at + 2:]).to_bytes(2, "big") + data[at + 2:]


def frame(
    body: bytes, to: str, options: bytes = igmp_messages.ROUTER_ALERT, protocol: int = 2, source: str = HOST
) -> bytes:
    """An IGMP body as a host sends it."""
    size = 20 + len(options)
    head = struct.pack("!BBHHHBBH4s4s", 0x40 | size // 4, 0xC0, size + len(body), 0, 0, 1, protocol, 0,
                       IPv4Address(source).packed, IPv4Address(to).packed) + options
    return bytes(12) + b"\x08\x00" + summed(head, 10) + body


def body(kind: int, group: str = GROUP, more: bytes = b"") -> bytes:
    """A message of eight bytes, and more behind it."""
    return summed(struct.pack("!BBH4s", kind, 0, 0, IPv4Address(group).packed) + more, 2)


def report_3(*records: tuple[int, str, int]) -> bytes:
    """A version 3 report: kind, group and number of sources of each record."""
    rows = b"".join(struct.pack("!BBH4s", kind, 0, sources, IPv4Address(group).packed) + bytes(4 * sources)
                    for kind, group, sources in records)
    return summed(struct.pack("!BBHHH", 0x22, 0, 0, 0, len(records)) + rows, 2)


@pytest.mark.parametrize("kind", [0x12, 0x16])
def test_a_report_joins(kind: int) -> None:
    """Versions 1 and 2, with and without the router alert, also with padding behind the packet."""
    for options in (igmp_messages.ROUTER_ALERT, b""):
        assert parse(frame(body(kind), GROUP, options) + bytes(6)) == (GroupMessage(True, GROUP),)


def test_a_leave_leaves() -> None:
    """Sent to all routers (RFC 2236, 3)."""
    assert parse(frame(body(0x17), igmp_messages.ALL_ROUTERS)) == (GroupMessage(False, GROUP),)


def test_a_version_3_report_joins_and_leaves_by_its_records() -> None:
    """Exclude mode is membership; include mode without sources is none; with sources it is not offered."""
    records = report_3((4, GROUP, 0), (3, "239.1.1.1", 0), (3, "239.1.1.2", 1), (5, "239.1.1.3", 1),
                       (2, "239.1.1.4", 1))
    assert parse(frame(records, igmp_messages.ALL_REPORTS)) == (
        GroupMessage(True, GROUP), GroupMessage(False, "239.1.1.1"), GroupMessage(True, "239.1.1.4"))


@pytest.mark.parametrize("bad", [
    b"", bytes(14), bytes(60),
    frame(body(0x16), "239.192.0.8"),
    frame(body(0x17), "224.0.0.5"),
    frame(body(0x11), GROUP),
    frame(body(0x99), GROUP),
    frame(body(0x16), GROUP, protocol=17),
    frame(body(0x16)[:6], GROUP),
    frame(body(0x16), GROUP)[:-1],
    frame(struct.pack("!BBH4s", 0x16, 0, 0x1234, IPv4Address(GROUP).packed), GROUP),
    frame(summed(struct.pack("!BBHHH", 0x22, 0, 0, 0, 3), 2), igmp_messages.ALL_REPORTS),
    frame(summed(struct.pack("!BBHHHBBH4s", 0x22, 0, 0, 0, 1, 4, 0, 9000, IPv4Address(GROUP).packed), 2),
          igmp_messages.ALL_REPORTS),
    frame(report_3(*[(4, GROUP, 0)] * (igmp_messages.RECORDS + 1)), igmp_messages.ALL_REPORTS),
])
def test_malformed_messages_are_ignored(bad: bytes) -> None:
    """Too short, to the wrong address, of an unknown kind, with a wrong checksum or with records that are not there."""
    assert parse(bad) == ()


@given(st.binary(max_size=120))
def test_no_frame_raises(noise: bytes) -> None:
    """Whatever comes, reading it ends and says at most that groups are joined or left."""
    assert isinstance(parse(noise), tuple)
    assert isinstance(parse(frame(noise, igmp_messages.ALL_REPORTS)), tuple)


def test_a_query_asks_for_one_group() -> None:
    """RFC 2236: type, time in tenths of a second, group; both checksums right; to the group's own Ethernet address."""
    query = query_frame(GROUP, 1_000_000_000, "02:00:00:00:00:01")
    assert query[:6] == bytes((1, 0, 0x5E, 64, 0, 7)) and len(query) == 14 + 24 + 8
    assert query[38:40] == bytes((0x11, 10)) and query[42:46] == IPv4Address(GROUP).packed
    assert checksum(query[14:38]) == 0 == checksum(query[38:])
    assert query[22] == 1 and query[34:38] == igmp_messages.ROUTER_ALERT


def test_a_general_query_asks_all_systems() -> None:
    """RFC 2236, 2.4: to 224.0.0.1, about no group, with the time for an answer, 10 s of it in tenths."""
    query = query_frame(None, 10_000_000_000, "02:00:00:00:00:01")
    assert query[:6] == bytes((1, 0, 0x5E, 0, 0, 1)) and query[30:34] == IPv4Address("224.0.0.1").packed
    assert query[38:40] == bytes((0x11, 100)) and query[42:46] == bytes(4)
    assert checksum(query[14:38]) == 0 == checksum(query[38:])


def test_the_checksum_of_rfc_1071() -> None:
    """Its own example: the sum of 0001 f203 f4f5 f6f7 is ddf2."""
    assert checksum(bytes.fromhex("0001f203f4f5f6f7")) == ~0xDDF2 & 0xFFFF
