"""A radio cell: voice first at each station, damaged frames sent again, the air's counts, equal chance from a seed."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean

import pytest

from benchmarks.support import lab
from tests.in_lab.places import NETWORKS
from twin.core.units import NS_PER_MS, NS_PER_S
from twin.jobs.experiment.calibration import probes
from twin.jobs.experiment.on_host import Side
from twin.model import BUILT_IN
from twin.model.yaml import load
from twin.plan import plan
from twin.plan.blueprint import Blueprint
from twin.plan.forwarding.paths import flow_paths
from twin.predict import predict_airtime

SECONDS = 6
CALM_SECONDS = 3
FULL = 1514
"""Bytes of a flood's frames."""
UNDER_WAY = 4
NETWORK = NETWORKS / "air.yaml"
CALLS = tuple(f"{line}-1.call.{way}" for line in ("near", "poor", "last") for way in ("down", "up"))


@dataclass(frozen=True)
class Both:
    """Blueprints and what was measured, with QoS and without."""

    blueprints: tuple[Blueprint, Blueprint]
    qos: Side
    baseline: Side


@pytest.fixture(scope="module")
def both() -> Both:
    """The network measured twice, side by side."""
    network = load(NETWORK)
    with_qos, without = plan(network), plan(network, BUILT_IN["none"])
    qos, baseline = lab.side_by_side([with_qos, without], SECONDS)
    return Both((with_qos, without), qos, baseline)


def test_the_air_is_full(both: Both) -> None:
    """Floods lose what does not fit, so that what follows is told of a busy cell."""
    for side in (both.qos, both.baseline):
        assert all(len(lab.packets(side, flow).delays) < len(lab.packets(side, flow).sent)
                   for flow in ("last-1.fetch", "near-1.give"))


@pytest.mark.parametrize("flow", CALLS)
def test_voice_goes_first_at_each_station(both: Both, flow: str) -> None:
    """Nothing is lost, also where one frame in ten is damaged; what voice waits for is its turn on the air."""
    call = lab.packets(both.qos, flow)
    assert len(call.delays) == len(call.sent)
    assert fmean(call.delays) < 25 * NS_PER_MS


@pytest.mark.parametrize("flow", ["last-1.call.down", "near-1.call.up"])
def test_without_qos_the_same_call_is_ruined(both: Both, flow: str) -> None:
    """Behind a flood at its own station it waits for the whole queue."""
    assert fmean(lab.packets(both.baseline, flow).delays) > 100 * NS_PER_MS


def test_the_empty_air_delays_by_the_frame_alone(both: Both) -> None:
    """The probes agree with airtime and propagation: a station that finds the air idle sends at once."""
    for side in (both.qos, both.baseline):
        rows = probes(side.instruments.probes, side.calibration)
        assert rows
        assert [probe for probe in rows if not probe.holds] == []


def test_chance_follows_from_the_seed() -> None:
    """Backoffs, damaged frames and collisions are the same again; another seed draws others."""
    blueprint = plan(load(NETWORK))
    first, second, other = (lab.run(blueprint, 1, seed).side for seed in (1, 1, 2))
    assert first.digest == second.digest != other.digest


@pytest.fixture(scope="module")
def calm() -> tuple[tuple[Blueprint, Side], tuple[Blueprint, Side]]:
    """The network with its calls alone, and with one flood alone: nothing waits long enough to be dropped."""
    first, other = (lab.only(plan(load(NETWORK)), [kind]) for kind in ("call", "give"))
    calls, flood = lab.side_by_side([first, other], CALM_SECONDS)
    return (first, calls), (other, flood)


def hops(blueprint: Blueprint, flow: str) -> int:
    """How often a packet of a flow goes through the air."""
    spans = {way.span for way in blueprint.cells[0].hop_directions}
    return sum(hop.span in spans for hop in flow_paths(blueprint)[flow])


def received(blueprint: Blueprint, side: Side) -> int:
    """Packets that came in the measured time, each as often as it went through the air."""
    return sum(hops(blueprint, name) * sum(at < CALM_SECONDS * NS_PER_S for at in lab.packets(side, name).received)
               for name in side.samples)


@pytest.mark.parametrize("which", [0, 1])
def test_frames_that_did_not_come_to_nothing_are_those_that_arrived(
    calm: tuple[tuple[Blueprint, Side], tuple[Blueprint, Side]], which: int
) -> None:
    """Sent, less what was damaged or collided, is what the receivers counted, save for what was under way."""
    blueprint, side = calm[which]
    (air,) = side.air
    assert air.given_up == 0
    assert air.sent - air.damaged - air.collided == pytest.approx(received(blueprint, side), abs=UNDER_WAY)


def test_one_in_ten_frames_to_and_from_the_poor_relay_is_damaged(
    calm: tuple[tuple[Blueprint, Side], tuple[Blueprint, Side]]
) -> None:
    """Of n frames that arrive n / 9 are damaged before, give or take three deviations; those that meet are two or more.
    """
    air, arrived = calm[0][1].air[0], 2 * CALM_SECONDS * 50
    assert air.damaged == pytest.approx(arrived / 9, abs=3 * (arrived / 9 / 0.9) ** 0.5)
    assert air.collided >= 2 * air.collisions


def test_the_air_is_busy_as_long_as_its_frames_take(
    calm: tuple[tuple[Blueprint, Side], tuple[Blueprint, Side]]
) -> None:
    """A flood of one station, by airtime and acknowledgement of each frame, to the last one under way."""
    blueprint, side = calm[1]
    (air,) = side.air
    (way,) = (way for way in blueprint.cells[0].hop_directions if (way.span, way.forward) == ("east-uplink", False))
    assert air.collided == air.damaged == 0
    assert air.busy == air.sent * (way.airtime.of(FULL) + way.ack_time)
    (airtime,) = predict_airtime(blueprint, flow_paths(blueprint))
    assert air.busy / (CALM_SECONDS * NS_PER_S) == pytest.approx(airtime.low, rel=0.005)


def test_the_air_of_a_busy_cell_took_what_its_stations_gave(both: Both) -> None:
    """Frames left the stations' queues that arrived or were given up, but for one that each may still hold."""
    for blueprint, side in zip(both.blueprints, (both.qos, both.baseline), strict=True):
        (cell,), (air,) = blueprint.cells, side.air
        ways = {cell.queues_of(number) for number in range(len(cell.stations))}
        taken = sum(sign * counter.packets for sign, counts in ((1, side.after), (-1, side.before))
                    for counter in counts if (counter.span, counter.forward) in ways)
        arrived = air.sent - air.damaged - air.collided
        assert arrived + air.given_up == pytest.approx(taken, abs=2 * len(cell.stations))
        (airtime,) = predict_airtime(blueprint, flow_paths(blueprint))
        assert 0.75 < air.busy / (SECONDS * NS_PER_S) <= airtime.high
