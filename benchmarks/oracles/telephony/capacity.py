"""Capacity of a territory: circuits in the busy hour, what they take of a ring, channels and lines that it carries."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.oracles.oracle import Oracle
from twin.core.units import NS_PER_S, Rate, Time
from twin.judge.statistics.distributions import binomial
from twin.model import Codec
from twin.plan.blueprint import LinkLayer
from twin.plan.blueprint.layers import ETHERNET_WIRE, HEADER
from twin.plan.demand.erlang import circuits_for
from twin.predict.theory.goodput import RTP_OVERHEAD, calls_on, wire_rate

RING = Rate(100_000_000)
HOMES, BUSINESSES, AT_HOME, AT_WORK = 33_000, 5_000, 0.05, 0.2
"""Who there is, and erlang of each in the busy hour (assumed)."""
CIRCUITS = ((0.05, 151), (0.1, 288), (0.2, 557), (0.3, 824), (1.0, 2675))
TAKE_UP = (13.2, 25.1, 48.6, 71.9)
"""Mbit/s of Ethernet that the first four take."""
ACTIVE = ((100, 0.1, 20), (1000, 0.05, 73), (1000, 0.02, 35), (3300, 0.02, 92))
"""Lines, the chance that one is active, and how many are active at a time but for one time in a thousand."""
CHANNELS = ((1.5, 62), (2.0, 47), (3.0, 31), (3.5, 26))
"""Mbit/s of a transport stream, and how many fit the ring by unicast."""
TS_PAYLOAD = 1316


def oracles() -> Iterator[Oracle]:
    """Computed by the functions that plan and predict."""
    theory: float
    for part, theory in CIRCUITS:
        demand = part * (HOMES * AT_HOME + BUSINESSES * AT_WORK)
        yield Oracle(f"circuits for {demand:g} E at 1 %", "Erlang B", theory, circuits_for(demand, 0.01), 1 / theory)
    call = wire_rate(Codec.G711.payload + RTP_OVERHEAD, Codec.G711.interval, ETHERNET_WIRE)
    yield Oracle("a G.711 call on the wire", "headers, preamble and gap", 95.2, call / 1000, 1e-9, "kbit/s")
    yield Oracle("all circuits of the territory on the wire", "Erlang B, headers", 254.7, 2675 * call / 1e6, 1e-3,
                 "Mbit/s")
    yield Oracle("G.711 calls that 100 Mbit/s carry one way", "headers, preamble and gap", 1050,
                 calls_on(RING, ETHERNET_WIRE, Codec.G711), 0)
    for (part, circuits), theory in zip(CIRCUITS, TAKE_UP, strict=False):
        each = wire_rate(Codec.G711.payload + RTP_OVERHEAD, Codec.G711.interval, LinkLayer(overhead=4))
        yield Oracle(f"{circuits} circuits of G.711, a take-up of {part:.0%}", "Ethernet with FCS", theory,
                     circuits * each / 1e6, 5e-3, "Mbit/s")
    yield Oracle("all circuits of the territory by G.729", "Ethernet with FCS", 83.5,
                 2675 * wire_rate(60, Codec.G729.interval, LinkLayer(overhead=4)) / 1e6, 1e-3, "Mbit/s")
    for lines, chance, theory in ACTIVE:
        least = next(k for k in range(lines) if 1 - binomial(k, lines, chance) <= 1e-3)
        yield Oracle(f"active at a time of {lines} lines that are so {chance:.0%} of the time", "binomial, 0.1 %",
                     theory, least, 0)
    yield Oracle("20 channels of 3.5 Mbit/s on fibre", "headers, preamble and gap", 74.1,
                 20 * 3.5 * ETHERNET_WIRE.cost(TS_PAYLOAD + RTP_OVERHEAD + HEADER) / TS_PAYLOAD, 1e-3, "Mbit/s")
    for rate, theory in CHANNELS:
        interval = Time(round(TS_PAYLOAD * 8 * NS_PER_S / (rate * 1e6)))
        stream = wire_rate(TS_PAYLOAD + RTP_OVERHEAD, interval, ETHERNET_WIRE)
        yield Oracle(f"streams of {rate:g} Mbit/s in 100 Mbit/s", "7 x 188 + 40 bytes, IEEE 802.3", theory,
                     int(RING // stream), 0)
