"""More calls than an uplink holds: with admission calls stay good, without it none does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.oracles.telephony.dialled_calls import at_once
from benchmarks.support import lab
from traffic.sample_files import Calls
from twin.jobs.experiment.on_host import Side
from twin.judge.flow_figures import figures
from twin.model import Dial, Metric, Network
from twin.model.yaml import load
from twin.plan import plan
from twin.plan.blueprint import Blueprint

TELEPHONY = Path(__file__).parents[3] / "topologies" / "telephony.yaml"
SECONDS = 20.0
CROWD = 16.0
"""Erlang where ten calls fit."""
OFFICE, HELD = "office-1.dial", 10


def crowded(admission: bool) -> Blueprint:
    """The description of the guide with more callers than the uplink holds."""
    network: Network = load(TELEPHONY)
    workloads = tuple(replace(work, settings=replace(work.settings, erlangs=CROWD))
                      if isinstance(work.settings, Dial) else work for work in network.workloads)
    control = replace(network.control, call_control=replace(network.control.call_control, admission=admission))
    return plan(replace(network, workloads=workloads, control=control, targets=()))


@pytest.fixture(scope="module")
def sides() -> tuple[Side, Side]:
    """Both, in a lab each."""
    admitted, everybody = lab.side_by_side([crowded(True), crowded(False)], SECONDS)
    return admitted, everybody


def ratings(side: Side) -> list[float]:
    """The R factor of the speech each way."""
    flows = {flow.name: flow for flow in crowded(True).flows}
    rated = [figures(flows[name], side.samples[name], SECONDS).values.get(Metric.R_FACTOR)
             for name in (f"{OFFICE}.down", f"{OFFICE}.up")]
    return [rating for rating in rated if rating is not None]


def calls(side: Side) -> Calls:
    """The calls that were dialled."""
    samples = side.samples[OFFICE]
    assert isinstance(samples, Calls)
    return samples


def test_the_same_calls_are_dialled(sides: tuple[Side, Side]) -> None:
    """Chance is the seed's: what differs is what becomes of them."""
    admitted, everybody = map(calls, sides)
    assert admitted.dialled == everybody.dialled and len(admitted.dialled) > 30


def test_what_does_not_fit_is_refused(sides: tuple[Side, Side]) -> None:
    """503, and never more at a time than fit."""
    admitted, _ = map(calls, sides)
    assert admitted.status.count(503) >= 5 and at_once(admitted) == HELD


def test_without_admission_everybody_gets_through(sides: tuple[Side, Side]) -> None:
    """More at a time than fit."""
    _, everybody = map(calls, sides)
    assert 503 not in everybody.status and at_once(everybody) > HELD


def test_running_calls_stay_good_with_admission_alone(sides: tuple[Side, Side]) -> None:
    """R of 80 and more with it; many are dissatisfied (below 70) without."""
    admitted, everybody = map(ratings, sides)
    assert len(admitted) == 2 and min(admitted) > 80
    assert max(everybody) < 70
