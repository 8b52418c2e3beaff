"""What carries packets over a span as requests for netem (tc-netem(8)): the medium, and behind it its impairments.

Two qdiscs, one in the other. The outer one is the medium: a packet after the other at the rate, then propagation, and
losses. The inner one delays: with a rate that takes no time, so that jitter keeps the order of packets, as netem does
only where it has a rate. Reordered packets skip the inner one alone: none is faster than light.

A modem with a queue is a third one between the two, since a limit also counts what waits in inner qdiscs. Packets then
propagate before they are sent: it makes no difference to when they arrive, nor to which of them find no room.
"""

from __future__ import annotations

import struct

from twin.core.rtnetlink import CREATE, EXCL, OPTIONS, REPLACE, Request, attribute, nested, u64
from twin.core.units import NS_PER_S, PPM, Rate, Time
from twin.emulation.qdisc.tc_requests import ROOT, QdiscLocation, qdisc, size_table
from twin.model import Impairments
from twin.model.topology import jitter_distributions
from twin.plan.blueprint import LinkDirection

MEDIUM, DELAYER, MODEM = 0x10000, 0x20000, 0x30000
"""Handles: of the outer qdisc 1:, of the inner qdisc 2:, and of a modem with a queue 3:."""
INNER_CLASS = 1
"""The one class of each."""
TABLE, REORDER, LOSS, RATE, RATE_64, LATENCY_64, JITTER_64, SEED = 2, 3, 5, 6, 8, 10, 11, 14
GILBERT_ELLIOTT = 2
INSTANT = 2**62
"""bytes/s: of the inner qdisc; no packet takes a nanosecond."""
EVERY = 2**32 - 1
"""The probability 1."""


def medium(index: int, device: str, carrier: LinkDirection, seed: int, *, change: bool = False) -> Request:
    """The medium of a link direction. What comes from the air of a radio cell has been serialized there; what has a
    modem with a queue is serialized in that."""
    rate, limit = medium_rate(carrier), packets_held(carrier)
    given = carrier.impairments
    options = struct.pack("=6I", 0, limit, chance(given.loss), 0, 0, 0) + _rate(rate // 8)
    options += u64(LATENCY_64, carrier.delay) + u64(SEED, seed)
    bursts = loss_model(given)
    if any(bursts):
        options += nested(LOSS, attribute(GILBERT_ELLIOTT, struct.pack("=4I", *bursts)))
    summary = (f" rate {rate}bit delay {carrier.delay}ns loss {given.loss}ppm gemodel {bursts} limit {limit} "
               f"seed {seed}")
    return qdisc(QdiscLocation(index, device, ROOT, MEDIUM), "netem", attribute(OPTIONS, options),
                 size_table(carrier.layer), summary, REPLACE if change else CREATE | EXCL)


def modem(index: int, device: str, carrier: LinkDirection, *, change: bool = False) -> Request:
    """The modem of a link direction: a FIFO of so many packets, that in transmission included."""
    options = struct.pack("=6I", 0, carrier.queue, 0, 0, 0, 0) + _rate(carrier.rate // 8)
    return qdisc(QdiscLocation(index, device, MEDIUM | INNER_CLASS, MODEM), "netem", attribute(OPTIONS, options),
                 b"", f" rate {carrier.rate}bit limit {carrier.queue}", CREATE | REPLACE if change else CREATE | EXCL)


def delayer(index: int, device: str, carrier: LinkDirection, seed: int, *, change: bool = False) -> Request:
    """The delays of a link direction, also where it has none any more. change: there may be one already."""
    given = carrier.impairments
    limit = delayed_packets(carrier)
    options = struct.pack("=6I", 0, limit, 0, bool(given.reorder), 0, 0) + _rate(INSTANT)
    options += attribute(REORDER, struct.pack("=II", chance(given.reorder), 0))
    options += u64(LATENCY_64, given.delay) + u64(JITTER_64, given.jitter) + u64(SEED, seed)
    values = jitter_distributions.table(given.distribution)
    options += attribute(TABLE, struct.pack(f"={len(values)}h", *values))
    summary = (f" delay {given.delay}ns {given.jitter}ns distribution {given.distribution.value} "
               f"reorder {given.reorder}ppm limit {limit} seed {seed}")
    outer = MODEM if carrier.queue else MEDIUM
    return qdisc(QdiscLocation(index, device, outer | INNER_CLASS, DELAYER), "netem", attribute(OPTIONS, options), b"",
                 summary, CREATE | REPLACE if change else CREATE | EXCL)


def chance(ratio: int) -> int:
    """A ratio in ppm as the kernel takes a probability."""
    return min(ratio * 2**32 // PPM, EVERY)


def loss_model(given: Impairments) -> tuple[int, int, int, int]:
    """The parameters of `loss gemodel` as the kernel takes them: p, r, h, 1-k; zeros without bursts.

    Random loss comes on top in both states."""
    bursts = given.loss_bursts
    if bursts is None:
        return 0, 0, 0, 0
    kept = (PPM - bursts.loss) * (PPM - given.loss) // PPM
    return chance(bursts.begin), chance(bursts.end), chance(kept), chance(given.loss)


def medium_rate(carrier: LinkDirection) -> Rate:
    """bit/s at which the medium serializes, 0 where that has been done or is done by a modem."""
    return Rate(0) if carrier.airtime or carrier.queue else carrier.rate


def packets_held(carrier: LinkDirection) -> int:
    """Packets that a medium may have to hold, with those in a modem's queue."""
    return packets_in_flight(carrier.rate, carrier.delay) + carrier.queue


def packets_in_flight(rate: Rate, delay: Time) -> int:
    """Packets that a medium may have to hold: twice the bandwidth-delay product at the smallest size, and a burst."""
    return 1000 + 2 * (rate * delay // (8 * 60 * NS_PER_S))


def delayed_packets(carrier: LinkDirection) -> int:
    """The same of the delays of a link direction."""
    return packets_in_flight(carrier.rate, Time(round(carrier.impairments.delay_quantile(1.0))))


def _rate(rate: int) -> bytes:
    wide = u64(RATE_64, rate) if rate >= 2**32 else b""
    return attribute(RATE, struct.pack("=IiIi", min(rate, EVERY), 0, 0, 0)) + wide
