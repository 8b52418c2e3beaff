"""A busy radio cell: voice first at each station, damaged frames sent again, the same chance from the same seed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import pytest

from benchmarks import lab
from traffic.records import Packets
from twin.load import load
from twin.measure import calibration
from twin.measure.sides import Side
from twin.model import BUILT_IN
from twin.plan import plan
from twin.plan.blueprint import Blueprint
from twin.units import NS_PER_MS

SECONDS = 6
NETWORK = Path(__file__).with_name("air.yaml")
CALLS = tuple(f"{line}-1.call.{way}" for line in ("near", "poor", "last") for way in ("down", "up"))


@dataclass(frozen=True)
class Both:
    """Blueprints and what was measured, with QoS and without."""

    blueprints: tuple[Blueprint, Blueprint]
    qos: Side
    contrast: Side


@pytest.fixture(scope="module")
def both() -> Both:
    """The network measured twice, side by side."""
    network = load(NETWORK)
    with_qos, without = plan(network), plan(network, BUILT_IN["none"])
    qos, contrast = lab.side_by_side([with_qos, without], SECONDS)
    return Both((with_qos, without), qos, contrast)


def packets(side: Side, flow: str) -> Packets:
    """The samples of a constant-rate flow."""
    samples = side.samples[flow]
    assert isinstance(samples, Packets)
    return samples


def test_the_air_is_full(both: Both) -> None:
    """Floods lose what does not fit, so that what follows is told of a busy cell."""
    for side in (both.qos, both.contrast):
        assert all(len(packets(side, flow).delays) < len(packets(side, flow).sent)
                   for flow in ("last-1.fetch", "near-1.give"))


@pytest.mark.parametrize("flow", CALLS)
def test_voice_goes_first_at_each_station(both: Both, flow: str) -> None:
    """Nothing is lost, also where one frame in ten is damaged; what voice waits for is its turn on the air."""
    call = packets(both.qos, flow)
    assert len(call.delays) == len(call.sent)
    assert fmean(call.delays) < 25 * NS_PER_MS


@pytest.mark.parametrize("flow", ["last-1.call.down", "near-1.call.up"])
def test_without_qos_the_same_call_is_ruined(both: Both, flow: str) -> None:
    """Behind a flood at its own station it waits for the whole queue."""
    assert fmean(packets(both.contrast, flow).delays) > 100 * NS_PER_MS


def test_the_empty_air_delays_by_the_frame_alone(both: Both) -> None:
    """The probes agree with airtime and propagation: a station that finds the air idle sends at once."""
    for blueprint, side in zip(both.blueprints, (both.qos, both.contrast), strict=True):
        probes = calibration.probes(blueprint, side.calibration)
        assert probes
        assert [probe for probe in probes if not probe.holds] == []


def test_chance_follows_from_the_seed() -> None:
    """Backoffs, damaged frames and collisions are the same again; another seed draws others."""
    blueprint = plan(load(NETWORK))
    first, second, other = (lab.run(blueprint, 1, seed).side for seed in (1, 1, 2))
    assert first.digest == second.digest != other.digest
