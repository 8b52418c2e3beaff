"""Waits under each policy, the pace of CoDel's drops, and packets on the wire: measured in the virtual lab.

benchmarks/networks/delays.yaml: a call beside more than its line carries. benchmarks/networks/policies.yaml: CoDel,
and packets of htb.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import fmean

from benchmarks import voice_theory
from benchmarks.oracles.oracle import Oracle
from benchmarks.support import lab
from traffic.sample_files import LOST
from twin.core.units import NS_PER_MS, NS_PER_S
from twin.jobs.experiment.on_host import Side
from twin.model.yaml import load
from twin.plan import plan
from twin.plan.blueprint import Blueprint
from twin.plan.qos.policies import named

SECONDS = 20.0
RATE, CALL, FULL = 512_000, 214, 1514
FIRST = ("strict", "htb-40", "hfsc-40", "hfsc-curve")
"""Policies under which the call waits for the packet in service and for nothing else."""
BOUNDS = {"hfsc-20": (5 * CALL + FULL) * 8 * NS_PER_S / RATE, "drr": (4 * FULL + 2 * CALL) * 8 * NS_PER_S / RATE}
"""Policies under which it may wait for more, and the stay that theory allows, ns: its packet at a fifth of the line's
rate and one of the other class; and the latency of deficit round robin, (3F - 2q) / C, and its packet at half of it."""
NEWTON = (100.0, 50.0, 56.25, 48.78, 44.15)
"""Gaps between drops (ms) as fq_codel computes 100 / sqrt(count): one step of Newton's method for each drop, which is
far from the root at first. CAKE computes the root."""
WIRE = 1538 * 8 / 10
"""µs of a full packet on the wire at 10 Mbit/s."""


def oracles() -> Iterator[Oracle]:
    """Waits of a call, gaps between drops, gaps between packets."""
    yield from _waits()
    yield from _line()


def _waits() -> Iterator[Oracle]:
    network = load(lab.NETWORKS / "delays.yaml")
    names = (*FIRST, *BOUNDS)
    built = [plan(network, named(network, name)) for name in names]
    pairs = [side for at in range(0, len(built), 2) for side in lab.side_by_side(built[at:at + 2], SECONDS)]
    stays = {name: _stays(*pair) for name, pair in zip(names, zip(built, pairs, strict=True), strict=True)}
    service, residual = CALL * 8 * NS_PER_S / RATE, FULL * 8 * NS_PER_S / RATE
    for name in FIRST:
        yield Oracle(f"{name}: mean stay of a call in a full line", "half a packet in service: L / 2C",
                     (service + residual / 2) / NS_PER_MS, fmean(stays[name]) / NS_PER_MS, 0.004, "ms")
        yield Oracle(f"{name}: longest stay", "one packet in service: L / C", (service + residual) / NS_PER_MS,
                     max(stays[name]) / NS_PER_MS, 0.001, "ms")
    for name, allowed in BOUNDS.items():
        beyond = max(0.0, max(stays[name]) - allowed)
        yield Oracle(f"{name}: longest stay beyond the bound of {allowed / NS_PER_MS:.4g} ms",
                     "Stoica, Zhang and Ng 1997; Stiliadis and Varma 1998", 0.0, beyond / NS_PER_MS, 0.001, "ms")


def _stays(blueprint: Blueprint, side: Side) -> list[float]:
    """How long each packet of the call was before its line and on it, ns."""
    (call,) = (flow for flow in blueprint.flows if flow.name.endswith("call.down"))
    around = sum(voice_theory.around(blueprint, call))
    return [delay - around for delay in lab.packets(side, call.name).delays]


def _line() -> Iterator[Oracle]:
    network = load(lab.NETWORKS / "policies.yaml")
    kept = [lab.only(plan(network, named(network, name)), ["ask-a-bit-more"]) for name in ("controlled", "caked")]
    htb = lab.only(plan(network, named(network, "water-filling")), ["ask-all", "ask-more", "ask-much"])
    codel, cake, busy = lab.side_by_side([*kept, htb], 2.0)
    for k, (theory, gap) in enumerate(zip(NEWTON, _gaps(codel), strict=False), 1):
        yield Oracle(f"fq_codel: gap {k} between drops", "one step of Newton for 100 / sqrt(k)", theory, gap, 0.025,
                     "ms")
    for k, gap in enumerate(_gaps(cake)[1:6], 3):
        yield Oracle(f"CAKE: gap {k - 1} between drops", f"RFC 8289: 100 / sqrt({k})", 100 / k**0.5, gap, 0.025, "ms")
    arrivals = sorted(at for name in busy.samples for at in lab.packets(busy, name).received if at != LOST)
    least = min(b - a for a, b in pairwise(arrivals)) / 1000
    yield Oracle("htb: least gap between packets of three classes",
                 "serialization of 1538 bytes at 10 Mbit/s; the one before up to 500 ns late", WIRE, least, 0.0005,
                 "µs")


def _gaps(side: Side) -> list[float]:
    """Between drops of the one flow, ms: each shows by the packet that leaves in place of the one dropped."""
    received: Sequence[int] = lab.packets(side, "end-1.ask-a-bit-more").received
    shown = [following for at, following in pairwise(received) if at == LOST and following != LOST]
    return [(b - a) / NS_PER_MS for a, b in pairwise(shown)]
