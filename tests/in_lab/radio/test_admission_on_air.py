"""More calls than the air of a radio hop carries, and a download: admission counts airtime, so that calls stay good."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.oracles.telephony.dialled_calls import at_once
from benchmarks.support import lab
from tests.in_lab.places import NETWORKS
from traffic.sample_files import Calls
from twin.jobs.experiment.on_host import Side
from twin.judge.flow_figures import figures
from twin.model import Metric
from twin.model.yaml import load
from twin.plan import plan

NETWORK = load(NETWORKS / "dialled.yaml")
SECONDS = 12.0
HELD = 9
"""Calls for which there is time: 10 by airtime, less what is guaranteed to signalling; by bits it would be 72."""
DIALS = "office-1.dial"


@pytest.fixture(scope="module")
def sides() -> tuple[Side, Side]:
    """With admission and without, in a lab each."""
    control = replace(NETWORK.control, call_control=replace(NETWORK.control.call_control, admission=False))
    admitted, everybody = lab.side_by_side([plan(NETWORK), plan(replace(NETWORK, control=control))], SECONDS)
    return admitted, everybody


def rating(side: Side, way: str) -> float:
    """The R factor of the speech one way."""
    flow = next(flow for flow in plan(NETWORK).flows if flow.name == f"{DIALS}.{way}")
    factor = figures(flow, side.samples[flow.name], SECONDS).values.get(Metric.R_FACTOR)
    assert factor is not None
    return factor


def test_no_more_talk_than_there_is_time_for(sides: tuple[Side, Side]) -> None:
    """The others are refused; without admission twice as many talk."""
    admitted, everybody = (side.samples[DIALS] for side in sides)
    assert isinstance(admitted, Calls) and isinstance(everybody, Calls)
    assert at_once(admitted) == HELD and admitted.status.count(503) > 20
    assert at_once(everybody) > 2 * HELD and 503 not in everybody.status


@pytest.mark.parametrize("way", ["down", "up"])
def test_those_who_talk_are_understood(sides: tuple[Side, Side], way: str) -> None:
    """R of 80 and more with admission, both ways, though a download keeps the air busy."""
    assert rating(sides[0], way) > 80


def test_without_admission_nobody_is_understood(sides: tuple[Side, Side]) -> None:
    """The airtime is too little for them all; a conversation is as good as its worse way."""
    assert min(rating(sides[1], way) for way in ("down", "up")) < 50
