"""What the benchmark of predictions counts as wrong, and as saying too little."""

from __future__ import annotations

import pytest

from benchmarks.support.prediction_checks import contradicted, two_sided
from twin.judge.verdict import Interval
from twin.model import Metric
from twin.predict import Prediction

MS = 1e6


@pytest.mark.parametrize(("prediction", "informative"), [
    (Prediction(5 * MS), True),
    (Prediction(5 * MS, tolerance=None), False),
    (Prediction(None, 0.0, 9 * MS), True),
    (Prediction(None, 1 * MS), False),
    (Prediction(None, None, 9 * MS), False),
    (Prediction(None), False),
])
def test_a_value_or_two_bounds_say_something(prediction: Prediction, informative: bool) -> None:
    """A value without a tolerance is not to be compared, and one bound leaves the other side open."""
    assert two_sided(Metric.MEAN_DELAY, prediction) is informative


@pytest.mark.parametrize(("metric", "prediction"), [
    (Metric.LOSS, Prediction(None, 0.0, 1e6)),
    (Metric.MOS, Prediction(None, 1.0, 4.4)),
    (Metric.R_FACTOR, Prediction(None, 0.0, 93.2)),
])
def test_the_worst_of_a_scale_is_no_bound(metric: Metric, prediction: Prediction) -> None:
    """That at most all is lost, or that quality is the worst at the least, needs no theory."""
    assert not two_sided(metric, prediction)


@pytest.mark.parametrize(("interval", "wrong"), [
    (Interval(4 * MS, 6 * MS, 20), False),
    (Interval(4 * MS, 12 * MS, 20), False),
    (Interval(10.1 * MS, 12 * MS, 20), True),
    (Interval(10.001 * MS, 12 * MS, 20), False),
    (Interval(0.5 * MS, 0.9 * MS, 20), True),
    (Interval(None, None, 2), False),
])
def test_a_run_contradicts_what_was_sure(interval: Interval, wrong: bool) -> None:
    """A target of 10 ms was sure to be met, one below 1 ms infeasible; a tick of the clock more contradicts nothing."""
    assert contradicted(Metric.MEAN_DELAY, Prediction(None, 1 * MS, 10 * MS), interval) is wrong


def test_what_theory_knows_while_no_span_is_cut_is_not_contradicted() -> None:
    """With cuts the worst is not known."""
    assert not contradicted(Metric.MEAN_DELAY, Prediction(None, 0.0, 10 * MS, None), Interval(20 * MS, 30 * MS, 20))


def test_goodput_is_better_when_it_is_more() -> None:
    """A lower bound that the run falls short of."""
    sure = Prediction(None, 1e6, 2e6)
    assert contradicted(Metric.GOODPUT, sure, Interval(0.8e6, 0.9e6, 20))
    assert contradicted(Metric.GOODPUT, sure, Interval(2.1e6, 2.2e6, 20))
    assert not contradicted(Metric.GOODPUT, sure, Interval(0.8e6, 1.1e6, 20))
