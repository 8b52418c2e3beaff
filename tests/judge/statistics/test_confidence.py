"""What limits allow to be concluded, and how many samples a conclusion takes."""

from __future__ import annotations

import math

import pytest

from twin.judge.statistics import confidence
from twin.judge.statistics.confidence import conclude
from twin.judge.statistics.inference import INFERENCES, Judged, run_factor
from twin.judge.verdict import Interval, Outcome
from twin.model import Metric


@pytest.mark.parametrize(("ratio", "packets"), [(1e-3, 2_996), (1e-5, 299_574), (5.849e-6, 512_179)])
def test_packets_for_a_loss_target(ratio: float, packets: int) -> None:
    """The rule of three says how many packets without loss a target takes."""
    assert confidence.packets_needed(ratio) == packets


def test_samples_for_a_quantile() -> None:
    """A 95th percentile takes 59 samples, a 99.9th 2 995, before the largest bounds it."""
    assert confidence.samples_needed(0.95) == 59
    assert confidence.samples_needed(0.999) == 2995


def test_conclusions() -> None:
    """Clear either way, open where the target lies between, or where there is no limit on the side that matters."""
    interval = Interval(8.0, 12.0, 20)
    assert [conclude(interval, target, lower=True) for target in (13, 7, 10)] == [
        Outcome.MET, Outcome.MISSED, Outcome.INCONCLUSIVE]
    assert [conclude(interval, target, lower=False) for target in (7, 13, 10)] == [
        Outcome.MET, Outcome.MISSED, Outcome.INCONCLUSIVE]
    assert conclude(Interval(8.0, None, 20), 13, lower=True) is Outcome.INCONCLUSIVE


def judged(metric: Metric, value: float, interval: Interval, bound: float) -> Judged:
    """A figure against a target."""
    return Judged(metric, value, interval, bound, conclude(interval, bound, metric.row.lower))


def test_confidence_of_a_mean() -> None:
    """At its limits the confidence of a mean is 95 % and 5 %, at its value a half; without scatter all or nothing."""
    def held(bound: float, interval: Interval) -> float | None:
        return INFERENCES[Metric.MEAN_DELAY.row.statistic].held(judged(Metric.MEAN_DELAY, 10, interval, bound))

    wide, flat = Interval(9.0, 12.0, 20, 20.0), Interval(10.0, 10.0, 20, 20.0)
    assert [held(bound, wide) for bound in (12, 9, 10)] == pytest.approx([0.95, 0.05, 0.5])
    assert (held(10, flat), held(9.9, flat)) == (1, 0)
    assert held(10, Interval(None, None, 4)) is None


@pytest.mark.parametrize(("metric", "value", "interval", "bound", "factor"), [
    (Metric.MEAN_DELAY, 10, Interval(8.0, 14.0, 90, 50.0), 12, 4),
    (Metric.MEAN_DELAY, 10, Interval(8.0, 14.0, 90, 50.0), 9, 4),
    (Metric.MEAN_DELAY, 10, Interval(8.0, 14.0, 90, 50.0), 10, None),
    (Metric.MEAN_DELAY, 10, Interval(8.0, 1e200, 90, 50.0), 12, math.inf),
    (Metric.LOSS, 0, Interval(0.0, 2000.0, 3000, 1498.0), 1000, 2),
    (Metric.DELAY_VARIATION, 5, Interval(None, None, 90, 29.95), 10, 100),
])
def test_how_much_longer(metric: Metric, value: float, interval: Interval, bound: float, factor: float | None) -> None:
    """Limits twice as far as the target take four times as long; no loss takes as long as its chances are too few."""
    assert run_factor(judged(metric, value, interval, bound)) == pytest.approx(factor, rel=0.01)
