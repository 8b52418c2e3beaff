"""Three-colour markers of bandwidth profiles as an eBPF program: single-rate (RFC 2697) and two-rate (RFC 2698).

It runs where packets leave a line's switch, after the switch has found their class and written its DSCP, and before
they are queued. A packet from a line with a bandwidth profile, in the profile's class, gets its colour as the drop
precedence of its DSCP (AFx1 green, AFx2 yellow, AFx3 red: RFC 2597); the colour that it has on arrival is the one that
a colour-aware marker goes by. Where the switch writes AFx1 on everything the marker is colour-blind.

Buckets are counted in thousand-millionths of a byte, which makes them exact: so many come with each nanosecond as the
rate has bytes a second. The size of a packet is that of its IP packet.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator

from twin.core.rtnetlink import OPTIONS, Request, attribute, nested, u32
from twin.core.units import NS_PER_S
from twin.emulation.bpf.bpf_assembler import assemble
from twin.emulation.qdisc.tc_requests import ALL, QdiscLocation, filter_request, qdisc
from twin.plan.blueprint import ThreeColourMarker

KEY = struct.Struct("=II")
"""Of the map: index of the interface by which a packet came, and the AF class of its mark (its first three bits)."""
STATE = struct.Struct("=12Q")
"""Time of the last packet; the two buckets; rate and size of the first, rate and size of the second, the longest pause
that counts, flags; packets green, yellow and red."""
TWO_RATES, DROPS_RED = 1, 2
CLSACT, CLSACT_HANDLE, EGRESS_FILTERS = 0xFFFFFFF1, 0xFFFF0000, 0xFFFFFFF3
"""clsact: its parent, its handle, and the parent of its egress filters."""
DESCRIPTOR, NAME, FLAGS, DIRECT = 6, 7, 8, 1

PROGRAM = """
    r6 = r1
    r0 = packet16[12]               ; IPv4 only
    if r0 != 0x0800 goto pass
    r0 = packet8[15]
    r7 = r0                         ; the mark in its byte
    r1 = r7
    r1 >>= 3
    r1 &= 3
    if r1 == 0 goto pass            ; no drop precedence: no AF mark
    r2 = u32[r6 + 36]               ; the interface by which it came
    u32[r10 - 8] = r2
    r2 = r7
    r2 &= 0xe0
    u32[r10 - 4] = r2
    r2 = r10
    r2 += -8
    r1 = map
    call 1                          ; find the profile
    if r0 == 0 goto pass
    r8 = r0
    call 5                          ; the time
    r9 = u64[r8 + 0]
    u64[r8 + 0] = r0
    r0 -= r9
    r9 = r0                         ; since the last packet
    r1 = u64[r8 + 56]
    if r9 <= r1 goto fill
    r9 = r1
fill:
    r1 = u64[r8 + 8]                ; r1: first bucket
    r2 = u64[r8 + 24]
    r2 *= r9
    r1 += r2
    r2 = u64[r8 + 32]
    r3 = u64[r8 + 16]               ; r3: second bucket
    r4 = u64[r8 + 64]
    r4 &= 1                         ; r4: whether it has a rate of its own
    if r4 == 1 goto two
    if r1 <= r2 goto second
    r3 += r1                        ; what the first cannot hold
    r3 -= r2
    r1 = r2
    goto second
two:
    if r1 <= r2 goto peak
    r1 = r2
peak:
    r2 = u64[r8 + 40]
    r2 *= r9
    r3 += r2
second:
    r2 = u64[r8 + 48]
    if r3 <= r2 goto size
    r3 = r2
size:
    r9 = u32[r6 + 0]
    r9 -= 14
    r9 *= 1000000000                ; r9: the IP packet
    r2 = r7
    r2 >>= 3
    r2 &= 3                         ; r2: its colour so far
    if r4 == 1 goto peaks
    if r2 != 1 goto excess
    if r1 < r9 goto excess
    r1 -= r9
    goto green
excess:
    if r2 == 3 goto red
    if r3 < r9 goto red
    r3 -= r9
    goto yellow
peaks:
    if r2 == 3 goto red
    if r3 < r9 goto red
    r3 -= r9
    if r2 == 2 goto yellow
    if r1 < r9 goto yellow
    r1 -= r9
green:
    r2 = 1
    r4 = u64[r8 + 72]
    r4 += 1
    u64[r8 + 72] = r4
    goto keep
yellow:
    r2 = 2
    r4 = u64[r8 + 80]
    r4 += 1
    u64[r8 + 80] = r4
    goto keep
red:
    r2 = 3
    r4 = u64[r8 + 88]
    r4 += 1
    u64[r8 + 88] = r4
keep:
    u64[r8 + 8] = r1
    u64[r8 + 16] = r3
    if r2 != 3 goto mark
    r4 = u64[r8 + 64]
    r4 &= 2
    if r4 == 0 goto mark
    r0 = 2                          ; drop
    exit
mark:
    r9 = r7
    r9 &= 0xe7
    r2 <<= 3
    r9 |= r2
    if r9 == r7 goto pass
    u8[r10 - 8] = r9
    r1 = r6
    r2 = 24                         ; the header's checksum
    r3 = r7
    r3 <<= 8
    r4 = r9
    r4 <<= 8
    r5 = 2
    call 11
    r1 = r6
    r2 = 15
    r3 = r10
    r3 += -8
    r4 = 1
    r5 = 0
    call 9
pass:
    r0 = -1                         ; go on
    exit
"""


def program(map_fd: int) -> bytes:
    """The program; map_fd: the descriptor of its map of bandwidth profiles."""
    return assemble(PROGRAM, map_fd)


def map_entry(index: int, marker: ThreeColourMarker) -> tuple[bytes, bytes]:
    """The entry of the map for a line's port: its key, and its buckets full."""
    rates = [marker.rate // 8, marker.second_rate // 8]
    sizes = [marker.burst * NS_PER_S, marker.second_burst * NS_PER_S]
    slowest = min(rate for rate in rates if rate)
    longest = -(-sum(sizes) // slowest)
    flags = (TWO_RATES if marker.second_rate else 0) | (DROPS_RED if marker.drops_red else 0)
    state = STATE.pack(0, *sizes, rates[0], sizes[0], rates[1], sizes[1], longest, flags, 0, 0, 0)
    return KEY.pack(index, marker.dscp << 2 & 0xE0), state


def clsact_requests(devices: Iterable[tuple[int, str]]) -> Iterator[Request]:
    """A clsact qdisc at each interface (index, name), for programs at egress."""
    for index, device in sorted(devices):
        yield qdisc(QdiscLocation(index, device, CLSACT, CLSACT_HANDLE), "clsact", b"", b"", "")


def attach_requests(devices: Iterable[tuple[int, str]], descriptor: int) -> Iterator[Request]:
    """The program at the egress of each interface (index, name)."""
    for index, device in devices:
        options = nested(OPTIONS, u32(DESCRIPTOR, descriptor), attribute(NAME, b"marker\0"), u32(FLAGS, DIRECT))
        yield filter_request(index, EGRESS_FILTERS, 0, (1, ALL), "bpf", options,
                             f"filter add dev {device} egress pref 1 bpf direct-action marker")
