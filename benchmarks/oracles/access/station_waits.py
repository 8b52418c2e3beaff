"""Waits through the air of a radio cell: exactly, of a station that sends alone; and turns of stations never at rest.

Measured in a virtual lab, with packets that come at random (Poisson) where theory asks for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from statistics import fmean

from benchmarks.oracles.oracle import Oracle
from benchmarks.support import lab
from traffic.sample_files import LOST
from twin.core.units import NS_PER_MS, NS_PER_S, PPM
from twin.jobs.experiment.on_host import Side
from twin.model import Metric
from twin.plan.blueprint import Blueprint
from twin.plan.forwarding.paths import flow_paths
from twin.predict import HopDelay, Prediction, RunPlan, predict, predict_airtime, predict_hop_delays

SECONDS = 6.0
BEGIN = 2 * NS_PER_S
"""From here on, queues that are to be full are."""
DRAWN = 0.05
"""Arrivals and backoffs are drawn: some ten thousand packets, whose waits hang together."""
TURNS = 0.01
ALONE = {"calm-1.small": "one class", "rough-1.fewer": "one frame in twenty damaged",
         "orderly-1.urgent": "the first of two classes", "orderly-1.large": "the second of two classes"}
EVEN = "even-1.drip"
CROWD = tuple(f"crowd-{number}-1.fill" for number in (1, 2, 3))


def oracles() -> Iterator[Oracle]:
    """Waits of those who send alone, then turns of those who contend."""
    blueprint = lab.described("turns")
    side = lab.run(blueprint, SECONDS).side
    paths = flow_paths(blueprint)
    predicted = predict_hop_delays(blueprint, paths)
    busy = {air.cell: (air.low + air.high) / 2 for air in predict_airtime(blueprint, paths)}
    for flow, what in ALONE.items():
        cell = flow.partition("-")[0]
        yield Oracle(f"mean wait for the air of a station alone: {what}, air busy {busy[cell]:.0%}",
                     "M/G/1, Pollaczek and Khinchine; Cobham 1954", _wait(predicted[flow]) / NS_PER_MS,
                     (fmean(lab.packets(side, flow).delays) - _least(predicted[flow])) / NS_PER_MS, DRAWN, "ms")
    delays = lab.packets(side, EVEN).delays
    yield Oracle("longest delay of packets that come evenly to a station alone, each after the one before is done",
                 "D/G/1", _least(predicted[EVEN]) / NS_PER_MS, max(delays) / NS_PER_MS, 1e-3, "ms")
    yield from _crowd(side, blueprint)


def _crowd(side: Side, blueprint: Blueprint) -> Iterator[Oracle]:
    paths = flow_paths(blueprint)
    (interval,) = (cell.access_interval for cell in predict_airtime(blueprint, paths) if cell.cell == "crowd")
    assert interval is not None
    predicted: Mapping[str, Mapping[Metric, Prediction]] = predict(blueprint, paths, RunPlan(seconds=SECONDS))
    gaps = [later - earlier for flow in CROWD for earlier, later in pairwise(_arrived(side, flow))]
    yield Oracle(f"mean time from one turn of a station to its next, {len(CROWD)} stations", "Tinnirello et al. 2010",
                 interval / NS_PER_MS, fmean(gaps) / NS_PER_MS, TURNS, "ms")
    lost = fmean(came == LOST for flow in CROWD for came in lab.packets(side, flow).received)
    expected = fmean(predicted[flow][Metric.LOSS].value or 0.0 for flow in CROWD) / PPM
    yield Oracle("loss of those who offer more than their turns carry, their queues empty at first",
                 "Tinnirello et al. 2010", expected, lost, 0.02)


def _wait(way: tuple[HopDelay, ...]) -> float:
    return sum(delay.wait.mean or 0.0 for delay in way)


def _least(way: tuple[HopDelay, ...]) -> float:
    return sum(delay.fixed + delay.serialization for delay in way)


def _arrived(side: Side, flow: str) -> list[int]:
    """When packets came while all had something to send."""
    return sorted(at for at in lab.packets(side, flow).received if at != LOST and BEGIN <= at < SECONDS * NS_PER_S)
