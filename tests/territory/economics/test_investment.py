"""Annuities, present values and internal rates against their definitions, and one sheet by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from twin.territory.economics.theory.investment import annuity, internal_rate, present_value, purchases, residual

RATES = st.floats(0.001, 0.5)
TRENDS = st.floats(-0.5, 0.3)


@given(st.floats(1, 1e7), RATES, TRENDS, st.integers(1, 40))
def test_annuities_discount_back_to_the_investment(investment: float, rate: float, trend: float, life: int) -> None:
    """Payments at the end of each year, that grow by the trend."""
    first = annuity(investment, rate, trend, life)
    worth = sum(first * (1 + trend) ** (year - 1) / (1 + rate) ** year for year in range(1, life + 1))
    assert worth == pytest.approx(investment, rel=1e-6)


@given(st.floats(1, 1e7), RATES, st.integers(1, 40))
def test_an_annuity_has_its_limit_where_rate_and_trend_are_the_same(investment: float, rate: float, life: int) -> None:
    """I (1 + r) / n; and near it there is no jump."""
    assert annuity(investment, rate, rate, life) == pytest.approx(investment * (1 + rate) / life)
    near = annuity(investment, rate, rate + 1e-7, life)
    assert near == pytest.approx(annuity(investment, rate, rate, life), rel=1e-4)


@given(st.floats(1, 1e6), st.lists(st.floats(0, 1e6), min_size=1, max_size=20))
def test_payments_are_worth_nothing_at_their_internal_rate(spent: float, earned: list[float]) -> None:
    """An investment first, then what it brings in."""
    assume(sum(earned) > 1.0)
    payments = [-spent, *earned]
    rate = internal_rate(payments)
    assume(rate is not None)
    assert rate is not None
    scale = sum(abs(payment) / (1 + rate) ** year for year, payment in enumerate(payments))
    assert abs(float(present_value(np.array(payments), rate))) <= 1e-6 * scale


def test_what_has_no_internal_rate_has_none() -> None:
    """Nothing earned; or two changes of sign, where 0 % and 100 % would both do."""
    assert internal_rate([-1.0, 0.0]) is None
    assert internal_rate([-1.0, 3.0, -2.0]) is None


def test_a_sheet_by_hand() -> None:
    """1,000 EUR at 8 % over 5 years: 250.46 EUR a year (tables of annuities), 216.31 at first where prices grow by 8 %:
    216.00; net present value of -1000, 300, 400, 500 at 8 %: 17.63."""
    assert annuity(1000, 0.08, 0.0, 5) == pytest.approx(250.456, abs=1e-3)
    assert annuity(1000, 0.08, 0.08, 5) == pytest.approx(216.0)
    assert float(present_value(np.array([-1000.0, 300, 400, 500]), 0.08)) == pytest.approx(17.629, abs=1e-3)
    assert internal_rate([-1000, 300, 400, 500]) == pytest.approx(0.0890, abs=1e-4)


def test_what_is_needed_is_bought_and_bought_again() -> None:
    """Two, from year 2 three; of a life of three years."""
    bought = purchases(np.array([2.0, 2, 3, 3, 3, 3]), 3)
    assert bought.tolist() == [2, 0, 1, 2, 0, 1]
    assert float(residual(bought, 3)) == pytest.approx(1 * 2 / 3)


@given(st.lists(st.floats(0, 1000), min_size=1, max_size=30), st.integers(1, 10))
def test_there_always_is_as_much_as_is_needed(quantities: list[float], life: int) -> None:
    """Whatever grows or shrinks; and nothing is sold."""
    bought = purchases(np.array(quantities), life)
    assert (bought >= 0).all()
    for year, quantity in enumerate(quantities):
        assert bought[max(0, year - life + 1):year + 1].sum() >= quantity - 1e-6
