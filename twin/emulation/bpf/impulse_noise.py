"""Impulse noise on DSL lines: an eBPF program that drops every packet which a burst hits during its transmission.

It runs where packets enter a line's medium, one at a time at the line's rate: so it knows when the transmission of each
begins and ends, and bursts are times. One burst falls into each period, at a random moment and of a random length
(exponential, a period at most), drawn from the run's seed for PERIODS periods; then they repeat. Bursts that
interleaving corrects are left out.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from twin.core.rtnetlink import OPTIONS, Request, attribute, nested, u32
from twin.core.seeds import stream
from twin.core.units import NS_PER_S
from twin.emulation.bpf.bpf_assembler import assemble
from twin.emulation.interface_layout import Layout
from twin.emulation.qdisc.tc_requests import ALL, INGRESS_HANDLE, filter_request
from twin.plan.blueprint import End, ImpulseNoise, LinkDirection
from twin.plan.blueprint import SpanPlan as Span

KEY = struct.Struct("=I")
"""Of the map: index of the interface by which packets enter the medium."""
HEAD, BURST = struct.Struct("=3Q"), struct.Struct("=2Q")
"""Of a value: the period, ns of a cell, bytes added before a packet is cut into cells; then for each period,
when its burst begins, from the start of the period, and how long it lasts."""
PERIODS = 4096
NEVER = 2**62
"""The beginning of a burst that interleaving corrects."""
NAME, DESCRIPTOR, FLAGS, DIRECT = 7, 6, 8, 1
MAX_PERIODS = 64
"""Most periods in which the program looks for bursts."""

BEGIN = """
    r6 = r1
    r2 = u32[r6 + 40]               ; the interface
    u32[r10 - 4] = r2
    r2 = r10
    r2 += -4
    r1 = map
    call 1                          ; find its noise
    if r0 == 0 goto pass
    r8 = r0
    call 5                          ; the time
    r1 = u64[r8 + 0]
    r7 = r0
    r7 += r1                        ; r7: when the packet starts, a period later than now
    r9 = u32[r6 + 0]
    r2 = u64[r8 + 16]
    r9 += r2
    r9 /= 48
    r2 = u64[r8 + 8]
    r9 *= r2
    r9 += r7                        ; r9: when it has passed
    r3 = r7
    r3 /= r1
    r3 += -1                        ; r3: the period before that in which it starts
"""
LOOK = """
    r4 = r3
    r4 *= r1
    if r4 > r9 goto pass
    r5 = r3
    r5 &= 4095
    r5 <<= 4
    r5 += r8
    r0 = u64[r5 + 24]
    r4 += r0                        ; r4: when its burst begins
    if r4 > r9 goto next{number}
    r0 = u64[r5 + 32]
    r4 += r0
    if r4 >= r7 goto struck
next{number}:
    r3 += 1
"""
END = """
pass:
    r0 = -1                         ; go on
    exit
struck:
    r0 = 2                          ; drop
    exit
"""


def noisy_media(layout: Layout) -> Iterator[tuple[Span, End, LinkDirection, ImpulseNoise]]:
    """The media with impulse noise: span, the end from which packets come, carrier and strikes."""
    for span in layout.blueprint.spans:
        for end, carrier in ((span.a, span.forward), (span.b, span.reverse)):
            if carrier.impulse_noise is not None:
                yield span, end, carrier, carrier.impulse_noise


def assembly(layout: Layout) -> str:
    """The program for the noise of a blueprint: it looks as many periods ahead as a packet can take."""
    most = max(carrier.layer.max_frame_cost * 8 * NS_PER_S // (carrier.rate * strikes.period)
               for _, _, carrier, strikes in noisy_media(layout))
    return BEGIN + "".join(LOOK.format(number=number) for number in range(min(MAX_PERIODS, most + 3))) + END


def program(layout: Layout, map_fd: int) -> bytes:
    """Its instructions; map_fd: the descriptor of its map."""
    return assemble(assembly(layout), map_fd)


def map_entries(layout: Layout, seed: int) -> dict[bytes, bytes]:
    """The map: an entry for each medium with noise."""
    return {KEY.pack(layout.plant[end.medium_device]):
            _map_value(carrier, strikes, f"noise/{span.name}/{end.medium_device}", seed)
            for span, end, carrier, strikes in noisy_media(layout)}


def _map_value(carrier: LinkDirection, strikes: ImpulseNoise, name: str, seed: int) -> bytes:
    random = stream(seed, name)
    bursts = []
    for _ in range(PERIODS):
        begin = random.randrange(strikes.period)
        length = min(round(random.expovariate(1 / strikes.mean)), strikes.period)
        bursts.append(BURST.pack(begin if length > strikes.corrected else NEVER, length))
    cell = 53 * 8 * NS_PER_S // carrier.rate
    return HEAD.pack(strikes.period, cell, carrier.layer.overhead + 47) + b"".join(bursts)


def attach_request(index: int, device: str, descriptor: int) -> Request:
    """The program at the ingress of an interface, before all other filters."""
    options = nested(OPTIONS, u32(DESCRIPTOR, descriptor), attribute(NAME, b"noise\0"), u32(FLAGS, DIRECT))
    return filter_request(index, INGRESS_HANDLE, 0, (1, ALL), "bpf", options,
                          f"filter add dev {device} ingress pref 1 bpf direct-action noise")
