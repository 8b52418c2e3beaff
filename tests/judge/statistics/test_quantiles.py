"""Limits of quantiles: what is counted, what is continued beyond the samples, and what stays open."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.support import queue_draws
from twin.judge.statistics.confidence import conclude
from twin.judge.statistics.quantiles import largest, quantile
from twin.judge.verdict import Interval, Outcome

RNG = random.Random(1)
SAMPLES = tuple(RNG.expovariate(1) for _ in range(3_000))


def test_limits_of_independent_samples() -> None:
    """The 95th percentile of an exponential variable is 3.0, its 99.9th 6.9; the limits hold both."""
    near, far = quantile(SAMPLES, 0.95), quantile(SAMPLES, 0.999)
    assert near.low is not None and near.high is not None and far.low is not None and far.high is not None
    assert 2.5 < near.low < 3.0 < near.high < 4
    assert 4.5 < far.low < 6.9 < far.high < 12


def test_a_tail_that_ends_is_not_continued_far() -> None:
    """Waits that never exceed one packet keep a 99.9th percentile of one and a half."""
    limits = quantile(tuple(RNG.random() for _ in range(3_000)), 0.999)
    assert limits.high is not None and 0.999 <= limits.high < 1.5


def test_a_rare_second_mode_is_seen() -> None:
    """One sample in a hundred that lies far beyond all others lifts the limit of the 99.9th percentile beyond it."""
    values = tuple(100 + RNG.random() if place % 100 == 50 else RNG.random() for place in range(3_000))
    limits = quantile(values, 0.999)
    assert limits.high is not None and limits.high > 100


def test_a_level_that_is_never_exceeded() -> None:
    """Equal delays say nothing of one packet in a thousand before 2 995 of them; then they are the limit."""
    assert quantile((7,) * 2_994, 0.999).high is None
    assert quantile((7,) * 2_995, 0.999).high == 7
    assert quantile((), 0.999) == Interval(None, None, 0)


@pytest.mark.parametrize("load", [0.72, 0.92])
def test_packets_that_share_a_wait_count_less(load: float) -> None:
    """Of one long busy period a run may have many packets over the bound, and yet not show that it is missed."""
    truth = queue_draws.wait_quantile(load, 0.999)
    rng = random.Random(5)
    wrong = sum(conclude(quantile(queue_draws.poisson(load, 3_400, rng).waits, 0.999), truth, lower=True)
                is not Outcome.INCONCLUSIVE for _ in range(40))
    assert wrong <= 5


def test_broken_early() -> None:
    """Ten single packets of a hundred over the bound say that the 99.9th percentile is over it; ten in a row do not."""
    apart = tuple(9 if place % 10 == 5 else 1 for place in range(100))
    in_a_row = (1,) * 45 + (9,) * 10 + (1,) * 45
    assert conclude(quantile(apart, 0.999), 5, lower=True) is Outcome.MISSED
    assert conclude(quantile(in_a_row, 0.999), 5, lower=True) is Outcome.INCONCLUSIVE


def test_largest() -> None:
    """One packet over it breaks a largest delay at once; 2 995 equal ones keep it, and fewer do not."""
    assert conclude(largest((1, 2, 9)), 5, lower=True) is Outcome.MISSED
    assert conclude(largest((1,) * 2_994), 5, lower=True) is Outcome.INCONCLUSIVE
    assert conclude(largest((1,) * 2_995), 5, lower=True) is Outcome.MET
    assert largest(()) == Interval(None, None, 0)


@given(st.lists(st.floats(0, 1e6), min_size=5, max_size=60), st.integers(1, 30))
def test_what_a_run_cannot_know_has_no_limit(values: list[float], times: int) -> None:
    """No tail is continued so far that nobody could use the limit: a run that short gives none."""
    high = quantile(tuple(values * times), 0.999).high
    assert high is None or high <= max(values) + 135 * (max(values) - min(values)) * (1 + 1e-9)
