"""Parts a host's packets from their sockets: an eBPF program before the queues of its interface; pure.

A host stands for a computer and the CPE before it, which are two machines. The computer's TCP must not see how long
its packets wait in the CPE. Linux lets TCP keep only two or three packets of a connection below its socket (TCP small
queues, Documentation/networking/ip-sysctl.rst), resends none that still waits there, and says to it at once that a
queue of this machine has dropped one: an upload would never fill the CPE's buffer. So each packet with a socket is
replaced by its copy without (skb_clone(), which shares the data), as if it had crossed the cable between the two.

Before that its data come into one piece, as the interface would ask later: only while a packet has its socket does this
leave alone what it counts for in memory (skb->truesize), by which fq_codel and CAKE limit a queue.
"""

from __future__ import annotations

from twin.core.rtnetlink import OPTIONS, Request, attribute, nested, u32
from twin.emulation.bpf.bpf_assembler import assemble
from twin.emulation.bpf.three_colour_marker import DESCRIPTOR, DIRECT, EGRESS_FILTERS, FLAGS, NAME
from twin.emulation.qdisc.tc_requests import ALL, filter_request

PROGRAM_NAME = "orphan"
PREFERENCE = 2
"""After the filter by which paced packets leave for their device, of preference 1."""

PROGRAM = """
    r0 = u64[r1 + 168]              ; the packet's socket
    if r0 == 0 goto pass
    r6 = r1
    r2 = u32[r6 + 0]
    call 39                         ; its data in one piece
    r1 = r6
    r2 = u32[r6 + 40]               ; this interface
    r3 = 0
    call 13                         ; send a copy by it
    r0 = 4                          ; take the original, as sent
    exit
pass:
    r0 = -1                         ; go on
    exit
"""


def program(map_fd: int) -> bytes:
    """Its instructions; it needs no map."""
    return assemble(PROGRAM, map_fd)


def attach_request(index: int, device: str, descriptor: int) -> Request:
    """The program at the egress of an interface that has a clsact."""
    options = nested(OPTIONS, u32(DESCRIPTOR, descriptor), attribute(NAME, PROGRAM_NAME.encode() + b"\0"),
                     u32(FLAGS, DIRECT))
    return filter_request(index, EGRESS_FILTERS, 0, (PREFERENCE, ALL), "bpf", options,
                          f"filter add dev {device} egress pref {PREFERENCE} bpf direct-action {PROGRAM_NAME}")
