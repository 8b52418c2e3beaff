"""Limits of a quantile of samples that depend on each other. Pure.

Below: clusters of exceedances are counted as events (Clopper and Pearson 1934, of effective counts). Above: a run holds
few samples beyond a far quantile, so its tail is continued from where there are enough (peaks over threshold; Davison
and Smith 1990): peaks of clusters over a threshold are taken as exponential, as those of waits are in queues whose
arrivals and services have light tails (Asmussen 2003, XIII), and decay faster where a wait is bounded. What
the run cannot know, how often and how far, is at its 95 % limit. Of several thresholds the one counts that gives the
highest limit, so that a second mode, which only high thresholds see, is not smoothed away.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise

from twin.judge.statistics.confidence import RARE, RISK, samples_needed
from twin.judge.statistics.dependence import busy_periods, clusters, dispersion
from twin.judge.statistics.distributions import beta, inverse_gamma
from twin.judge.verdict import Interval

EXCEEDING = (0.4, 0.2, 0.1, 0.05, 0.02, 0.01)
"""The parts of the samples that exceed the thresholds."""
COUNTED = 25
"""Exceedances, as far as they are independent, from which on the upper limit is counted as the lower one is."""
CLUSTERS, MANY = 5, 30
"""Clusters that a threshold needs to be used, beside the lowest; and with which lower ones are not."""
NEIGHBOURS, FEW_CLUSTERS, FEW_PERIODS = 1.5, 10, 40
"""By how many fewer clusters count for the tail than were counted: always, as neighbours are not quite independent; of
so many, and with so many effective busy periods, by one part more. Fitted by benchmarks/coverage.py."""
LEAST = 1.0
"""Effective clusters below which no upper limit of a tail is given: peaks may be twenty times as high as those seen."""
SPARSE = 10
"""The same of busy periods for counts."""
INDEPENDENT = 5
"""Independent samples that make an effective busy period: they cross their mean at every fourth, now and then later."""
CACHED = 16
"""Several metrics of a flow ask for limits of the same samples."""
COMMON = (0.2, 0.1)
"""At which levels exceedances are frequent enough to show how they cluster."""
STEPS = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 400)
"""How many times more samples than should exceed the quantile may exceed its lower limit."""


Exceeded = tuple[float, tuple[float, ...], float]
"""A threshold, the peaks of clusters above it, and the part of the samples that exceeds it."""


@lru_cache(maxsize=CACHED)
def quantile(values: tuple[float, ...], probability: float) -> Interval:
    """Limits of a quantile, probability 0 to 1; values: in order of time."""
    if len(values) < 2:
        return Interval(None, None, len(values), 0.0)
    tail = tail_of(values)
    spread = common_dispersion(tail)
    low, high = _low(tail, probability, spread), _high(tail, probability, spread)
    return Interval(low, high, len(values), len(values) / spread)


def largest(values: tuple[float, ...], probability: float = 1 - RARE) -> Interval:
    """Limits of "none exceeds it": the largest value breaks a target at once. It is kept where a quantile so far out
    that hardly any value exceeds it keeps the target, too."""
    if not values:
        return Interval(None, None, 0, 0.0)
    limits, top = quantile(values, probability), max(values)
    return Interval(top, None if limits.high is None else max(top, limits.high), limits.samples, limits.effective)


@dataclass(frozen=True, slots=True, eq=False)
class Tail:
    """Samples in order of time, their places from the largest down, and the effective number of busy periods."""

    values: Sequence[float]
    falling: Sequence[int]
    periods: float

    @property
    def doubt(self) -> float:
        """Whether samples depend on each other for so long that a run shows it only by many busy periods: 0, where they
        cross their mean as often as independent ones do, to 1."""
        return max(0.0, 1 - INDEPENDENT * self.periods / len(self.values))

    def level(self, count: float) -> float:
        """The value that so many samples reach."""
        return self.values[self.falling[min(len(self.values), max(1, math.floor(count))) - 1]]

    def places(self, level: float, *, included: bool) -> list[int]:
        """Where samples exceed a level, or reach it, in order of time."""
        last = (bisect_right if included else bisect_left)(self.falling, -level, key=lambda place: -self.values[place])
        return sorted(self.falling[:last])

    def dispersion_of(self, places: Sequence[int]) -> float:
        """The dispersion of the clusters of exceedances at these places."""
        return dispersion(clusters(places, len(self.values))) * (1 + self.doubt * SPARSE / self.periods)


@lru_cache(maxsize=CACHED)
def tail_of(values: tuple[float, ...]) -> Tail:
    """Order samples by their size; several metrics of a flow ask for the same."""
    falling = sorted(range(len(values)), key=values.__getitem__, reverse=True)
    return Tail(values, falling, busy_periods(values))


@lru_cache(maxsize=CACHED)
def common_dispersion(tail: Tail) -> float:
    """How exceedances of common levels cluster; more where the run holds few busy periods."""
    levels = (tail.level(part * len(tail.values)) for part in COMMON)
    return max(tail.dispersion_of(tail.places(level, included=True)) for level in levels)


def _low(tail: Tail, probability: float, spread: float) -> float | None:
    """The highest value that too many samples reach for it to lie above the quantile."""
    count = len(tail.values)
    reaching = sorted({math.floor(count * (1 - probability) * step) for step in STEPS})
    for level in (tail.level(number) for number in reaching if 0 < number < count):
        places = tail.places(level, included=True)
        if len(places) < count and _too_many(len(places), count, 1 - probability, spread) and _too_many(
                len(places), count, 1 - probability, max(spread, tail.dispersion_of(places))):
            return level
    return None


def _too_many(events: int, chances: int, ratio: float, spread: float) -> bool:
    """Whether so many events are unlikely (5 %) at this ratio. spread: their dispersion."""
    return beta(ratio, events / spread, (chances - events) / spread + 1) <= RISK


def _high(tail: Tail, probability: float, spread: float) -> float | None:
    """The lowest value that too few samples exceed for it to lie below the quantile, where that can be counted."""
    count = len(tail.values)
    expected = count * (1 - probability)
    if expected / spread < COUNTED:
        return _continued(tail, probability)
    for exceeding in range(math.floor(expected), 0, -max(1, math.floor(expected) // 40)):
        if beta(1 - probability, exceeding / spread + 1, (count - exceeding) / spread) >= 1 - RISK:
            return tail.level(exceeding)
    return None


def _continued(tail: Tail, probability: float) -> float | None:
    """The highest limit by any threshold. One that nothing exceeds is the limit if it was reached often enough."""
    count = len(tail.values)
    exceeded = _thresholds(tail)
    if not exceeded:
        return tail.level(1) if count >= samples_needed(probability) else None
    high = max(threshold + _beyond(tail, peaks, often, probability) for threshold, peaks, often in exceeded)
    return None if math.isinf(high) else high


def _thresholds(tail: Tail) -> list[Exceeded]:
    """From the highest with many clusters, or else the lowest, up to the highest with a few; the highest first."""
    usable: list[Exceeded] = []
    for part in reversed(EXCEEDING):
        threshold = tail.level(part * len(tail.values) + 1)
        places = tail.places(threshold, included=False)
        sizes = clusters(places, len(tail.values))
        if len(sizes) >= (1 if part == EXCEEDING[0] else CLUSTERS):
            above = [tail.values[place] for place in places]
            peaks = tuple(max(above[a:b]) - threshold for a, b in pairwise((0, *accumulate(sizes))))
            usable.append((threshold, peaks, len(places) / len(tail.values)))
        if len(sizes) >= MANY:
            break
    return usable


def _beyond(tail: Tail, peaks: Sequence[float], often: float, probability: float) -> float:
    """How far the quantile may lie above a threshold; inf: nobody knows. peaks: of clusters, above it. often: the part
    of the samples that exceeds it."""
    effective = len(peaks) / (NEIGHBOURS + FEW_CLUSTERS / len(peaks) + tail.doubt * (FEW_PERIODS / tail.periods) ** 2)
    if effective < LEAST:
        return math.inf
    most = min(1.0, often * inverse_gamma(1 - RISK, effective + 1) / effective)
    scale = math.fsum(peaks) / len(peaks) * effective / inverse_gamma(RISK, effective)
    return scale * max(0.0, math.log(most / (1 - probability)))
