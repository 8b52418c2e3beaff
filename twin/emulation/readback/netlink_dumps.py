"""Parses the kernel's dumps of qdiscs, classes, filters and interfaces; pure (linux/rtnetlink.h).

A dump of a whole namespace is two system calls, where `tc -s` is a process for each namespace and interface.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from twin.core.rtnetlink import KIND, NEW_CLASS, NEW_LINK, NEW_QDISC, OPTIONS, TC, Request

GET_LINK, GET_QDISC, GET_CLASS, GET_FILTER = 18, 38, 42, 46
DUMP, DONE = 0x300, 3

_HEADER = struct.Struct("=IHHII")
_STATISTICS, _TABLE = 7, 8
_BASIC, _QUEUE, _OWN, _PACKETS = 1, 3, 4, 8
_NAME, _OPERSTATE, _LINK_STATISTICS = 3, 16, 23
IFF_UP = 1
PENDING_STATES = (2, 3)
"""IF_OPER_DOWN and IF_OPER_LOWERLAYERDOWN (linux/if.h)."""


@dataclass(frozen=True, slots=True)
class DumpedQdisc:
    """A qdisc or class. table: its size table; size, packets: sent so far; drops: so far; backlog: bytes that wait now;
    own: statistics of its kind."""

    index: int
    handle: int
    parent: int
    kind: str
    options: bytes
    table: bytes
    size: int
    packets: int
    drops: int
    backlog: int = 0
    own: bytes = b""


@dataclass(frozen=True, slots=True)
class DumpedFilter:
    """A filter. preference: of several on one interface, the lowest comes first."""

    index: int
    handle: int
    preference: int
    kind: str
    options: bytes


def qdiscs() -> Request:
    """The dump request for all qdiscs of a namespace."""
    return Request(GET_QDISC, DUMP, TC.pack(0, 0, 0, 0, 0), "qdisc show")


def classes(index: int) -> Request:
    """The dump request for the classes of one interface."""
    return Request(GET_CLASS, DUMP, TC.pack(0, index, 0, 0, 0), f"class show dev {index}")


def filters(index: int, parent: int) -> Request:
    """The dump request for the filters of one interface under `parent`."""
    return Request(GET_FILTER, DUMP, TC.pack(0, index, 0, parent, 0), f"filter show dev {index} parent {parent:x}")


def links() -> Request:
    """The dump request for all interfaces of a namespace."""
    return Request(GET_LINK, DUMP, bytes(16), "link show")


def parse_qdiscs(datagrams: Iterable[bytes]) -> Iterator[DumpedQdisc]:
    """The qdiscs or classes in a dump."""
    for kind, body in messages(datagrams):
        if kind in (NEW_QDISC, NEW_CLASS):
            _, index, handle, parent, _ = TC.unpack_from(body)
            parts = attributes(body[TC.size:])
            size, packets, drops, backlog = _statistics(parts.get(_STATISTICS, b""))
            yield DumpedQdisc(
                index=index, handle=handle, parent=parent, kind=parts[KIND].rstrip(b"\0").decode(),
                options=parts.get(OPTIONS, b""), table=parts.get(_TABLE, b""), size=size, packets=packets,
                drops=drops, backlog=backlog, own=attributes(parts.get(_STATISTICS, b"")).get(_OWN, b""))


def parse_filter(body: bytes) -> DumpedFilter | None:
    """The filter in the body of a message; None where it only announces filters of a kind."""
    _, index, handle, _, place = TC.unpack_from(body)
    parts = attributes(body[TC.size:])
    if OPTIONS not in parts:
        return None
    return DumpedFilter(index, handle, place >> 16, parts[KIND].rstrip(b"\0").decode(), parts[OPTIONS])


def interface_drops(datagrams: Iterable[bytes]) -> dict[str, int]:
    """Packets that each interface of a dump has dropped, received and sent together."""
    drops = {}
    for kind, body in messages(datagrams):
        if kind == NEW_LINK:
            parts = attributes(body[16:])
            if _LINK_STATISTICS in parts:
                counts = struct.unpack_from("=8Q", parts[_LINK_STATISTICS])
                drops[parts[_NAME].rstrip(b"\0").decode()] = counts[6] + counts[7]
    return drops


def pending_interfaces(datagrams: Iterable[bytes]) -> list[str]:
    """The interfaces of a dump that are set up and do not operate yet (RFC 2863): they drop what they send."""
    pending = []
    for kind, body in messages(datagrams):
        if kind == NEW_LINK:
            (flags,) = struct.unpack_from("=I", body, 8)
            parts = attributes(body[16:])
            if flags & IFF_UP and parts.get(_OPERSTATE, b"\0")[0] in PENDING_STATES:
                pending.append(parts[_NAME].rstrip(b"\0").decode())
    return pending


def messages(datagrams: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """Kind and body of each message."""
    for datagram in datagrams:
        offset = 0
        while offset + _HEADER.size <= len(datagram):
            length, kind, _, _, _ = _HEADER.unpack_from(datagram, offset)
            yield kind, datagram[offset + _HEADER.size:offset + length]
            offset += (length + 3) & ~3


def attributes(body: bytes) -> dict[int, bytes]:
    """The attributes of a body by kind; of several of one kind, the last."""
    return dict(each_attribute(body))


def each_attribute(body: bytes) -> Iterator[tuple[int, bytes]]:
    """The attributes of a body in order."""
    offset = 0
    while offset + 4 <= len(body):
        length, kind = struct.unpack_from("=HH", body, offset)
        if length < 4:
            return
        yield kind & 0x3FFF, body[offset + 4:offset + length]
        offset += (length + 3) & ~3


def _statistics(body: bytes) -> tuple[int, int, int, int]:
    """Size and packets sent, drops, backlog (linux/gen_stats.h)."""
    parts = attributes(body)
    size, packets = struct.unpack_from("=QI", parts[_BASIC]) if _BASIC in parts else (0, 0)
    if _PACKETS in parts:
        packets = struct.unpack_from("=Q", parts[_PACKETS])[0]
    _, backlog, drops = struct.unpack_from("=3I", parts[_QUEUE]) if _QUEUE in parts else (0, 0, 0)
    return size, packets, drops, backlog
