"""Paces packets exactly: an ifb device per sending host whose fq qdisc releases each packet at its own time.

A host's own interface may carry a scheduler that cannot hold a fq. So marked packets that leave it are redirected,
before its scheduler, to the device `pace0`; the fq there holds each until the time that its sender gave with SCM_TXTIME
(tc-fq(8), "earliest departure time"), and the ifb driver puts it back where it was taken, in front of the scheduler.
Unmarked packets never pass it. Layout of the messages: rtnetlink(7), linux/pkt_sched.h, linux/pkt_cls.h.
"""

from __future__ import annotations

import errno
import os
import socket
import struct
from collections.abc import Sequence

from twin.core.rtnetlink import (
    CREATE,
    EXCL,
    KIND,
    LINK,
    NEW_FILTER,
    NEW_LINK,
    NEW_QDISC,
    OPTIONS,
    REPLACE,
    TC,
    Request,
    answers,
    attribute,
    nested,
    packed,
    text,
    u32,
)
from twin.core.units import NS_PER_S

DEVICE = "pace0"
MARK = 0x7061
"""SO_MARK of the sockets whose packets are paced; it ends at the host's interface."""
HORIZON = 30 * NS_PER_S
"""How far ahead of its departure a packet may be handed over, ns."""
QUEUE = 2_000_000
"""Packets that a host may hand over ahead of time."""

_ROOT, _CLSACT, _CLSACT_HANDLE, _EGRESS = 0xFFFFFFFF, 0xFFFFFFF1, 0xFFFF0000, 0xFFFFFFF3
_NAME, _LINK_INFO, _INFO_KIND = 3, 18, 1
_UP, _ALL, _STOLEN, _EGRESS_REDIRECT, _PREFERENCE = 1, 0x0003, 4, 1, 1


def device() -> Request:
    """The ifb device itself, set up."""
    body = (LINK.pack(socket.AF_UNSPEC, 0, 0, _UP, _UP) + text(_NAME, DEVICE)
            + nested(_LINK_INFO, text(_INFO_KIND, "ifb")))
    return Request(NEW_LINK, CREATE | EXCL, body, f"link add {DEVICE} up type ifb")


def queue(ifb_index: int) -> Request:
    """The fq on the device: room for all that is handed over, timers without slack, no pacing but the given times."""
    limits = ((1, QUEUE), (2, QUEUE), (5, 0), (13, 0), (14, HORIZON // 1000))
    body = (TC.pack(socket.AF_UNSPEC, ifb_index, 0, _ROOT, 0) + text(KIND, "fq")
            + nested(OPTIONS, *(u32(kind, value) for kind, value in limits)))
    return Request(NEW_QDISC, CREATE | REPLACE, body, f"qdisc replace dev {DEVICE} root fq")


def hook(interface_index: int) -> Request:
    """The place before the scheduler of the host's interface where leaving packets can be taken."""
    body = TC.pack(socket.AF_UNSPEC, interface_index, _CLSACT_HANDLE, _CLSACT, 0) + text(KIND, "clsact")
    return Request(NEW_QDISC, CREATE | EXCL, body, "qdisc add clsact")


def redirect(interface_index: int, ifb_index: int) -> Request:
    """The filter that takes marked packets there."""
    mirred = struct.pack("=IIiiiiI", 0, 0, _STOLEN, 0, 0, _EGRESS_REDIRECT, ifb_index)
    action = nested(1, text(1, "mirred"), nested(2, attribute(2, mirred)))
    body = (TC.pack(socket.AF_UNSPEC, interface_index, MARK, _EGRESS, _PREFERENCE << 16 | socket.htons(_ALL))
            + text(KIND, "fw") + nested(OPTIONS, nested(4, action)))
    return Request(NEW_FILTER, CREATE | EXCL, body,
                   f"filter add egress handle {MARK} fw action mirred egress redirect dev {DEVICE}")


def prepare(interface: str) -> None:
    """Pace the marked packets of `interface`, in the network namespace that the caller is in; idempotent.

    Raises OSError that says which step the kernel refused.
    """
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as sock:
        _request(sock, [device()])
        interface_index, ifb_index = socket.if_nametoindex(interface), socket.if_nametoindex(DEVICE)
        _request(sock, [queue(ifb_index), hook(interface_index), redirect(interface_index, ifb_index)])


def _request(sock: socket.socket, requests: Sequence[Request]) -> None:
    """Send requests in one datagram; what exists already is accepted."""
    sock.send(packed(requests))
    answered = -1
    while answered < len(requests) - 1:
        for answer in answers(sock.recv(65536)):
            answered = answer.sequence
            if answer.errno not in (0, errno.EEXIST):
                raise OSError(answer.errno, f"{requests[answered].summary}: {os.strerror(answer.errno)}")
