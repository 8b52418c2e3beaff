"""Distributions behind confidence limits: binomial, Student's t, gamma and normal, by their integrals. Pure numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache
from itertools import count, islice
from statistics import NormalDist

SMALLEST = -700.0
"""The natural logarithm of about the least number that a float holds."""
STEPS, PRECISION = 60, 1e-9
"""Of Newton's method: at most so many steps, until one is less."""
ROUNDING = 1e-13
"""As a part of a value: what rounding leaves of the functions whose inverse is looked for."""
MOST_TERMS = 10_000
"""Of a continued fraction."""


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
        return 1 - front / _lentz(first, _gamma_terms(first, shape))
    term = total = 1 / shape
    step = 0
    while term > total * 1e-12:
        step += 1
        term *= x / (shape + step)
        total += term
    return min(1.0, front * total)


@lru_cache(maxsize=4096)
def inverse_beta(level: float, a: float, b: float) -> float:
    """The x at which the regularised incomplete beta function is `level`: by Newton's method on the logarithms of both,
    and by bisection where that leaves what is known to hold x, or does not end."""
    low, high, x = 0.0, 1.0, a / (a + b)
    for _ in range(STEPS):
        below = beta(x, a, b)
        low, high = (x, high) if below < level else (low, x)
        before, x = x, _newton(x, below, level, a, b)
        if abs(x - before) <= ROUNDING * before:
            return x
        if not low < x < high:
            x = (low + high) / 2
    while (middle := (low + high) / 2) not in (low, high):
        low, high = (middle, high) if beta(middle, a, b) < level else (low, middle)
    return middle


def _newton(x: float, below: float, level: float, a: float, b: float) -> float:
    """The next x after one at which the function is `below`; out of its range where the slope leads nowhere."""
    if not 0 < below < 1:
        return -1.0
    slope = math.exp(_log_front(x, a, b) - math.log1p(-x)) / below
    return x * math.exp(min(1.0, math.log(level / below) / slope)) if slope else -1.0


def beta(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function (continued fraction; Abramowitz and Stegun 26.5.8)."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - beta(1 - x, b, a)
    return math.exp(_log_front(x, a, b)) / a / _lentz(1.0, _beta_terms(x, a, b))


def _log_front(x: float, a: float, b: float) -> float:
    """The logarithm of x^a (1 - x)^b / B(a, b)."""
    return math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)


def _beta_terms(x: float, a: float, b: float) -> Iterator[tuple[float, float]]:
    for m in count():
        yield -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)), 1.0
        n = m + 1
        yield n * (b - n) * x / ((a + 2 * n - 1) * (a + 2 * n)), 1.0


def _gamma_terms(first: float, shape: float) -> Iterator[tuple[float, float]]:
    for step in count(1):
        yield step * (shape - step), first + 2 * step


def _lentz(first: float, terms: Iterator[tuple[float, float]]) -> float:
    """The continued fraction first + above/(below + above/(below + ...)) of terms (above, below) by Lentz's method."""
    value = c = first
    d = 0.0
    for above, below in islice(terms, MOST_TERMS):
        d = 1 / (below + above * d)
        c = below + above / c
        value *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return value
