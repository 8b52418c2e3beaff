"""How busy the air is: by what is asked for, by what its spaces leave, and by contention of stations never at rest."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from benchmarks.support.lab import only
from tests.in_lab.places import NETWORKS
from tests.plan.flows import sending
from twin.core.units import NS_PER_S, Ratio, Time
from twin.judge.verdicts.feasibility import Feasibility
from twin.judge.verdicts.planned_performance import planned_performance
from twin.model import Metric
from twin.model.yaml import load
from twin.plan import plan
from twin.plan.blueprint import Blueprint, PacketStream, carrying
from twin.plan.forwarding.paths import flow_paths
from twin.predict import AirtimePrediction, PathPrediction, RunPlan, predict_airtime, predict_paths
from twin.predict.figures.by_flow import figures
from twin.predict.theory.dcf_contention import Windows, alone, saturation
from twin.predict.theory.queueing import md1_wait

NETWORK = NETWORKS / "air.yaml"
UNEQUAL = Path(__file__).parents[1] / "networks" / "unequal-stations.yaml"
FULL, CALL = 1514, 214
"""Bytes of the frames of floods and calls."""


def airtime(
    *workloads: str, flows: tuple[str, ...] = (), faster: int = 1, damaged: int | None = None
) -> AirtimePrediction:
    """The prediction for the cell of air.yaml under the load of some workloads, or flows of them."""
    blueprint = only(plan(load(NETWORK)), workloads)
    kept = [sending(flow, interval=Time(sent.interval // faster))
            for flow, sent in carrying(PacketStream, blueprint.flows) if not flows or flow.name in flows]
    (cell,) = blueprint.cells
    if damaged is not None:
        cell = replace(cell, hop_directions=tuple(replace(way, frame_errors=Ratio(damaged))
                                                  for way in cell.hop_directions))
    blueprint = replace(blueprint, flows=tuple(kept), cells=(cell,))
    (predicted,) = predict_airtime(blueprint, flow_paths(blueprint))
    return predicted


def taken(blueprint: Blueprint, span: str, forward: bool, frame: int) -> float:
    """ns of a frame with its acknowledgement."""
    (way,) = (way for cell in blueprint.cells for way in cell.hop_directions
              if (way.span, way.forward) == (span, forward))
    return way.airtime.of(frame) + way.ack_time


def test_calm_air_is_busy_for_the_frames_that_are_asked_for() -> None:
    """A call of 50 frames a second each way, in frames of 214 bytes; spaces and backoffs are not busy."""
    blueprint = plan(load(NETWORK))
    cell = airtime("call", flows=("near-1.call.down", "near-1.call.up"))
    each = sum(taken(blueprint, "east-uplink", forward, CALL) for forward in (True, False))
    assert cell.low == cell.high == pytest.approx(50 * each / NS_PER_S)
    assert cell.collision_probability is None


def test_random_packets_are_more_or_fewer_by_chance() -> None:
    """Four standard deviations to either side: of 333 a second, in a minute a tenth as much as in 0.6 s."""
    blueprint = only(plan(load(NETWORK)), ["give"])
    flows = tuple(sending(flow, random=True) for flow, _ in carrying(PacketStream, blueprint.flows))
    blueprint = replace(blueprint, flows=flows)
    ranges = []
    for seconds in (60.0, 0.6):
        (cell,) = predict_airtime(blueprint, flow_paths(blueprint), seconds)
        ranges.append(cell.high - cell.low)
    each = taken(blueprint, "east-uplink", False, FULL) / NS_PER_S
    assert ranges[0] == pytest.approx(8 * each * (4e6 / 12e3 / 60) ** 0.5)
    assert ranges[1] == pytest.approx(10 * ranges[0])


def test_damaged_frames_take_the_air_again() -> None:
    """Of every ten attempts one fails: 1 / 0.9 for each frame."""
    calls = ("poor-1.call.down", "poor-1.call.up")
    clean, dirty = (airtime("call", flows=calls, damaged=part).low for part in (0, 100_000))
    assert dirty == pytest.approx(clean / 0.9)


def test_full_air_leaves_at_least_the_spaces_between_frames() -> None:
    """Mixed frames, a chain and TCP have no closed form: DIFS before the longest of them bounds the rest; at
    the least it is busy for seven tenths of what would fit without collisions."""
    blueprint = plan(load(NETWORK))
    cell = airtime("call", "fetch", "give")
    longest = max(taken(blueprint, way.span, way.forward, FULL) for way in blueprint.cells[0].hop_directions)
    assert cell.low == pytest.approx(0.7 * 0.8, abs=0.05) and cell.collision_probability is None
    assert cell.high == pytest.approx(longest / (longest + blueprint.cells[0].difs))


def test_one_station_that_always_sends_collides_with_nobody() -> None:
    """DIFS and the mean backoff of 15.5 slots are all that is left of the time."""
    blueprint = plan(load(NETWORK))
    busy, (cell,) = taken(blueprint, "east-uplink", False, FULL), blueprint.cells
    air = airtime("give", faster=2)
    assert air.collision_probability == pytest.approx(0)
    assert air.low == air.high == pytest.approx(busy / (busy + cell.difs + 15.5 * cell.slot), rel=0.02)


def test_no_station_counts_as_full_that_asks_for_less_than_its_share() -> None:
    """4 Mbit/s of some 6."""
    assert airtime("give").collision_probability is None


@pytest.mark.parametrize("stations", [1, 2, 5, 10])
def test_the_parts_of_saturation_fit_together(stations: int) -> None:
    """Attempts that do not collide are the frames brought through; more stations leave less idle air."""
    solution = saturation(stations, Windows(32, 5, 7), 20e3, 1.6e6)
    alone = solution.frames * 1.6e6 / NS_PER_S
    assert alone - 1e-9 <= solution.taken <= alone / (1 - solution.failed) + 1e-9
    assert (solution.failed < 1e-9) is (stations == 1)


@given(some.floats(1e4, 1e7), some.floats(0.01, 0.95))
def test_without_chance_a_station_alone_is_a_line(exchange: float, load_: float) -> None:
    """No backoff and no damage: M/D/1."""
    hold = alone(Windows(1, 0, 7), 20e3, exchange)
    assert (hold.mean, hold.longest, hold.retransmission) == (exchange, exchange, 0)
    assert load_ * hold.square / exchange / (2 * (1 - load_)) == pytest.approx(md1_wait(load_, exchange))


def test_damage_holds_a_station_for_longer_backoffs() -> None:
    """Two attempts at most, half of them damaged: 1 or 2 exchanges, 15.5 slots after the last and 31.5 between."""
    hold = alone(Windows(32, 5, 1), 20e3, 1e6, 0.5)
    assert hold.mean == pytest.approx(1.5 * 1e6 + 15.5 * 20e3 + 0.5 * 31.5 * 20e3)
    assert hold.longest == pytest.approx(2 * 1e6 + (31 + 63) * 20e3)
    assert hold.retransmission == pytest.approx((1e6 + 31.5 * 20e3) / 3)


def one_way(*flows: str, random: bool | None = None) -> dict[str, PathPrediction]:
    """The path_predictions of flows of air.yaml that all leave one station, once over the air."""
    blueprint = plan(load(NETWORK))
    kept = tuple(flow if random is None else sending(flow, random=random)
                 for flow in blueprint.flows if flow.name in flows)
    blueprint = replace(blueprint, flows=kept)
    return {path.flow.name: path for path in predict_paths(blueprint, flow_paths(blueprint))}


def waited(path: PathPrediction) -> float | None:
    """The mean wait for the air."""
    (delay,) = (delay for delay in path.hop_delays if delay.hop.span == "east-uplink")
    return delay.wait.mean


def test_a_station_alone_waits_as_theory_says() -> None:
    """Pollaczek and Khinchine for packets at random; evenly, none waits, and the largest delay is known; where another
    station sends too, nothing is."""
    flow = "near-1.give"
    (cell,) = plan(load(NETWORK)).cells
    hold = alone(Windows(32, 5, 7), cell.slot, cell.difs + taken(plan(load(NETWORK)), "east-uplink", False, FULL))
    rate = 4e6 / (1500 * 8) / NS_PER_S
    random, even = (one_way(flow, random=kind)[flow] for kind in (True, False))
    assert waited(random) == pytest.approx(rate * hold.square / 2 / (1 - rate * hold.mean))
    assert waited(even) == 0 and figures(even, False)[Metric.MAX_DELAY].high is not None
    assert waited(one_way(flow, "near-1.call.down")[flow]) is None


def test_who_asks_for_more_than_its_turns_loses_the_rest() -> None:
    """One station that offers 8 Mbit/s, of 6.2 that are its own; what fills its queue is not lost."""
    blueprint = only(plan(load(NETWORK)), ["give"])
    blueprint = replace(blueprint, flows=tuple(
        sending(flow, interval=Time(sent.interval // 2)) for flow, sent in carrying(PacketStream, blueprint.flows)))
    (path,) = predict_paths(blueprint, flow_paths(blueprint))
    (air,) = predict_airtime(blueprint, flow_paths(blueprint))
    assert air.access_interval is not None and path.offered is not None
    lost = figures(path, False)[Metric.LOSS].value
    carried = path.offered * (1 - lost / 1e6) if lost is not None else 0.0
    assert NS_PER_S / air.access_interval < carried < 1.01 * NS_PER_S / air.access_interval


@pytest.mark.parametrize(("flow", "lost"), [
    ("la0-1.slow", 0.814), ("la2-1.slow", 0.831), ("lp0-1.seven", 0.879), ("lp1-1.seven", 0.888),
    ("ld0-1.fast", 0.678)])
def test_unequal_stations_lose_what_their_turns_leave(flow: str, lost: float) -> None:
    """In 8 s, at 11 and 1 Mbit/s: as many turns for each, fewer than the slow one has alone; what waits at the end is
    not lost."""
    blueprint = plan(load(UNEQUAL))
    paths = {path.flow.name: path for path in predict_paths(blueprint, flow_paths(blueprint), RunPlan(seconds=8))}
    assert figures(paths[flow], False)[Metric.LOSS].value == pytest.approx(lost * 1e6, rel=0.002)


def test_a_loss_that_contention_makes_certain_is_infeasible() -> None:
    """87 % of what two stations of 11 and 1 Mbit/s offer is lost: 50 % cannot hold."""
    network = load(UNEQUAL)
    targets = planned_performance(network, plan(network)).targets
    assert {target.feasibility for target in targets} == {Feasibility.INFEASIBLE}
