"""Investments over time: annuities whose payments follow the price, net present value, internal rate of return.

Rates and trends are fractions a year (0.08, -0.1); the first of a row of payments is due in year 0 unless it is said
otherwise. The annuity is that of tilted annuities as European regulators use them for the cost of networks.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
ALIKE = 1e-9
"""Rate and trend as near as this are the same: the quotient would lose all its figures."""
LOWEST, HIGHEST = -0.99, 10.0
"""Between which an internal rate is looked for."""
HALVINGS = 100


def annuity(investment: float, rate: float, trend: float, life: int) -> float:
    """The payment at the end of the first year, of `life` of them that grow by `trend` and are worth the investment:
    I (r - t) / (1 - ((1 + t) / (1 + r))^n), and I (1 + r) / n where r = t."""
    if abs(rate - trend) < ALIKE:
        return investment * (1 + rate) / life
    return investment * (rate - trend) / (1 - ((1 + trend) / (1 + rate)) ** life)


def discounts(rate: float, years: int) -> Floats:
    """What 1 EUR of each year is worth in year 0."""
    return np.asarray((1 + rate) ** -np.arange(years, dtype=float))


def present_value(payments: Floats, rate: float) -> Floats:
    """The net present value of payments, by year along the last axis."""
    return np.asarray(payments @ discounts(rate, payments.shape[-1]))


def internal_rate(payments: Sequence[float]) -> float | None:
    """The rate at which payments are worth nothing; None where there is none, or where more than one change of sign
    leaves it open which."""
    row = np.asarray(payments, dtype=float)
    signs = np.sign(row[row != 0])
    if np.count_nonzero(np.diff(signs)) != 1:
        return None
    low, high = LOWEST, HIGHEST
    rising = row[row != 0][0] > 0
    if (present_value(row, low) > 0) == (present_value(row, high) > 0):
        return None
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if (present_value(row, middle) > 0) == rising else (middle, high)
    return (low + high) / 2


def purchases(quantities: Floats, life: int) -> Floats:
    """How many are bought in each year, by year along the last axis: what there must be, and is not there yet or has
    come to the end of its life."""
    bought = np.zeros_like(quantities)
    held = np.zeros_like(quantities[..., 0])
    for year in range(quantities.shape[-1]):
        held = held - (bought[..., year - life] if year >= life else 0.0)
        bought[..., year] = np.maximum(0.0, quantities[..., year] - held)
        held = held + bought[..., year]
    return bought


def residual(bought: Floats, life: int) -> Floats:
    """How many new ones those are worth that are left after the last year, in proportion to the life that they have
    left."""
    years = bought.shape[-1]
    left = np.clip(life - (years - np.arange(years)), 0, None) / life
    return np.asarray(bought @ left)
