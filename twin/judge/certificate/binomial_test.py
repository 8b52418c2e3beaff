"""How improbable a count is, so that what chance can do is not taken for a fault. Pure."""

from __future__ import annotations

from math import exp, lgamma, log


def improbable(count: int, trials: int, chance: float, doubt: float) -> bool:
    """Whether of `trials` with that chance of success as few as `count`, or as many, succeed with a probability below
    `doubt` (the two tails of the binomial distribution); a certain outcome has to come every time."""
    if chance >= 1 or chance <= 0:
        return count != (trials if chance >= 1 else 0)
    below = sum(_probability(k, trials, chance) for k in range(count + 1))
    above = sum(_probability(k, trials, chance) for k in range(count, trials + 1))
    return min(below, above) < doubt / 2


def _probability(count: int, trials: int, chance: float) -> float:
    """Of exactly so many successes."""
    ways = lgamma(trials + 1) - lgamma(count + 1) - lgamma(trials - count + 1)
    return exp(ways + count * log(chance) + (trials - count) * log(1 - chance))
