"""IGMP messages: reports and leaves parsed, queries written (RFC 2236; reports of RFC 3376 too); pure.

Malformed messages are ignored: a wrong checksum or length, an unknown type, a report not addressed to its group.

Queries are those of version 2, so that a host of version 3 falls back to it (RFC 3376, 7.2.1). Its reports until then
are parsed: a record in exclude mode joins, and one in include mode without sources leaves. Source-specific membership
(include mode with sources, and changes of sources) is not offered: such records are ignored.
"""

from __future__ import annotations

import struct
from enum import IntEnum
from ipaddress import IPv4Address
from typing import NamedTuple

ETHERNET, IPV4, PROTOCOL = 14, 0x0800, 2
ALL_SYSTEMS, ALL_ROUTERS, ALL_REPORTS = "224.0.0.1", "224.0.0.2", "224.0.0.22"
EXCLUDE, TO_INCLUDE, TO_EXCLUDE = 2, 3, 4
"""Kinds of group records (RFC 3376, 4.2.12); 1, 5 and 6 name sources."""
RECORDS = 64
"""Records of one report that are read; a CPE watches a few channels."""
ROUTER_ALERT = b"\x94\x04\x00\x00"
"""RFC 2113: every IGMP message carries it."""
INTERNETWORK_CONTROL = 0xC0


class MessageType(IntEnum):
    """The messages (RFC 1112, 2236, 3376)."""

    QUERY = 0x11
    REPORT_1 = 0x12
    REPORT_2 = 0x16
    LEAVE = 0x17
    REPORT_3 = 0x22


class GroupMessage(NamedTuple):
    """A host joins or leaves a group."""

    joins: bool
    group: str


def parse(frame: bytes) -> tuple[GroupMessage, ...]:
    """The joins and leaves in an Ethernet frame; () where it is no well-formed IGMP report or leave."""
    packet = frame[ETHERNET:]
    if len(packet) < 20 or frame[12:14] != IPV4.to_bytes(2, "big") or packet[0] >> 4 != 4:
        return ()
    header, total = (packet[0] & 0xF) * 4, int.from_bytes(packet[2:4], "big")
    if header < 20 or not header + 8 <= total <= len(packet) or packet[9] != PROTOCOL or checksum(packet[:header]):
        return ()
    body, destination = packet[header:total], str(IPv4Address(packet[16:20]))
    if checksum(body):
        return ()
    group = str(IPv4Address(body[4:8]))
    match body[0]:
        case MessageType.REPORT_1 | MessageType.REPORT_2:
            return (GroupMessage(True, group),) if destination == group else ()
        case MessageType.LEAVE:
            return (GroupMessage(False, group),) if destination in (ALL_ROUTERS, group) else ()
        case MessageType.REPORT_3:
            return _records(body) if destination == ALL_REPORTS else ()
    return ()


def _records(body: bytes) -> tuple[GroupMessage, ...]:
    """The group records of a version 3 report; () unless every one of them is complete."""
    records, at = [], 8
    count = int.from_bytes(body[6:8], "big")
    if count > RECORDS:
        return ()
    for _ in range(count):
        if at + 8 > len(body):
            return ()
        kind, auxiliary, sources, address = struct.unpack_from("!BBHI", body, at)
        at += 8 + 4 * (sources + auxiliary)
        if at > len(body):
            return ()
        if kind in (EXCLUDE, TO_EXCLUDE) or (kind == TO_INCLUDE and not sources):
            records.append(GroupMessage(kind != TO_INCLUDE, str(IPv4Address(address))))
    return tuple(records)


def query_frame(group: str | None, within: int, source_mac: str) -> bytes:
    """The frame of a query that is to be answered within so many ns (RFC 2236, 2 and 3): for one group, or general.

    It comes from 0.0.0.0, as that of a switch that has no address (RFC 4541, 2.1.1).
    """
    tenths = min(255, max(1, within // 100_000_000))
    return message_frame(MessageType.QUERY, group, source="0.0.0.0", destination=group or ALL_SYSTEMS,
                         source_mac=source_mac, tenths=tenths)


def message_frame(kind: MessageType, group: str | None, *, source: str, destination: str, source_mac: str,
                  tenths: int = 0) -> bytes:
    """The frame of a message of version 2 (RFC 2236, 2). group: that it is about; None: all. tenths: of a second, the
    maximum response time of a query."""
    address = IPv4Address(destination).packed
    body = struct.pack("!BBH4s", kind, tenths, 0, IPv4Address(group).packed if group else bytes(4))
    body = body[:2] + checksum(body).to_bytes(2, "big") + body[4:]
    head = struct.pack("!BBHHHBBH4s4s4s", 0x46, INTERNETWORK_CONTROL, 24 + len(body), 0, 0, 1, PROTOCOL, 0,
                       IPv4Address(source).packed, address, ROUTER_ALERT)
    head = head[:10] + checksum(head).to_bytes(2, "big") + head[12:]
    mac = b"\x01\x00\x5e" + bytes((address[1] & 0x7F, *address[2:]))
    return mac + bytes.fromhex(source_mac.replace(":", "")) + IPV4.to_bytes(2, "big") + head + body


def checksum(data: bytes) -> int:
    """The Internet checksum (RFC 1071): of data that holds its own it is 0."""
    padded = data + bytes(len(data) % 2)
    total: int = sum(struct.unpack(f"!{len(padded) // 2}H", padded))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF
