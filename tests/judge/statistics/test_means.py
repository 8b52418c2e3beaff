"""Limits of means: closed where nothing varies, wide where neighbours are alike, scaled with the samples."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.judge.estimators.sample_estimators import mean as estimated
from twin.judge.statistics.means import mean
from twin.judge.verdict import Interval

RNG = random.Random(1)
SAMPLES = tuple(RNG.expovariate(1) for _ in range(3_000))


def test_a_mean_lies_within_its_limits() -> None:
    """The limits of 3 000 independent exponential samples are some 5 % apart from the mean, to either side."""
    limits = mean(SAMPLES)
    assert limits.low is not None and limits.high is not None
    assert 0.9 < limits.low < sum(SAMPLES) / 3_000 < limits.high < 1.1


def test_samples_that_repeat_tell_no_more() -> None:
    """Each sample twenty times over is no more than once."""
    once, often = mean(SAMPLES[:150]), mean([value for value in SAMPLES[:150] for _ in range(20)])
    assert once.low is not None and once.high is not None and often.low is not None and often.high is not None
    assert often.high - often.low > 0.8 * (once.high - once.low)


@given(st.floats(0.001, 1000), st.floats(-100, 100))
def test_limits_scale_with_the_samples(factor: float, shift: float) -> None:
    """In another unit, and with another fixed delay, they are the same limits."""
    first, other = mean(SAMPLES[:200]), mean([factor * value + shift for value in SAMPLES[:200]])
    assert first.low is not None and first.high is not None
    assert other.low == pytest.approx(factor * first.low + shift, rel=1e-6, abs=1e-6)
    assert other.high == pytest.approx(factor * first.high + shift, rel=1e-6, abs=1e-6)


def test_few_and_equal_samples() -> None:
    """Four samples have no limits; five equal ones have no width."""
    assert mean([1.0] * 4) == Interval(None, None, 4)
    assert mean([1.0] * 5) == Interval(1.0, 1.0, 5, 5.0)


@given(st.lists(st.floats(0, 1e6), min_size=5, max_size=60), st.integers(1, 30))
def test_what_a_run_cannot_know_has_no_limit(values: list[float], times: int) -> None:
    """No limit lies so far from the mean that nobody could use it: a run that short gives none."""
    limits, middle = mean(values * times), sum(values) / len(values)
    if limits.high is not None:
        assert limits.high - middle <= 66 * (middle - min(values)) * (1 + 1e-9)
    if limits.low is not None:
        assert middle - limits.low <= 66 * (max(values) - middle) * (1 + 1e-9)


def test_one_busy_period_has_no_limit() -> None:
    """Two seconds in which a queue fills once say nothing of its mean wait: not how long it is, nor that it is below 0.
    """
    waits = [0.0] * 90 + [float(k * k) for k in range(10)]
    limits = mean(waits)
    assert limits.high is None and limits.effective < 1
    assert estimated(waits).limits() == Interval(None, None, 100, limits.effective)
