"""Policies in a station of a radio cell that gets half of the air at best: parts hold of whatever it gets."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import fmean

import pytest

from benchmarks.support import lab
from tests.in_lab.places import NETWORKS
from traffic.sample_files import LOST, Packets
from twin.core.units import NS_PER_MS, NS_PER_S
from twin.jobs.experiment.on_host import Side
from twin.model.yaml import load
from twin.plan import plan
from twin.plan.qos.policies import named

SECONDS = 5
NETWORK = load(NETWORKS / "airshare.yaml")
CHOOSERS = ("strict", "drr", "rates", "curves")
"""ets with a strict class, ets without, htb, hfsc."""
GOLD, DATA, GIVE = "home-1.large", "home-1.bulk", "home-1.give"
CALLS = ("home-1.call.down", "home-1.call.up")


@pytest.fixture(scope="module")
def sides() -> Mapping[str, Side]:
    """Each policy in a lab of its own."""
    names = (*CHOOSERS, "none")
    built = [plan(NETWORK, named(NETWORK, name)) for name in names]
    return dict(zip(names, lab.side_by_side(built, SECONDS), strict=True))


def packets(side: Side, flow: str) -> Packets:
    """The samples of a constant-rate flow."""
    samples = side.samples[flow]
    assert isinstance(samples, Packets)
    return samples


def rotation(side: Side, *flows: str) -> int:
    """Frames of some flows that came through once all queues were full."""
    return sum(at != LOST and NS_PER_S <= at < SECONDS * NS_PER_S for flow in flows
               for at in packets(side, flow).received)


@pytest.mark.parametrize("policy", CHOOSERS)
def test_airtime_is_split_by_parts(sides: Mapping[str, Side], policy: str) -> None:
    """Frames of one length take equally long: three turns of one class for each of the other."""
    side = sides[policy]
    assert rotation(side, GOLD) / rotation(side, DATA) == pytest.approx(3, rel=0.02)


@pytest.mark.parametrize("policy", CHOOSERS)
def test_stations_take_turns_whatever_stands_in_them(sides: Mapping[str, Side], policy: str) -> None:
    """Each of the two has half of them, by chance a little more or less."""
    side = sides[policy]
    assert rotation(side, GOLD, DATA, CALLS[0]) == pytest.approx(rotation(side, GIVE, CALLS[1]), rel=0.08)


@pytest.mark.parametrize("policy", CHOOSERS)
@pytest.mark.parametrize("flow", CALLS)
def test_a_call_waits_for_its_turn_and_no_longer(sides: Mapping[str, Side], policy: str, flow: str) -> None:
    """Nothing is lost; by rounds of seven full frames and as many of the other station it may take some 15 ms."""
    call = packets(sides[policy], flow)
    assert len(call.delays) == len(call.sent)
    assert fmean(call.delays) < (15 if policy == "drr" else 6) * NS_PER_MS


@pytest.mark.parametrize("flow", CALLS)
def test_without_qos_calls_wait_behind_all(sides: Mapping[str, Side], flow: str) -> None:
    """And the classes get what they ask for alike."""
    side = sides["none"]
    assert fmean(packets(side, flow).delays) > 500 * NS_PER_MS
    assert rotation(side, GOLD) < 1.5 * rotation(side, DATA)
