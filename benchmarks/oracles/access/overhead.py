"""What packets cost on the wire: calls, transport streams and TCP at each layer, and what a DSL line carries of them.

All by the functions that plan and predict, against published tables and cells counted by hand.
"""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.oracles.oracle import Oracle
from twin.core.units import NS_PER_S, Time
from twin.model import Encapsulation
from twin.model.traffic_profiles import IP_UDP, RTP, TS_PAYLOAD
from twin.plan.blueprint import LinkLayer
from twin.plan.blueprint.layers import ETHERNET_WIRE, HEADER
from twin.predict.theory.goodput import PLAIN_PAYLOAD, RTP_OVERHEAD, tcp_goodput, wire_rate

PRINTED = 5e-4
"""Figures that are printed with four digits; some with three."""
THREE_DIGITS = 2e-3
IP, ETHERNET, TAGGED = LinkLayer(overhead=-HEADER), LinkLayer(overhead=4), LinkLayer(overhead=8)
"""Ethernet with its FCS, and with the tag of IEEE 802.1Q as well."""
TABLE, CELLS = "Ethernet, IEEE 802.1Q, preamble and gap", "tc-stab(8): cells of 53 bytes for 48"
CALLS = (
    ("G.711, 20 ms", 160, 20, (80.0, 87.2, 88.8, 95.2, 106.0, 106.0)),
    ("G.711, 10 ms", 80, 10, (96.0, 110.4, 113.6, 126.4, 127.2, 169.6)),
    ("G.711, 30 ms", 240, 30, (74.67, 79.47, 80.53, 84.8, 98.9, 98.9)),
    ("G.729, 20 ms", 20, 20, (24.0, 31.2, 32.8, 39.2, 42.4, 63.6)),
    ("G.723.1, 30 ms", 24, 30, (17.07, 21.87, 22.93, 27.2, 28.27, 42.4)),
)
"""Speech in a packet: bytes, ms; kbit/s of IP, Ethernet, with a tag, with preamble and gap, PPPoA (VC), PPPoE (LLC)."""
STREAMS = (
    (1.5, 142.477, (1.5456, 1.5661, 1.5889, 1.7519)), (2.0, 189.970, (2.0608, 2.0881, 2.1185, 2.3359)),
    (3.0, 284.954, (3.0912, 3.1322, 3.1778, 3.5038)), (3.5, 332.447, (3.6064, 3.6543, 3.7074, 4.0878)),
    (3.75, 356.193, (3.8640, 3.9153, 3.9723, 4.3797)), (5.0, 474.924, (5.1520, 5.2204, 5.2964, 5.8397)),
)
"""Mbit/s of a transport stream; packets/s; Mbit/s of IP, Ethernet, with preamble and gap, PPPoA (VC)."""
LINE, UPLINK = 2_048_000, 128_000


def cells(kind: Encapsulation) -> LinkLayer:
    """The layer of a DSL line."""
    return LinkLayer(overhead=kind.overhead - HEADER, atm=True)


PPPOA, PPPOE, IPOA = (cells(kind) for kind in (Encapsulation.PPPOA_VC, Encapsulation.PPPOE_LLC,
                                                Encapsulation.IPOA_VC))


def oracles() -> Iterator[Oracle]:
    """Calls, streams, packets in cells, and what a line of 2048/128 kbit/s has room for."""
    for name, payload, ms, kbits in CALLS:
        for layer, what, theory in zip((IP, ETHERNET, TAGGED, ETHERNET_WIRE, PPPOA, PPPOE), (
                "IP", "Ethernet", "tagged Ethernet", "Ethernet's wire", "cells, PPPoA", "cells, PPPoE"), kbits,
                strict=True):
            yield Oracle(f"call of {name}: {what}", CELLS if layer.atm else TABLE, theory,
                         wire_rate(payload + RTP_OVERHEAD, ms * 1_000_000, layer) / 1000, PRINTED, "kbit/s")
    for rate, packets, mbits in STREAMS:
        interval = TS_PAYLOAD * 8 * NS_PER_S / (rate * 1e6)
        yield Oracle(f"stream of {rate:g} Mbit/s: packets", "7 x 188 bytes", packets, NS_PER_S / interval, PRINTED,
                     "/s")
        for layer, what, theory in zip((IP, ETHERNET, ETHERNET_WIRE, PPPOA), (
                "IP", "Ethernet", "Ethernet's wire", "cells, PPPoA"), mbits, strict=True):
            yield Oracle(f"stream of {rate:g} Mbit/s: {what}", CELLS if layer.atm else TABLE, theory,
                         wire_rate(TS_PAYLOAD + RTP_OVERHEAD, Time(round(interval)), layer) / 1e6, PRINTED, "Mbit/s")
    yield from _packets()
    yield from _room()


def _packets() -> Iterator[Oracle]:
    theory: float
    for what, layer, size, theory in (
            ("100 bytes, the manual's own example", LinkLayer(atm=True), 100, 159),
            ("1492 bytes, PPPoE (LLC)", PPPOE, 1492, 1696), ("1500 bytes, PPPoA (VC)", PPPOA, 1500, 1696),
            ("1500 bytes, PPPoE (LLC): why its MTU is 1492", PPPOE, 1500, 1749),
            ("40 bytes, PPPoA (VC)", PPPOA, 40, 106), ("40 bytes, IPoA (VC)", IPOA, 40, 53),
            ("576 bytes, PPPoA (VC)", PPPOA, 576, 689)):
        frame = size if layer.overhead == 0 else size + HEADER
        yield Oracle(f"in cells: {what}", CELLS, theory, layer.cost(frame), 0, "bytes")
    for layer, name, packet, rate, theory in (
            (PPPOA, "PPPoA", 1500, LINE, 1763.0), (PPPOE, "PPPoE", 1492, LINE, 1753.4),
            (PPPOA, "PPPoA", 1500, UPLINK, 110.2), (PPPOE, "PPPoE", 1492, UPLINK, 109.6)):
        payload = PLAIN_PAYLOAD - (1500 - packet)
        yield Oracle(f"TCP without time stamps on {rate // 1000} kbit/s, {name}", CELLS, theory,
                     tcp_goodput(rate, layer, payload, packet) / 1000, PRINTED, "kbit/s")


def _room() -> Iterator[Oracle]:
    """The largest stream that a line carries; what a stream and a call leave; calls beside a download, from there."""
    packet = IP_UDP + RTP + TS_PAYLOAD + HEADER
    for layer, name, theory in ((PPPOA, "PPPoA", 1.7535), (PPPOE, "PPPoE", 1.6951)):
        yield Oracle(f"largest stream on 2048 kbit/s, {name}", CELLS, theory,
                     LINE * TS_PAYLOAD / layer.cost(packet) / 1e6, PRINTED, "Mbit/s")
    call, stream = wire_rate(200, 20_000_000, PPPOA), 1.5e6 * PPPOA.cost(packet) / TS_PAYLOAD
    left = LINE - call - stream
    for what, theory, measured in (("cells", 190, left), ("IP", 168, left * 1500 / PPPOA.cost(1500 + HEADER))):
        yield Oracle(f"left beside a stream of 1.5 Mbit/s and a call: {what}", CELLS, theory, measured / 1000,
                     THREE_DIGITS, "kbit/s")
    segments = tcp_goodput(LINE, PPPOA, PLAIN_PAYLOAD) / (PLAIN_PAYLOAD * 8)
    answers = segments / 2 * PPPOA.cost(40 + HEADER) * 8
    for name, size, theory in (("G.711", 200, 170), ("G.729", 60, 106)):
        demand = wire_rate(size, 20_000_000, PPPOA) + answers
        yield Oracle(f"a call of {name} and the answers to a full download, of 128 kbit/s up", CELLS, theory,
                     demand / 1000, 4e-3, "kbit/s")
