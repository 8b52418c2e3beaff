"""How far samples that follow each other depend on each other: clusters, busy periods, effective numbers. Pure.

Packets that share a busy period share its wait. So exceedances of a level come in clusters, which the intervals between
them show (Ferro and Segers 2003, "Inference for clusters of extreme values"); a mean stands on fewer samples than were
counted, which their autocorrelation shows (Geyer 1992, initial positive sequence); and a run shows its own dependence
only when it is long enough: one that happened to be quiet knows nothing of long busy periods. How many of those it
holds is counted from crossing to crossing of the mean, as regenerative simulation does where states do not repeat
exactly (Gunther and Wolff 1980, "The almost regenerative method"): long ones count for more, by their squares.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import pairwise
from operator import add, mul, sub
from statistics import fmean

LEAST_TIME = 0.1
"""Samples that alternate, as those of a rate in packets do, tell more of the mean than independent ones: at most ten
times more."""
BLOCKS = 400
"""Into how many blocks of neighbours samples are averaged before their autocorrelation is taken."""


def clusters(at: Sequence[int], among: int) -> tuple[int, ...]:
    """Sizes of the clusters of exceedances that happened at these places, ascending, in a series of `among` samples.

    The intervals estimator of the extremal index says how many clusters there are, and the longest intervals part them;
    of intervals of equal length all part clusters, or none. The series is taken as a ring, so that one run of
    exceedances in a long series is one cluster.
    """
    gaps = list(map(sub, at[1:], at))
    around = [at[0] + among - at[-1]] if at else []
    count = min(len(at), math.floor(extremal_index(gaps + around) * len(at)) + 1)
    if count < 2:
        return (len(at),) if at else ()
    longest = sorted(gaps, reverse=True)
    shortest, tied = longest[count - 2], longest[count - 2:count] == 2 * longest[count - 2:count - 1]
    parting = [place for place, gap in enumerate(gaps, 1) if gap > shortest or (gap == shortest and not tied)]
    return tuple(b - a for a, b in pairwise((0, *parting, len(at))))


def extremal_index(gaps: Sequence[int]) -> float:
    """The part of the exceedances that begin a cluster, 0 to 1, from the intervals between exceedances."""
    if not gaps:
        return 1.0
    count, total, squares = len(gaps), sum(gaps), _squares(gaps)
    if max(gaps) <= 2:
        return min(1.0, 2 * total**2 / (count * squares))
    return min(1.0, 2 * (total - count) ** 2 / (count * (squares - 3 * total + 2 * count)))


def dispersion(sizes: Sequence[int]) -> float:
    """By how much more a count of exceedances varies than one of independent events: E S² / E S of cluster sizes S."""
    return sum(size * size for size in sizes) / sum(sizes) if sizes else 1.0


def effective_samples(values: Sequence[float]) -> float:
    """How many independent samples would give a mean as precise as that of these."""
    middle, count = fmean(values), len(values)
    size = max(1, count // BLOCKS)
    blocks = values if size == 1 else [fmean(values[k:k + size]) for k in range(0, count - size + 1, size)]
    deviations = [block - middle for block in blocks]
    square = sum(deviation * deviation for deviation in deviations) / len(deviations)
    if square == 0:
        return float(count)
    variance = sum((value - middle) ** 2 for value in values) / count
    return variance / square * len(deviations) / _correlation_time(deviations, square)


def _correlation_time(deviations: Sequence[float], square: float) -> float:
    """The sum of the autocorrelations of all lags, both ways, pair by pair as long as a pair is positive."""
    total = -1.0
    pairs = list(map(add, deviations, [*deviations[1:], 0.0]))  # Two lags at once: d(i) d(i+k) + d(i) d(i+k+1).
    for lag in range(0, len(deviations) - 1, 2):
        pair = sum(map(mul, deviations, pairs[lag:])) / len(deviations) / square
        if pair <= 0:
            break
        total += 2 * pair
    return max(total, LEAST_TIME)


def busy_periods(values: Sequence[float]) -> float:
    """The effective number of busy periods: n² / sum of L², L being the samples from one upcrossing of the mean to the
    next. Where all samples are equal, none waits for another: any number."""
    if min(values) == max(values):
        return math.inf
    above = bytes(map(fmean(values).__lt__, values))
    begin = [0, *(upcrossing.end() - 1 for upcrossing in re.finditer(b"\0\1", above)), len(values)]
    lengths = list(map(sub, begin[1:], begin))
    return len(values) ** 2 / _squares(lengths)


def _squares(counts: Sequence[int]) -> int:
    return sum(map(mul, counts, counts))
