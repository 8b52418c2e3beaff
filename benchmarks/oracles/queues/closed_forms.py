"""Queues and spans: serialization, propagation, waits by Cobham, bounds by network calculus, shares of a round robin.

Formulas are the project's own functions against figures worked out by hand; the ring is measured in a virtual lab.
"""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.oracles.oracle import Oracle
from benchmarks.support import lab
from twin.core.units import NS_PER_MS
from twin.jobs.experiment.on_host import Side
from twin.judge.figures.span_load import span_loads
from twin.predict.load.max_min_fairness import level
from twin.predict.theory.network_calculus import Server, round_robin_server, strict_server
from twin.predict.theory.queueing import Load, md1_wait, priority_waits, residual, serialization

PRINTED = 5e-4
"""Of figures worked out by hand to four digits."""
EXACT = 1e-6
SECONDS = 4.0
HOPS = 7
TICKS = 2e-3
"""For times of a few microseconds in a lab, in which the clock ticks and each span has a timer."""
US = 1_000
FIBRE = 100e6
IN_SERVICE = ((1500, 100e6, 0.120), (1500, 2.048e6, 5.859375), (1500, 512e3, 23.4375), (1500, 256e3, 46.875),
              (1500, 128e3, 93.75), (1696, 2.048e6, 6.625), (1696, 512e3, 26.5), (1696, 256e3, 53.0),
              (1696, 128e3, 106.0), (689, 128e3, 43.0625), (1518, 100e6, 0.12144), (1538, 100e6, 0.12304))
"""Bytes, bit/s, ms."""


def oracles() -> Iterator[Oracle]:
    """Formulas first, then the ring."""
    for size, rate, theory in IN_SERVICE:
        yield Oracle(f"{size} bytes in service at {rate / 1000:g} kbit/s", "L / C", theory,
                     serialization(size, rate) / NS_PER_MS, EXACT, "ms")
    yield from _waits()
    yield from _calculus()
    yield from _round_robin()
    yield _fair_queueing()
    yield from _ring()


def _waits() -> Iterator[Oracle]:
    packet = serialization(1500, FIBRE)
    theory: float
    for share, theory in ((0.5, 60), (0.8, 240), (0.9, 540)):
        yield Oracle(f"wait at a load of {share:g}, 1500 bytes at 100 Mbit/s", "M/D/1", theory,
                     md1_wait(share, packet) / US, EXACT, "us")
    loads = [Load(share, serialization(size, FIBRE)) for share, size in ((0.1, 238), (0.3, 1394), (0.5, 1538))]
    for number, (theory, computed) in enumerate(zip((53.82, 89.70, 807.33), priority_waits(loads), strict=True), 1):
        yield Oracle(f"wait in class {number} of three, by formula", "Cobham 1954", theory, computed / US, PRINTED,
                     "us")
    yield Oracle("the same in one queue, at 100 Mbit/s", "Pollaczek and Khinchine", 484.40,
                 residual(loads) / (1 - sum(load.share for load in loads)) / US, PRINTED, "us")
    voice, bulk = (serialization(size, 2.048e6) for size in (265, 1696))
    line = [Load(265 * 8 * 50 / 2.048e6, voice), Load(0.85, bulk)]
    yield Oracle("a call's wait beside 85 % of data on 2048 kbit/s of cells", "Cobham 1954", 3.00,
                 priority_waits(line)[0] / NS_PER_MS, 5e-3, "ms")
    yield Oracle("the same in one queue", "Pollaczek and Khinchine", 29.0,
                 residual(line) / (1 - sum(load.share for load in line)) / NS_PER_MS, 5e-3, "ms")


def _calculus() -> Iterator[Oracle]:
    book = "Le Boudec and Thiran 2001"
    server = Server(2e6, 5 * NS_PER_MS)
    yield Oracle("bound of 10 kB at 1 Mbit/s through 2 Mbit/s after 5 ms", book, 45.0,
                 (server.delay(10_000, 1e6) or 0.0) / NS_PER_MS, EXACT, "ms")
    yield Oracle("its backlog", book, 10_625, server.backlog(10_000, 1e6), EXACT, "bytes")
    for calls, theory in ((1, 142.1), (10, 313.4), (100, 2027.0), (500, 9643.0)):
        bound = strict_server(FIBRE, 0, 0, 1538).delay(calls * 238, calls * 95_200) or 0.0
        yield Oracle(f"bound of {calls} calls at once, strict at 100 Mbit/s", book, theory, bound / US, PRINTED, "us")
    second = strict_server(FIBRE, 100 * 238, 100 * 95_200, 1538)
    yield Oracle("rate left below 100 calls", book, 90.48, second.rate / 1e6, EXACT, "Mbit/s")
    yield Oracle("latency left below 100 calls", book, 2240.3, second.latency / US, PRINTED, "us")


def _fair_queueing() -> Oracle:
    """Five hops of 100 Mbit/s at each of which packets of 200 bytes have 96 kbit/s: a packet is late by one of its own
    at each hop but the last, and by the largest of others at all (Parekh and Gallager 1994; Goyal and others 1995)."""
    other = serialization(1538, FIBRE)
    way = Server(96_000, other)
    for _ in range(4):
        way = way.then(Server(96_000, other + serialization(200, 96_000)))
    return Oracle("bound of 200 bytes with 96 kbit/s of five hops, PGPS", "Parekh and Gallager 1994", 83.95,
                  (way.delay(200, 96_000) or 0.0) / NS_PER_MS, PRINTED, "ms")


def _round_robin() -> Iterator[Oracle]:
    whole = Server(FIBRE, 0.0)
    for quantum, latency, part in ((1500, 2280, 1), (3000, 2040, 2), (6000, 1560, 4)):
        server = round_robin_server(whole, quantum, 10_500)
        yield Oracle(f"latency of quantum {quantum} of 10500, DRR", "Stiliadis and Varma 1998", latency,
                     server.latency / US, EXACT, "us")
        yield Oracle(f"share of quantum {quantum} of 10500, DRR", "Shreedhar and Varghese 1995", part / 7,
                     server.rate / FIBRE, EXACT)
    unit = level(100, (10, 100, 100), (20, 30, 50))
    for demand, weight, theory in ((10, 20, 10), (100, 30, 33.75), (100, 50, 56.25)):
        yield Oracle(f"100 shared by weights 20, 30, 50: {demand} asked with {weight}", "max-min water filling", theory,
                     min(demand, weight * unit), EXACT)


def _ring() -> Iterator[Oracle]:
    blueprint = lab.described("opened_ring")
    side = lab.run(blueprint, SECONDS).side
    large, small = (_least(side, f"far-1.{size}") - _least(side, f"near-1.{size}") for size in ("large", "small"))
    fibre = small - HOPS * serialization(238, FIBRE)
    yield Oracle("35 km of fibre, measured", "4.9 us a km", 171.5, fibre / US, TICKS, "us")
    yield Oracle("1538 bytes stored and forwarded by one hop, measured", "L / C", 123.04,
                 (large - HOPS * 4_900 * 5) / HOPS / US, TICKS, "us")
    loads = {(load.span, load.forth): load for load in span_loads(blueprint, side.before, side.after, SECONDS)}
    for span in ("s1-s2", "far-1"):
        rate = loads[span, True].by_class["video"]
        yield Oracle(f"a transport stream of 1.5 Mbit/s on the wire, span {span}", "7 x 188 + 40 bytes, IEEE 802.3",
                     1.5889, rate / 1e6, 3e-3, "Mbit/s")


def _least(side: Side, flow: str) -> int:
    return min(lab.packets(side, flow).delays)
