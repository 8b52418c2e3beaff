"""A cell of which all that is sent is known is simulated, frame by frame."""

from __future__ import annotations

from dataclasses import replace
from itertools import accumulate
from random import Random

import pytest

from tests.plan.flows import sending
from tests.predict.radio.cell_simulation import SimulatedStation, simulate
from tests.predict.radio.test_air_waits import network
from twin.core.units import NS_PER_S, Time
from twin.judge.verdicts.feasibility import expectations
from twin.model import Metric
from twin.plan.blueprint import Blueprint, PacketStream, carrying
from twin.plan.forwarding.paths import flow_paths
from twin.predict import Prediction, RunPlan, predict_paths
from twin.predict.delay.simulated_cells import simulated_waits
from twin.predict.load.queue_crossings import crossings
from twin.predict.theory.cell_simulation import CellFlow, CellSimulation, Passing
from twin.predict.theory.dcf_contention import Windows, saturation
from twin.predict.theory.packet_queues import Visit
from twin.predict.theory.packet_simulation import QueueSpec

WINDOWS, SLOT, DIFS = Windows(32, 5, 7), 20e3, 50e3
AIRTIME, ANSWER = 500e3, 250e3
EXCHANGE = DIFS + AIRTIME + ANSWER
ONE = QueueSpec((1e9,), (0.0,))


def passing(station: int, band: int = 0, damaged: float = 0.0) -> Passing:
    """A frame of 200 bytes."""
    return Passing(station, Visit(band, 200.0, AIRTIME, 0.0), ANSWER, damaged)


def arrivals(rate: float, seconds: float, seed: int) -> list[float]:
    """At random."""
    draw = Random(seed)
    return list(accumulate(draw.expovariate(rate) * NS_PER_S for _ in range(int(rate * seconds))))


@pytest.mark.parametrize(("rates", "damaged"), [((100, 100), 0.0), ((300, 60, 60), 0.0), ((200, 100), 0.2)])
def test_it_waits_as_another_simulation_does(rates: tuple[float, ...], damaged: float) -> None:
    """The oracle is written apart; both draw backoffs of their own."""
    times = [arrivals(rate, 60, k) for k, rate in enumerate(rates)]
    cell = CellSimulation([CellFlow(each, (passing(k, damaged=damaged),)) for k, each in enumerate(times)],
                          [ONE] * len(rates), WINDOWS, (SLOT, DIFS), Random(1))
    stations = [SimulatedStation(each, EXCHANGE, damaged) for each in times]
    simulate(stations, WINDOWS, SLOT, 2)
    for outcome, station in zip(cell.run(), stations, strict=True):
        waits = [sojourn - ANSWER - AIRTIME for sojourn in station.sojourns]
        (mine,) = outcome.waits
        assert outcome.lost == station.dropped == 0 and len(mine) == len(waits)
        assert sum(mine) / len(mine) == pytest.approx(sum(waits) / len(waits) - DIFS, rel=0.1)


def test_saturated_stations_share_as_bianchi_and_tinnirello_say() -> None:
    """Three that always have a frame."""
    flows = [CellFlow([0.0] * 6000, (passing(k),)) for k in range(3)]
    cell = CellSimulation(flows, [ONE] * 3, WINDOWS, (SLOT, DIFS), Random(4))
    longest = max(max(outcome.waits[0]) for outcome in cell.run())
    assert 18_000 * NS_PER_S / longest == pytest.approx(saturation(3, WINDOWS, SLOT, EXCHANGE).frames, rel=0.02)


def test_strict_bands_and_full_queues_are_those_of_the_station() -> None:
    """Two frames at once: the strict one goes first, the third finds no room; a chain sends both on."""
    spec = QueueSpec((1e9, 200.0), (0.0, 1500.0))
    flows = [CellFlow([1e6, 1e6 + 1, 1e6 + 2], (passing(0, band=1),)),
             CellFlow([1e6 + 3], (passing(0), passing(1)))]
    late, strict = CellSimulation(flows, [spec, ONE], WINDOWS, (SLOT, DIFS), Random(1)).run()
    assert late.lost == 1 and len(late.waits[0]) == 2
    assert strict.waits[0][0] < late.waits[0][1] and len(strict.waits[1]) == 1


def predicted(blueprint: Blueprint, flow: str) -> dict[Metric, Prediction]:
    """In 20 s."""
    paths = tuple(predict_paths(blueprint, flow_paths(blueprint), RunPlan(seconds=20)))
    return expectations(blueprint, paths)[flow]


def test_calls_of_a_calm_cell_get_figures_near_each_other() -> None:
    """Mean delay as one value, R and MOS within little of the best, where bounds alone say next to nothing."""
    prediction = predicted(network("8", "11 Mbit/s", close="call, down, up", away="call"), "close-1.call.up")
    assert prediction[Metric.MEAN_DELAY].value is not None
    rating, variation = prediction[Metric.R_FACTOR], prediction[Metric.DELAY_VARIATION]
    assert rating.low is not None and rating.low > 70 and variation.high is not None and variation.high < 30e6


def test_overload_is_told_for_a_whole_run_only() -> None:
    """What exceeds the air fills queues first: a run too long to simulate is not predicted by its beginning."""
    blueprint = network("400")
    met = crossings(blueprint, flow_paths(blueprint))
    short = simulated_waits(blueprint, met, RunPlan(seconds=15))
    assert max(wait.lost for wait in short.values()) > 0.05
    assert not simulated_waits(blueprint, met, RunPlan(seconds=900))


def test_nothing_is_simulated_beside_tcp_or_without_contention() -> None:
    """TCP does as the network lets it; one station alone has closed forms."""
    for blueprint in (network("8", close="call, download", away="down, up"), network("8", close="down", away="down")):
        assert not simulated_waits(blueprint, crossings(blueprint, flow_paths(blueprint)), RunPlan(seconds=10))


def test_a_simulation_has_few_frames() -> None:
    """However much is asked for: faster flows are simulated for less long, and not at all for less than three seconds.
    """
    blueprint = network("8")
    fast = replace(blueprint, flows=tuple(sending(flow, interval=Time(sent.interval // 900))
                                          for flow, sent in carrying(PacketStream, blueprint.flows)))
    assert not simulated_waits(fast, crossings(fast, flow_paths(fast)), RunPlan(seconds=60))
