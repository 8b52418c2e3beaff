"""Loss, late packets and call quality where chance decides: ranges that hold, and reasons."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.predict.radio.test_air_waits import network
from twin.judge.verdicts.feasibility import expectations
from twin.model import Metric
from twin.plan.forwarding.paths import flow_paths
from twin.predict import Prediction, RunPlan, predict_paths
from twin.predict.figures.loss_by_chance import loss_tolerance


def predictions(flow: str, far: str = "11 Mbit/s", **runs: str) -> dict[Metric, Prediction]:
    """What is predicted of a flow of contended-air.yaml in 20 s."""
    blueprint = network("8", far, **runs)
    paths = tuple(predict_paths(blueprint, flow_paths(blueprint), RunPlan(seconds=20)))
    return expectations(blueprint, paths)[flow]


@pytest.mark.parametrize("flow", ["close-1.call.up", "close-1.call.down", "away-1.call.up"])
def test_a_calm_cell_loses_no_call(flow: str) -> None:
    """Eight attempts, each of which fails with a chance of a tenth: of a thousand packets none is given up."""
    loss = predictions(flow, close="call, down, up", away="call")[Metric.LOSS]
    assert (loss.value, loss.low, loss.high) == (0, 0, 0)


def test_damage_and_few_attempts_give_a_range() -> None:
    """Half of all frames damaged, eight attempts: 0.4 % to 0.8 % are given up, 4 to 8 of 1000, by chance up to 2 %."""
    far = "1 Mbit/s, frame-errors: 50 %"
    loss = predictions("away-1.call.up", far, close="call, down, up", away="call")[Metric.LOSS]
    assert loss.value is None and loss.low == 0 and loss.high is not None and 8_000 < loss.high < 30_000


def test_late_packets_bound_the_rating_from_below() -> None:
    """The share of packets that may be late costs R as its loss would; the least delay bounds it from above."""
    predicted = predictions("close-1.call.up", close="call, down, up", away="call")
    late, rating, mos = predicted[Metric.DISCARD], predicted[Metric.R_FACTOR], predicted[Metric.MOS]
    assert late.high is not None and 0 < late.high < 500_000
    assert rating.low is not None and rating.high is not None and 0 <= rating.low < rating.high < 93.3
    assert mos.low is not None and mos.high is not None and 1 <= mos.low < mos.high


@given(some.floats(0.05, 0.9), some.integers(0, 1000))
def test_chance_stays_within_five_deviations(lost: float, seed: int) -> None:
    """Two beyond the interval of a run are allowed, which covers two itself."""
    draw, sent = Random(seed), 2000
    measured = sum(draw.random() < lost for _ in range(sent)) / sent
    assert abs(measured - lost) <= 2.5 * loss_tolerance(lost, sent) * lost
