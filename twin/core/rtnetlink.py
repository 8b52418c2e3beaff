"""Rtnetlink messages as bytes: attributes, requests, and the kernel's answers; no sockets here.

One send carries hundreds of requests, where `ip` and `tc` need a process for each namespace and several system calls
for each line. Layout: rtnetlink(7), linux/netlink.h, linux/rtnetlink.h.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

REQUEST, ACK, REPLACE, EXCL, CREATE = 0x1, 0x4, 0x100, 0x200, 0x400
NESTED = 0x8000
ERROR = 2
"""NLMSG_ERROR: an answer that carries an error number, 0 for success."""
NEW_LINK, NEW_QDISC, DEL_QDISC, NEW_CLASS, NEW_FILTER = 16, 36, 37, 40, 44
LINK, TC = struct.Struct("=BxHiII"), struct.Struct("=BxxxiIII")
"""How messages about interfaces begin (struct ifinfomsg), and those of the packet scheduler (struct tcmsg)."""
KIND, OPTIONS = 1, 2
"""What a qdisc, class or filter is, and its kind's own attributes."""
CHUNK = 64 * 1024
"""Bytes in one send: well below the default of the socket's send buffer."""

_HEADER = struct.Struct("=IHHII")
_ATTRIBUTE = struct.Struct("=HH")
_CAPPED, _ACK_TLVS = 0x100, 0x200
_MESSAGE = 1
"""NLMSGERR_ATTR_MSG: the kernel's own words."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request: its kind (RTM_...), flags beside REQUEST, its body, and a summary in the syntax of `ip` and `tc`."""

    kind: int
    flags: int
    body: bytes
    summary: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """The kernel's answer to the request of that sequence number: an errno (0: done) and the reason, if it gave one."""

    sequence: int
    errno: int
    reason: str


def attribute(kind: int, payload: bytes) -> bytes:
    """One attribute, padded to four bytes."""
    return _ATTRIBUTE.pack(4 + len(payload), kind) + payload + bytes(-len(payload) % 4)


def nested(kind: int, *attributes: bytes) -> bytes:
    """An attribute that holds attributes."""
    return attribute(kind | NESTED, b"".join(attributes))


def text(kind: int, value: str) -> bytes:
    """An attribute that holds a string."""
    return attribute(kind, value.encode() + b"\0")


def u8(kind: int, value: int) -> bytes:
    """An attribute of one byte."""
    return attribute(kind, struct.pack("=B", value))


def u32(kind: int, value: int) -> bytes:
    """An attribute of four bytes."""
    return attribute(kind, struct.pack("=I", value))


def u64(kind: int, value: int) -> bytes:
    """An attribute of eight bytes."""
    return attribute(kind, struct.pack("=Q", value))


def chunks(requests: Iterable[Request]) -> Iterator[list[Request]]:
    """The requests in batches that fit one send each."""
    batch: list[Request] = []
    size = 0
    for request in requests:
        if batch and size + len(request.body) > CHUNK:
            yield batch
            batch, size = [], 0
        batch.append(request)
        size += _HEADER.size + len(request.body)
    if batch:
        yield batch


def packed(requests: Sequence[Request]) -> bytes:
    """The requests as one datagram; sequence numbers are positions, and only the last asks for an answer."""
    last = len(requests) - 1
    parts: list[bytes] = []
    for position, request in enumerate(requests):
        flags = REQUEST | request.flags | (ACK if position == last else 0)
        parts += (_HEADER.pack(_HEADER.size + len(request.body), request.kind, flags, position, 0), request.body)
    return b"".join(parts)


def answers(datagram: bytes) -> Iterator[Refusal]:
    """The answers in what the kernel sent back."""
    offset = 0
    while offset + _HEADER.size <= len(datagram):
        length, kind, flags, sequence, _ = _HEADER.unpack_from(datagram, offset)
        if kind == ERROR:
            body = datagram[offset + _HEADER.size:offset + length]
            yield Refusal(sequence, -struct.unpack_from("=i", body)[0], _reason(body, flags))
        offset += (length + 3) & ~3


def _reason(body: bytes, flags: int) -> str:
    if not flags & _ACK_TLVS:
        return ""
    offset = 4 + (_HEADER.size if flags & _CAPPED else (struct.unpack_from("=I", body, 4)[0] + 3) & ~3)
    while offset + 4 <= len(body):
        length, kind = _ATTRIBUTE.unpack_from(body, offset)
        if kind == _MESSAGE:
            return body[offset + 4:offset + length].rstrip(b"\0").decode(errors="replace")
        offset += (max(length, 4) + 3) & ~3
    return ""
