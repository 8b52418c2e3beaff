"""Distributions behind confidence limits, against tables and sums."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.judge.statistics import distributions


@given(st.integers(1, 60), st.floats(0.01, 0.99), st.data())
def test_binomial(n: int, p: float, draw: st.DataObject) -> None:
    """The cumulated binomial through the beta function is the sum of its terms."""
    k = draw.draw(st.integers(-1, n))
    terms = sum(math.comb(n, j) * p**j * (1 - p) ** (n - j) for j in range(k + 1))
    assert distributions.binomial(k, n, p) == pytest.approx(terms, abs=1e-10)


@pytest.mark.parametrize(("freedom", "t"), [(1, 6.3138), (2, 2.9200), (4, 2.1318), (9, 1.8331), (19, 1.7291)])
def test_student(freedom: int, t: float) -> None:
    """The 95 % points of Student's t are those of the tables."""
    assert distributions.student(0.95, freedom) == pytest.approx(t, abs=5e-5)


@pytest.mark.parametrize(("degrees", "low", "high"), [
    (1, 0.00393, 3.841), (2, 0.1026, 5.991), (10, 3.940, 18.307), (100, 77.93, 124.34)])
def test_chi_square(degrees: int, low: float, high: float) -> None:
    """Twice a gamma variable of half the degrees is chi-square: its 5 % and 95 % points are those of the tables."""
    assert 2 * distributions.inverse_gamma(0.05, degrees / 2) == pytest.approx(low, rel=1e-3)
    assert 2 * distributions.inverse_gamma(0.95, degrees / 2) == pytest.approx(high, rel=1e-3)


@given(st.floats(0.05, 1e6), st.floats(0.01, 0.99))
def test_the_gamma_quantile_is_the_inverse(shape: float, level: float) -> None:
    """Whatever the shape; an exponential variable is the case of shape 1."""
    assert distributions.gamma(distributions.inverse_gamma(level, shape), shape) == pytest.approx(level, rel=1e-6)
    assert distributions.inverse_gamma(level, 1) == pytest.approx(-math.log1p(-level))


@given(st.floats(0.01, 0.99), st.floats(-2, 4), st.floats(-2, 6))
def test_the_beta_quantile_is_the_inverse(level: float, log_a: float, log_b: float) -> None:
    """Whatever the shape, as the function rises: it is below the level before the quantile, and above after it."""
    a, b = 10**log_a, 10**log_b
    x = distributions.inverse_beta(level, a, b)
    assert distributions.beta(x * (1 - 1e-8), a, b) < level or x < 1e-300
    assert distributions.beta(x * (1 + 1e-8), a, b) > level or x > 1 - 1e-12


@given(st.floats(0.01, 0.99), st.floats(0.1, 1e6))
def test_the_beta_quantile_in_closed_form(level: float, b: float) -> None:
    """With one of both shapes 1 the function is a power."""
    assert distributions.inverse_beta(level, 1.0, b) == pytest.approx(-math.expm1(math.log1p(-level) / b), rel=1e-9)


def test_a_quantile_too_small_for_a_float() -> None:
    """A gamma variable of tiny shape is next to nothing most of the time."""
    assert distributions.inverse_gamma(0.05, 0.001) == 0
