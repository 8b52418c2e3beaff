"""The exact departure of packets: an ifb device per sending host whose fq releases each packet at its own time.

A host's own interface may carry a scheduler that cannot hold a fq. So marked packets that leave it are redirected,
before its scheduler, to the device `pace0`; the fq there holds each until the time that its sender gave with SCM_TXTIME
(tc-fq(8), "earliest departure time"), and the ifb driver puts it back where it was taken, in front of the scheduler.
What carries no mark never comes near. Layout of the messages: rtnetlink(7), linux/pkt_sched.h, linux/pkt_cls.h.
"""

from __future__ import annotations

import errno
import os
import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from twin.units import NS_PER_S

DEVICE = "pace0"
MARK = 0x7061
"""SO_MARK of the sockets whose packets are paced; it ends at the host's interface."""
HORIZON = 30 * NS_PER_S
"""How far ahead of its departure a packet may be handed over, ns."""
QUEUE = 2_000_000
"""Packets that a host may hand over ahead of time."""

_HEADER, _LINK, _TC = struct.Struct("=IHHII"), struct.Struct("=BxHiII"), struct.Struct("=BxxxiIII")
_REQUEST_ACK, _REPLACE, _EXCL, _CREATE, _NESTED = 0x5, 0x100, 0x200, 0x400, 0x8000
_NEW_LINK, _NEW_QDISC, _NEW_FILTER, _ERROR = 16, 36, 44, 2
_ROOT, _CLSACT, _CLSACT_HANDLE, _EGRESS = 0xFFFFFFFF, 0xFFFFFFF1, 0xFFFF0000, 0xFFFFFFF3
_KIND, _OPTIONS = 1, 2
_UP, _ALL, _STOLEN, _EGRESS_REDIRECT, _PREFERENCE = 1, 0x0003, 4, 1, 1


@dataclass(frozen=True, slots=True)
class Request:
    """One message to the kernel: what it is called in errors, its kind (RTM_...), its flags and its body."""

    says: str
    kind: int
    flags: int
    body: bytes


def attribute(kind: int, payload: bytes) -> bytes:
    """One netlink attribute, padded to four bytes."""
    return struct.pack("=HH", 4 + len(payload), kind) + payload + bytes(-len(payload) % 4)


def _nested(kind: int, *parts: bytes) -> bytes:
    return attribute(kind | _NESTED, b"".join(parts))


def device() -> Request:
    """The ifb device itself, set up."""
    body = (_LINK.pack(socket.AF_UNSPEC, 0, 0, _UP, _UP) + attribute(3, DEVICE.encode() + b"\0")
            + _nested(18, attribute(1, b"ifb")))
    return Request(f"link add {DEVICE} up type ifb", _NEW_LINK, _CREATE | _EXCL, body)


def queue(pace: int) -> Request:
    """The fq on the device: room for all that is handed over, timers without slack, no pacing but the given times."""
    limits = ((1, QUEUE), (2, QUEUE), (5, 0), (13, 0), (14, HORIZON // 1000))
    body = (_TC.pack(socket.AF_UNSPEC, pace, 0, _ROOT, 0) + attribute(_KIND, b"fq\0")
            + _nested(_OPTIONS, *(attribute(kind, struct.pack("=I", value)) for kind, value in limits)))
    return Request(f"qdisc replace dev {DEVICE} root fq", _NEW_QDISC, _CREATE | _REPLACE, body)


def hook(own: int) -> Request:
    """The place before the scheduler of the host's interface where leaving packets can be taken."""
    body = _TC.pack(socket.AF_UNSPEC, own, _CLSACT_HANDLE, _CLSACT, 0) + attribute(_KIND, b"clsact\0")
    return Request("qdisc add clsact", _NEW_QDISC, _CREATE | _EXCL, body)


def redirect(own: int, pace: int) -> Request:
    """The filter that takes marked packets there."""
    mirred = struct.pack("=IIiiiiI", 0, 0, _STOLEN, 0, 0, _EGRESS_REDIRECT, pace)
    action = _nested(1, attribute(1, b"mirred\0"), _nested(2, attribute(2, mirred)))
    body = (_TC.pack(socket.AF_UNSPEC, own, MARK, _EGRESS, _PREFERENCE << 16 | socket.htons(_ALL))
            + attribute(_KIND, b"fw\0") + _nested(_OPTIONS, _nested(4, action)))
    return Request(f"filter add egress handle {MARK} fw action mirred egress redirect dev {DEVICE}", _NEW_FILTER,
                   _CREATE | _EXCL, body)


def prepare(interface: str) -> None:
    """Pace the marked packets of `interface`, in the network namespace that the caller is in; done twice is done.

    Raises OSError that says which step the kernel refused.
    """
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as door:
        _ask(door, [device()])
        own, pace = socket.if_nametoindex(interface), socket.if_nametoindex(DEVICE)
        _ask(door, [queue(pace), hook(own), redirect(own, pace)])


def _ask(door: socket.socket, requests: list[Request]) -> None:
    """Send requests in one datagram; what exists already is as good as made."""
    door.send(b"".join(
        _HEADER.pack(_HEADER.size + len(r.body), r.kind, _REQUEST_ACK | r.flags, number, 0) + r.body
        for number, r in enumerate(requests)))
    waiting = len(requests)
    while waiting:
        for number, fault in answers(door.recv(65536)):
            waiting -= 1
            if fault not in (0, errno.EEXIST):
                raise OSError(fault, f"{requests[number].says}: {os.strerror(fault)}")


def answers(datagram: bytes) -> Iterator[tuple[int, int]]:
    """The kernel's answers: number of the request, errno (0: done)."""
    at = 0
    while at + _HEADER.size <= len(datagram):
        length, kind, _, number, _ = _HEADER.unpack_from(datagram, at)
        if kind == _ERROR:
            yield number, -struct.unpack_from("=i", datagram, at + _HEADER.size)[0]
        at += (length + 3) & ~3
