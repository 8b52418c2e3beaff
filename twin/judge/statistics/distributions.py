"""Distributions behind confidence limits: binomial, Student's t, gamma and normal, by their integrals. Pure numbers."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from statistics import NormalDist

SMALLEST = -700.0
"""The natural logarithm of about the least number that a float holds."""
STEPS, PRECISION = 60, 1e-9
"""Of Newton's method: at most so many steps, until one is less."""


@lru_cache(maxsize=4096)
def binomial(k: int, n: int, p: float) -> float:
    """P(X <= k) of a binomial variable."""
    if k < 0:
        return 0.0
    return 1.0 if k >= n else 1 - beta(p, k + 1, n - k)


def student(level: float, freedom: int) -> float:
    """The quantile of Student's t at `level` of 0.5 or more."""
    x = inverse_beta(2 * (1 - level), freedom / 2, 0.5)
    return math.sqrt(freedom * (1 / x - 1))


def inverse_gamma(level: float, shape: float) -> float:
    """The quantile at `level` of a gamma variable of scale 1; 0.0 where it is less than a float holds.

    By Newton's method on the logarithms of both, where the distribution is concave, from the approximation of Wilson
    and Hilferty (1931), or from the first term of the series where there is less than one degree.
    """
    log_x = (math.log(level) + math.lgamma(shape + 1)) / shape
    if shape > 1:
        root = 1 - 1 / (9 * shape) + NormalDist().inv_cdf(level) / (3 * math.sqrt(shape))
        log_x = math.log(shape) + 3 * math.log(root)
    for _ in range(STEPS):
        if log_x < SMALLEST:
            return 0.0
        x = math.exp(log_x)
        below = gamma(x, shape)
        slope = math.exp(shape * log_x - x - math.lgamma(shape)) / below
        step = (math.log(level) - math.log(below)) / slope
        log_x += step
        if abs(step) < PRECISION:
            break
    return math.exp(log_x)


def gamma(x: float, shape: float) -> float:
    """P(X <= x) of a gamma variable of scale 1: the regularised incomplete gamma function (DLMF 8.7.1, 8.9.2)."""
    front = math.exp(shape * math.log(x) - x - math.lgamma(shape))
    if x > shape + 1:
        first = x - shape + 1
        return 1 - front / _lentz(first, lambda step: step * (shape - step), lambda step: first + 2 * step)
    term = total = 1 / shape
    step = 0
    while term > total * 1e-12:
        step += 1
        term *= x / (shape + step)
        total += term
    return min(1.0, front * total)


@lru_cache(maxsize=4096)
def inverse_beta(level: float, a: float, b: float) -> float:
    """The x at which the regularised incomplete beta function is `level`; by bisection, to the last bit."""
    low, high = 0.0, 1.0
    while True:
        middle = (low + high) / 2
        if middle in (low, high):
            return middle
        low, high = (middle, high) if beta(middle, a, b) < level else (low, middle)


def beta(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function (continued fraction; Abramowitz and Stegun 26.5.8)."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - beta(1 - x, b, a)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))

    def term(step: int) -> float:
        m = step // 2
        if step % 2:
            return -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        return m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))

    return front / a / _lentz(1.0, term, lambda _step: 1.0)


def _lentz(first: float, above: Callable[[int], float], below: Callable[[int], float]) -> float:
    """The continued fraction first + above(1)/(below(1) + above(2)/(below(2) + ...)) by Lentz's method."""
    value = c = first
    d = 0.0
    for step in range(1, 10_000):
        d = 1 / (below(step) + above(step) * d)
        c = below(step) + above(step) / c
        value *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return value
