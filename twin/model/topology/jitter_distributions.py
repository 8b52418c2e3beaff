"""Distributions of jitter as tables of quantiles, which tc-netem(8) draws from and theory reads. Pure.

Each has mean 0 and standard deviation 1, and no value beyond 4 to either side, since the kernel's tables have 16 bits.
The tables are computed here and not those of iproute2, whose tails are cut without correcting mean and deviation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import cache
from statistics import NormalDist, fmean, pstdev
from typing import assert_never

SCALE = 8192
"""What stands for a standard deviation in a table (NETEM_DIST_SCALE of linux/pkt_sched.h)."""
ENTRIES = 4096
LARGEST = 32767 / SCALE
"""The largest value, in standard deviations."""
SHAPE = 3.0
"""Of the Pareto distribution, as in iproute2."""
NORMAL_PART = 0.25
"""Of the normal distribution in `paretonormal`, as in iproute2."""


class Distribution(StrEnum):
    """How jitter is distributed."""

    UNIFORM = "uniform"
    """Every delay within the range is equally likely."""
    NORMAL = "normal"
    """Gaussian."""
    PARETO = "pareto"
    """Most packets a little early, few very late (shape 3)."""
    PARETONORMAL = "paretonormal"
    """A quarter normal, three quarters Pareto."""


@cache
def quantiles(distribution: Distribution) -> tuple[float, ...]:
    """ENTRIES quantiles in ascending order, in units of the jitter: standard deviations; of uniform, half ranges."""
    match distribution:
        case Distribution.UNIFORM:
            return tuple(2 * share - 1 for share in _shares())
        case Distribution.NORMAL:
            return _standard([NormalDist().inv_cdf(share) for share in _shares()])
        case Distribution.PARETO:
            return _pareto()
        case Distribution.PARETONORMAL:
            mixed = zip(quantiles(Distribution.NORMAL), quantiles(Distribution.PARETO), strict=True)
            return _standard([NORMAL_PART * gauss + (1 - NORMAL_PART) * late for gauss, late in mixed])
        case _:
            assert_never(distribution)


def table(distribution: Distribution) -> tuple[int, ...]:
    """The same as the kernel takes them, in units of 1/SCALE."""
    return tuple(max(-SCALE * 4, min(32767, round(value * SCALE))) for value in quantiles(distribution))


def _shares() -> Iterator[float]:
    return ((index + 0.5) / ENTRIES for index in range(ENTRIES))


def _pareto() -> tuple[float, ...]:
    """The Pareto distribution up to the share from which on values lie beyond LARGEST."""
    low, high = 0.5, 1.0
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if _upto(middle)[-1] <= LARGEST else (low, middle)
    return _upto(low)


def _upto(most: float) -> tuple[float, ...]:
    return _standard([(1 - share * most) ** (-1 / SHAPE) for share in _shares()])


def _standard(values: Sequence[float]) -> tuple[float, ...]:
    """The same with mean 0 and standard deviation 1."""
    mean, deviation = fmean(values), pstdev(values)
    return tuple((value - mean) / deviation for value in values)
