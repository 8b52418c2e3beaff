"""How often something rare happens at the most, but with a small chance."""

from __future__ import annotations

from math import exp, inf, log, sqrt

SMALL = 40.0
"""Up to this mean the Poisson distribution is summed; beyond, it is taken to be normal."""


def most(mean: float, chance: float) -> float:
    """The number that independent rare events exceed with that chance at the most, given how many there are on average
    (Poisson)."""
    if mean == inf:
        return inf
    if mean > SMALL:
        return mean + _deviations(chance) * sqrt(mean)
    part = left = exp(-mean)
    left, count = 1 - left, 0
    while left > chance and part > 0:
        count += 1
        part *= mean / count
        left -= part
    return float(count)


def least(mean: float, chance: float) -> float:
    """The same the other way: fewer happen with that chance at the most."""
    return max(0.0, mean - _deviations(chance) * sqrt(mean)) if mean > SMALL else 0.0


def _deviations(chance: float) -> float:
    """Standard deviations beyond which a normal value lies with that chance at the most (Chernoff)."""
    return sqrt(2 * log(1 / chance))
