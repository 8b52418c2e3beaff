"""Confidence limits against their closed forms and tables, and the conclusions that they allow."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.judge.statistics import confidence
from twin.judge.statistics.confidence import conclude
from twin.judge.verdict import Interval, Outcome


@pytest.mark.parametrize(("ratio", "packets"), [(1e-3, 2_996), (1e-5, 299_574), (5.849e-6, 512_179)])
def test_packets_for_a_loss_target(ratio: float, packets: int) -> None:
    """The rule of three says how many packets without loss a target takes."""
    assert confidence.packets_needed(ratio) == packets


def test_samples_for_a_quantile() -> None:
    """A 95th percentile takes 59 samples, a 99.9th 2 995, before the largest bounds it."""
    assert confidence.samples_needed(0.95) == 59
    assert confidence.samples_needed(0.999) == 2995


@pytest.mark.parametrize(("sent", "outcome"), [(2_995, Outcome.INCONCLUSIVE), (2_996, Outcome.MET)])
def test_no_loss_is_not_enough_alone(sent: int, outcome: Outcome) -> None:
    """Without a loss, 0.1 % is concluded from 2 996 packets on and not from one fewer."""
    assert conclude(confidence.losses(0, sent, ()), 1e-3, lower=True) is outcome


@pytest.mark.parametrize(
    ("lost", "sent", "outcome"),
    [(1, 100, Outcome.INCONCLUSIVE), (2, 100, Outcome.MISSED), (5, 3_000, Outcome.INCONCLUSIVE),
     (8, 3_000, Outcome.MISSED), (1, 5_000, Outcome.MET), (3_000, 3_000, Outcome.MISSED)],
)
def test_losses_seen(lost: int, sent: int, outcome: Outcome) -> None:
    """A few single losses leave a target of 0.1 % open, more break it, and one in enough packets keeps it."""
    assert conclude(confidence.losses(lost, sent, (1,) * lost), 1e-3, lower=True) is outcome


def test_a_burst_is_one_event() -> None:
    """Ten packets lost in a row say less against a service than ten losses apart."""
    burst, apart = confidence.losses(10, 3_000, (10,)), confidence.losses(10, 3_000, (1,) * 10)
    assert conclude(burst, 1e-3, lower=True) is Outcome.INCONCLUSIVE
    assert conclude(apart, 1e-3, lower=True) is Outcome.MISSED
    assert burst.samples == 300


def test_clopper_pearson() -> None:
    """The exact limits solve the binomial equations that define them."""
    limits = confidence.proportion(3, 50)
    assert limits.low is not None and limits.high is not None
    assert 1 - confidence.binomial(2, 50, limits.low) == pytest.approx(0.05)
    assert confidence.binomial(3, 50, limits.high) == pytest.approx(0.05)
    all_of_them = confidence.proportion(5, 5)
    assert all_of_them.low == pytest.approx(0.05**0.2)
    assert all_of_them.high == 1


def test_nothing_sent() -> None:
    """Without a packet there are no limits, and nothing is concluded."""
    assert confidence.losses(0, 0, ()) == Interval(None, None, 0)
    assert conclude(Interval(None, None, 0), 1.0, lower=True) is Outcome.INCONCLUSIVE


def test_confidence_of_a_loss_target() -> None:
    """Confidence is 95 % where the rule of three is just met, and falls with every loss seen."""
    assert confidence.held(0, 2_996, 1e-3) == pytest.approx(0.95, abs=1e-4)
    assert confidence.held(1, 2_996, 1e-3) == pytest.approx(1 - 4 * math.exp(-3), abs=2e-3)
    assert confidence.held(10, 10, 0.5) == 0
    assert confidence.held(1, 10, 1.0) == 1


@given(st.integers(1, 60), st.floats(0.01, 0.99), st.data())
def test_binomial(n: int, p: float, draw: st.DataObject) -> None:
    """The cumulated binomial through the beta function is the sum of its terms."""
    k = draw.draw(st.integers(-1, n))
    terms = sum(math.comb(n, j) * p**j * (1 - p) ** (n - j) for j in range(k + 1))
    assert confidence.binomial(k, n, p) == pytest.approx(terms, abs=1e-10)


@pytest.mark.parametrize(("freedom", "t"), [(1, 6.3138), (2, 2.9200), (4, 2.1318), (9, 1.8331), (19, 1.7291)])
def test_student(freedom: int, t: float) -> None:
    """The 95 % points of Student's t are those of the tables."""
    assert confidence.student(0.95, freedom) == pytest.approx(t, abs=5e-5)
    assert confidence.student_cumulated(t, freedom) == pytest.approx(0.95, abs=1e-5)
    assert confidence.student_cumulated(-t, freedom) == pytest.approx(0.05, abs=1e-5)


def test_quantile_needs_its_tail() -> None:
    """Below 2 995 packets the 99.9th percentile has no upper limit; from there on it is the largest delay."""
    assert confidence.quantile(range(2_994), 0.999).high is None
    assert confidence.quantile(range(2_995), 0.999).high == 2_994
    assert confidence.quantile((), 0.999) == Interval(None, None, 0)


def test_quantile_broken_early() -> None:
    """Two of a hundred packets over the bound are enough to say that the 99.9th percentile is over it; one is not."""
    assert conclude(confidence.quantile([1] * 98 + [9] * 2, 0.999), 5, lower=True) is Outcome.MISSED
    assert conclude(confidence.quantile([1] * 99 + [9], 0.999), 5, lower=True) is Outcome.INCONCLUSIVE


def test_quantile_limits_cover() -> None:
    """Each limit of a quantile is on the right side in at least 95 % of samples, by the binomial ranks."""
    draw = random.Random(1)
    wrong_low = wrong_high = 0
    for _ in range(400):
        interval = confidence.quantile([draw.random() for _ in range(200)], 0.95)
        wrong_low += interval.low is not None and interval.low > 0.95
        wrong_high += interval.high is not None and interval.high < 0.95
    assert wrong_low <= 30 and wrong_high <= 30


def test_largest_delay() -> None:
    """One packet over it breaks a largest delay at once; only 2 996 packets without one keep it."""
    assert conclude(confidence.largest([1, 2, 9]), 5, lower=True) is Outcome.MISSED
    assert conclude(confidence.largest([1] * 2_995), 5, lower=True) is Outcome.INCONCLUSIVE
    assert conclude(confidence.largest([1] * 2_996), 5, lower=True) is Outcome.MET


def test_mean_from_batches() -> None:
    """A mean is judged by the scatter of its stretches: clear either way, open where the target lies between."""
    interval = confidence.mean([9.0, 10.0, 11.0, 10.0, 10.0])
    reach = 2.1318 * math.sqrt(0.5) / math.sqrt(5)
    assert interval.low == pytest.approx(10 - reach, abs=1e-4)
    assert interval.high == pytest.approx(10 + reach, abs=1e-4)
    assert conclude(interval, 11, lower=True) is Outcome.MET
    assert conclude(interval, 9, lower=True) is Outcome.MISSED
    assert conclude(interval, 10.1, lower=True) is Outcome.INCONCLUSIVE
    assert conclude(interval, 9, lower=False) is Outcome.MET
    assert conclude(interval, 11, lower=False) is Outcome.MISSED
    assert confidence.mean([1.0] * 4) == Interval(None, None, 4)


def test_confidence_of_a_mean() -> None:
    """At its limits the confidence of a mean is 95 % and 5 %, at its middle a half; without scatter all or nothing."""
    interval = confidence.mean([9.0, 10.0, 11.0, 10.0, 10.0])
    assert interval.low is not None and interval.high is not None
    assert confidence.mean_below(interval, interval.high) == pytest.approx(0.95)
    assert confidence.mean_below(interval, interval.low) == pytest.approx(0.05)
    assert confidence.mean_below(interval, 10) == pytest.approx(0.5)
    flat = confidence.mean([10.0] * 5)
    assert (confidence.mean_below(flat, 10), confidence.mean_below(flat, 9.9)) == (1, 0)
    assert confidence.mean_below(confidence.mean([]), 1) is None


def test_batches() -> None:
    """Up to 20 batches of ten packets or more, together all of them."""
    assert len(confidence.batch_means(range(3_000))) == 20
    assert confidence.batch_means([1] * 15 + [3] * 15) == (1, 2, 3)
    assert confidence.batch_means(range(9)) == ()
