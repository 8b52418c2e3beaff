"""Drop precedence: when a queue fills, red packets are dropped first, then yellow, then green (RFC 2597, section 2).

Two eBPF programs keep count of the backlog of a class with colours, in bytes at the span's layer: one before the
port's queues, which drops what exceeds the limit of its colour, and one after them, at the other end of the port's veth
pair. The queue itself is a plain fifo of green's limit, so that it never drops by itself. The count is reset where
nothing has left for a second: a port without carrier has lost its backlog too.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator

from twin.core.rtnetlink import OPTIONS, Request, attribute, nested, u32
from twin.emulation.bpf.bpf_assembler import assemble
from twin.emulation.bpf.three_colour_marker import DESCRIPTOR, DIRECT, EGRESS_FILTERS, FLAGS, NAME
from twin.emulation.qdisc.tc_requests import ALL, INGRESS_HANDLE, filter_request
from twin.plan.qos.three_colour_markers import ColouredQueue, limits

KEY = struct.Struct("=II")
"""Index of the port and the AF class of its mark; the same with 1 added, of the pair's other end."""
STATE = struct.Struct("=Qq7Q")
"""The backlog; overhead, least and cells of the layer; the limits of green, yellow and red; when something left last;
packets dropped. Of a pair's other end: the port."""
ENQUEUE_NAME, DEQUEUE_NAME = "gate", "leave"

_BEGIN = """
    r6 = r1
    r0 = packet16[12]
    if r0 != 0x0800 goto pass
    r0 = packet8[15]
    r7 = r0
    r1 = r7
    r1 >>= 3
    r1 &= 3
    if r1 == 0 goto pass
    r2 = u32[r6 + 40]               ; this interface
    u32[r10 - 8] = r2
    r2 = r7
    r2 &= 0xe0
"""
_FIND = """
    u32[r10 - 4] = r2
    r2 = r10
    r2 += -8
    r1 = map
    call 1
    if r0 == 0 goto pass
    r8 = r0
"""
_COST = """
    r9 = u32[r6 + 0]                ; r9: what the packet costs
    r1 = u64[r8 + 8]
    r9 += r1
    r1 = u64[r8 + 16]
    if r9 >= r1 goto cut
    r9 = r1
cut:
    r1 = u64[r8 + 24]
    if r1 == 0 goto sized
    r9 += 47
    r9 /= 48
    r9 *= 53
sized:
    call 5                          ; the time
    r1 = u64[r8 + 0]                ; r1: what waits
    r2 = u64[r8 + 56]
"""
_END = """
pass:
    r0 = -1
    exit
"""
ENQUEUE = _BEGIN + _FIND + _COST + """
    r3 = r0
    r3 -= r2
    if r3 <= 1000000000 goto counted
    r1 = 0
    u64[r8 + 56] = r0
counted:
    r1 += r9
    r7 >>= 3
    r7 &= 3
    r2 = u64[r8 + 32]
    if r7 == 1 goto fits
    r2 = u64[r8 + 40]
    if r7 == 2 goto fits
    r2 = u64[r8 + 48]
fits:
    if r1 > r2 goto drop
    u64[r8 + 0] = r1
    goto pass
drop:
    r1 = u64[r8 + 64]
    r1 += 1
    u64[r8 + 64] = r1
    r0 = 2
    exit
""" + _END
DEQUEUE = _BEGIN + "\n    r2 |= 1" + _FIND + """
    r2 = u64[r8 + 0]                ; the port
    u32[r10 - 8] = r2
    r2 = r7
    r2 &= 0xe0
""" + _FIND + _COST + """
    u64[r8 + 56] = r0
    if r1 >= r9 goto less
    r1 = r9
less:
    r1 -= r9
    u64[r8 + 0] = r1
""" + _END


def enqueue_program(map_fd: int) -> bytes:
    """The program before the queues."""
    return assemble(ENQUEUE, map_fd)


def dequeue_program(map_fd: int) -> bytes:
    """The program after the queues."""
    return assemble(DEQUEUE, map_fd)


def map_entries(port: int, behind: int, gate: ColouredQueue) -> Iterator[tuple[bytes, bytes]]:
    """The map entries of a queue: of the port (index), and of the other end of its pair (index)."""
    kind, layer = gate.dscp << 2 & 0xE0, gate.layer
    yield KEY.pack(port, kind), STATE.pack(0, layer.overhead, layer.min_size, layer.atm, *limits(gate.band.limit), 0, 0)
    yield KEY.pack(behind, kind | 1), STATE.pack(port, 0, 0, 0, 0, 0, 0, 0, 0)


def attach_before_queues(devices: Iterable[tuple[int, str]], program: int) -> Iterator[Request]:
    """The program before the queues of interfaces (index, name) that have a clsact; a marker goes before it."""
    for index, device in devices:
        yield filter_request(index, EGRESS_FILTERS, 0, (2, ALL), "bpf", _options(program, ENQUEUE_NAME),
                             f"filter add dev {device} egress pref 2 bpf direct-action {ENQUEUE_NAME}")


def attach_after_queues(devices: Iterable[tuple[int, str]], program: int) -> Iterator[Request]:
    """The program at the other ends of their pairs, before packets are redirected."""
    for index, device in devices:
        yield filter_request(index, INGRESS_HANDLE, 0, (1, ALL), "bpf", _options(program, DEQUEUE_NAME),
                             f"filter add dev {device} ingress pref 1 bpf direct-action {DEQUEUE_NAME}")


def _options(program: int, name: str) -> bytes:
    return nested(OPTIONS, u32(DESCRIPTOR, program), attribute(NAME, name.encode() + b"\0"), u32(FLAGS, DIRECT))
