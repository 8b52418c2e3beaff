"""Closed forms beside measured figures: what counts as agreeing, and by how much figures may differ."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.judge.case import Case
from traffic.sample_files import Packets
from twin.judge.verdict import Interval
from twin.judge.verdicts.theory_agreement import agreements, hold
from twin.model import Metric
from twin.predict import Prediction

Make = Callable[..., Packets]
CALL = "homes-1.call.down"


@pytest.mark.parametrize(("measured", "difference", "agrees"), [
    (100.0, 0.0, True), (101.0, 0.01, True), (98.0, -0.02, True), (103.0, 0.03, False), (97.0, -0.03, False),
])
def test_a_value_agrees_within_its_tolerance(measured: float, difference: float, agrees: bool) -> None:
    """Two percent of what theory says, to either side."""
    agreement = hold(Metric.MEAN_DELAY, Prediction(100.0, tolerance=0.02), measured)
    assert agreement.difference == pytest.approx(difference)
    assert agreement.agrees is agrees


def test_chance_is_not_disagreement() -> None:
    """Where chance allows the true figure to be within the tolerance, the two agree; where not, they do not."""
    expected = Prediction(10_000.0, tolerance=0.001)
    assert hold(Metric.LOSS, expected, 11_000.0, Interval(9_500.0, 12_500.0, 3_000)).agrees is True
    assert hold(Metric.LOSS, expected, 14_000.0, Interval(12_000.0, 16_000.0, 3_000)).agrees is False


@pytest.mark.parametrize(("measured", "interval", "agrees"), [
    (90.0, Interval(90.0, None, 9, 0.4), True), (90.0, Interval(89.0, 91.0, 9, 4.0), False),
    (110.0, Interval(None, 111.0, 9, 0.4), True), (90.0, Interval(None, None, 3), False)])
def test_of_an_open_end_nobody_knows_how_far_it_reaches(measured: float, interval: Interval, agrees: bool) -> None:
    """But for a figure of which chance says nothing at all, which stands for itself."""
    assert hold(Metric.MEAN_DELAY, Prediction(100.0, tolerance=0.02), measured, interval).agrees is agrees


def test_bounds_bind_whatever_chance_says() -> None:
    """A figure beyond a bound disagrees, by how much it left it; within the bounds nothing differs."""
    bound = Prediction(None, 10.0, 40.0)
    assert (hold(Metric.MAX_DELAY, bound, 39.0).difference, hold(Metric.MAX_DELAY, bound, 39.0).agrees) == (0.0, True)
    over = hold(Metric.MAX_DELAY, bound, 50.0, Interval(1.0, 60.0, 9))
    assert (over.difference, over.agrees) == (0.25, False)
    assert hold(Metric.MAX_DELAY, bound, 5.0).agrees is False


def test_expected_nothing_is_exact() -> None:
    """Where no packet is to be lost, one that is lost disagrees."""
    assert hold(Metric.LOSS, Prediction(0.0), 0.0).agrees is True
    assert hold(Metric.LOSS, Prediction(0.0), 300.0).agrees is False


def test_what_is_not_comparable_is_left_open() -> None:
    """Without a tolerance, or without a figure, nothing is said."""
    assert hold(Metric.LOSS, Prediction(0.0, tolerance=None), 300.0).agrees is None
    assert hold(Metric.MAX_DELAY, Prediction(None, 1.0, 2.0, tolerance=None), 300.0).agrees is None
    assert hold(Metric.LOSS, Prediction(0.0), None).agrees is None


def test_every_prediction_of_a_flow_stands_beside_its_figure(case: Case, call: Make) -> None:
    """All that theory says of a flow, target or not; what it has nothing to say of is left out."""
    predictions = {CALL: {Metric.MEAN_DELAY: Prediction(10e6, tolerance=0.01),
                          Metric.MAX_DELAY: Prediction(None, 9e6, 12e6), Metric.LOSS: Prediction(None)}}
    compared = agreements([case.measured(CALL, call(10.0))], predictions)[CALL]
    assert [(agreement.metric, agreement.measured, agreement.agrees) for agreement in compared] == [
        (Metric.MEAN_DELAY, 10e6, True), (Metric.MAX_DELAY, 10_000_000, True)]
