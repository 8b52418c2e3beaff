"""Limits of a mean of samples that depend on each other. Pure.

The mean of waits is skewed: most runs lie a little below the true mean, a few far above it, and a run that lies below
varies less, too. So the distance of the mean from the smallest sample is taken as a gamma variable of the same mean and
variance (two-moment approximation; Satterthwaite 1946), whose limits scale with the mean; for the lower limit the same
is done from the largest sample. The variance is that of the effective samples, fewer where the run holds few busy
periods.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import fmean

from twin.judge.statistics.dependence import busy_periods, effective_samples
from twin.judge.statistics.distributions import inverse_gamma
from twin.judge.verdict import Interval

RISK = 0.015
"""Of each gamma limit. Its variance is an estimate: so each end is wrong in 5 % at most (benchmarks/coverage.py)."""
FEW = 100
"""Effective busy periods with which the effective samples count for half."""
LEAST = 5
"""Samples below which no interval is given."""
DEGREES = 1.0
"""Of the gamma variable, below which a run says nothing of that end: it deviates by more than its mean, and a limit at
this risk would lie more than 65 times as far away."""


def mean(values: Sequence[float]) -> Interval:
    """Limits of the mean; values: in order of time."""
    if len(values) < LEAST:
        return Interval(None, None, len(values), 0.0)
    middle = fmean(values)
    variance = math.fsum((value - middle) ** 2 for value in values) / len(values)
    if variance == 0:
        return Interval(middle, middle, len(values), float(len(values)))
    effective = effective_samples(values) / (1 + FEW / busy_periods(values))
    above = _reach(middle - min(values), variance / effective)
    below = _reach(max(values) - middle, variance / effective)
    return Interval(None if below is None else middle - below, None if above is None else middle + above,
                    len(values), effective)


def _reach(distance: float, variance: float) -> float | None:
    """How much more the true distance from an end may be than the mean one, of such a variance; None: nobody knows."""
    shape = distance * distance / variance
    return distance * (shape / inverse_gamma(RISK, shape) - 1) if shape >= DEGREES else None
