"""Duplication of packets: an eBPF program where packets arrive at a span's end, which takes some of them twice; pure.

Behind the medium: a copy takes none of the span's rate, and arrives right after its packet. (netem would send copies
through the medium again, and the kernel refuses a qdisc that duplicates beside another netem.)

Which packets come twice is drawn by a linear congruential generator (Knuth, The Art of Computer Programming 2, 3.3.4,
of 64 bits, whose upper half is used), from the run's seed.
"""

from __future__ import annotations

import struct

from twin.core.rtnetlink import CREATE, OPTIONS, Request, attribute, nested, u32
from twin.core.units import PPM, Ratio
from twin.emulation.bpf.bpf_assembler import assemble
from twin.emulation.bpf.three_colour_marker import CLSACT, CLSACT_HANDLE, DESCRIPTOR, DIRECT, FLAGS, NAME
from twin.emulation.qdisc import tc_requests
from twin.emulation.qdisc.tc_requests import ALL, QdiscLocation

PROGRAM_NAME = "duplicator"
INGRESS_FILTERS = 0xFFFFFFF2
"""The parent of the ingress filters of a clsact."""
DELETE_FILTER = 45
KEY = struct.Struct("=I")
STATE = struct.Struct("=4Q")
"""Of the map's one entry: below which number, of 32 bits, a packet comes twice; the generator's state, factor and
increment."""
FACTOR, INCREMENT = 6364136223846793005, 1442695040888963407

PROGRAM = """
    r6 = r1
    r1 = u32[r6 + 8]                ; the mark, which nothing else sets here
    if r1 == 1 goto copy
    r1 = 0
    u32[r10 - 4] = r1
    r2 = r10
    r2 += -4
    r1 = map
    call 1
    if r0 == 0 goto pass
    r1 = u64[r0 + 8]
    r2 = u64[r0 + 16]
    r1 *= r2
    r2 = u64[r0 + 24]
    r1 += r2
    u64[r0 + 8] = r1
    r1 >>= 32
    r2 = u64[r0 + 0]
    if r1 >= r2 goto pass
    r1 = 1
    u32[r6 + 8] = r1
    r1 = r6
    r2 = u32[r6 + 40]               ; this interface
    r3 = 1
    call 13                         ; let a marked copy arrive by it
copy:
    r1 = 0
    u32[r6 + 8] = r1
pass:
    r0 = -1                         ; go on
    exit
"""


def program(map_fd: int) -> bytes:
    """Its instructions; map_fd: the descriptor of its map."""
    return assemble(PROGRAM, map_fd)


def map_entries(ratio: Ratio, seed: int) -> dict[bytes, bytes]:
    """The map of one end: how many of its packets come twice. seed: of 64 bits."""
    return {KEY.pack(0): STATE.pack(ratio * 2**32 // PPM, seed, FACTOR, INCREMENT)}


def attach_requests(index: int, device: str, descriptor: int) -> tuple[Request, Request]:
    """The program at the ingress of an interface, which may have a clsact already."""
    clsact = tc_requests.qdisc(QdiscLocation(index, device, CLSACT, CLSACT_HANDLE), "clsact", b"", b"", "", CREATE)
    options = nested(OPTIONS, u32(DESCRIPTOR, descriptor), attribute(NAME, PROGRAM_NAME.encode() + b"\0"),
                     u32(FLAGS, DIRECT))
    return clsact, tc_requests.filter_request(
        index, INGRESS_FILTERS, 0, (1, ALL), "bpf", options,
        f"filter add dev {device} ingress pref 1 bpf direct-action {PROGRAM_NAME}")


def detach_request(index: int, device: str) -> Request:
    """No packet comes twice any more."""
    place = tc_requests.tc(index, INGRESS_FILTERS, 0, 1 << 16 | tc_requests.network_order(ALL))
    return Request(DELETE_FILTER, 0, place, f"filter del dev {device} ingress pref 1")
