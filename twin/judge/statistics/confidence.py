"""How far a run speaks for the service: confidence limits, and what they allow to be concluded.

A run in virtual time is not noise round a truth: for its own seconds and its own seed it is the whole truth. But a
target promises something of the service, on any day of this load, and the run is one draw of that: other seeds, other
phases of the same flows against each other. So every figure gets an interval, each of whose ends is wrong with a
probability of 5 %, and

    met            the whole interval keeps the target
    missed         the whole interval breaks it
    inconclusive   the target lies inside, or there were too few samples for an interval

In one sentence a metric:

    loss           counted loss events in so many chances: no loss in n packets says "less than -ln 0.05 / n"
                   (rule of three: 2 996 packets for 0.1 %, 299 574 for 0.001 %), else Clopper and Pearson (1934)
    quantiles      a sample far enough beyond the quantile bounds it: binomial ranks (order statistics), which for the
                   99.9th percentile takes 2 995 packets and for the 95th 59 pages
    means, rates   neighbours share a queue, so the run is cut into up to 20 stretches whose means are nearly
                   independent: Student's t over those (method of batch means; Schmeiser 1982)
    largest delay  one packet over it breaks the promise; 2 996 packets without one say that fewer than 1 in 1 000 is
    worst second   the same of seconds: 59 without a worse one say that 95 of 100 are no worse
    loss events    a proportion of packets, told an hour: to show one an hour takes three hours without any
    films          one film is one draw: its start and its stops are judged as they are; more lines or seeds say more

What is assumed: the load is steady (a run with a fault is judged as a service in which such faults happen at that
rate), and rare events far apart do not depend on each other. Losses in one run of packets count as one event.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from statistics import fmean, stdev

from twin.judge.verdict import Interval, Outcome

RISK = 0.05
"""Probability with which each end of an interval may be wrong."""

BATCHES = 20
"""Into how many stretches a run is cut at most."""
LEAST_BATCHES = 5
BATCH = 10
"""How few stretches will do, and how few packets in each."""

RARE = 0.001
"""What "no packet exceeds it" is meant to say: fewer than this ratio do."""


def conclude(interval: Interval, target: float, lower: bool) -> Outcome:
    """What an interval allows to be said of a target; lower: the target is an upper bound."""
    best, worst = (interval.low, interval.high) if lower else (interval.high, interval.low)

    def keeps(limit: float) -> bool:
        return limit <= target if lower else limit >= target

    if worst is not None and keeps(worst):
        return Outcome.MET
    return Outcome.MISSED if best is not None and not keeps(best) else Outcome.INCONCLUSIVE


def packets_needed(ratio: float) -> int:
    """How many packets without a loss show that the loss ratio is less than `ratio`: ceil(-ln 0.05 / ratio)."""
    return math.ceil(-math.log(RISK) / ratio)


def samples_needed(probability: float) -> int:
    """How many samples it takes until the largest bounds the quantile: the least n with probability^n <= 0.05."""
    return math.ceil(math.log(RISK) / math.log(probability))


def proportion(events: float, chances: float) -> Interval:
    """Limits of a proportion, as a ratio 0 to 1; counts may be fractions (effective counts).

    Without events the upper limit is that of the rule of three, which is a hair above the exact binomial one and easy
    to check by hand.
    """
    if chances <= 0:
        return Interval(None, None, 0)
    low = inverse_beta(RISK, events, chances - events + 1) if events > 0 else 0.0
    high = inverse_beta(1 - RISK, events + 1, chances - events) if events < chances else 1.0
    return Interval(low, min(1.0, -math.log(RISK) / chances) if events == 0 else high, math.floor(chances))


def losses(lost: int, sent: int, loss_runs: Sequence[int]) -> Interval:
    """Limits of a loss ratio, 0 to 1: a run of losses is one event, and as many packets one chance."""
    burst = lost / len(loss_runs) if loss_runs else 1.0
    return proportion(lost / burst, sent / burst)


def scaled(interval: Interval, factor: float) -> Interval:
    """The interval in another unit."""
    low, high = (None if limit is None else limit * factor for limit in (interval.low, interval.high))
    return Interval(low, high, interval.samples)


def held(events: float, chances: float, ratio: float) -> float:
    """Confidence that a proportion is less than `ratio`: probability of more events, were it exactly that.

    Without events that is 1 - e^(-chances x ratio), the rule of three read backwards.
    """
    if events == 0:
        return -math.expm1(-chances * ratio)
    if events >= chances or ratio <= 0:
        return 0.0
    return 1.0 if ratio >= 1 else beta(ratio, events + 1, chances - events)


def quantile(values: Sequence[float], probability: float) -> Interval:
    """Limits of a quantile by order statistics: the values of two ranks that bracket it; None where no rank does.

    The value of rank k lies above the quantile where fewer than k samples lie below it, and that count is binomial.
    """
    ordered = sorted(values)
    count = len(ordered)

    def fewer(k: int) -> float:
        return binomial(k - 1, count, probability)

    ranks = range(1, count + 1)
    below = bisect_right(ranks, RISK, key=fewer)
    above = bisect_left(ranks, 1 - RISK, key=fewer)
    return Interval(ordered[below - 1] if below else None, ordered[above] if above < count else None, count)


def largest(values: Sequence[float], needed: int | None = None) -> Interval:
    """Limits of "none exceeds it": the largest value breaks a promise at once, and keeps it with enough others.

    needed: how many are enough; of packets, as many as show that fewer than RARE exceed it.
    """
    if not values:
        return Interval(None, None, 0)
    top = max(values)
    enough = len(values) >= (packets_needed(RARE) if needed is None else needed)
    return Interval(top, top if enough else None, len(values))


def mean(batches: Sequence[float]) -> Interval:
    """Limits of a mean from the means of batches of equal length; None with fewer than five batches."""
    if len(batches) < LEAST_BATCHES:
        return Interval(None, None, len(batches))
    middle = fmean(batches)
    reach = student(1 - RISK, len(batches) - 1) * stdev(batches) / math.sqrt(len(batches))
    return Interval(middle - reach, middle + reach, len(batches))


def mean_below(interval: Interval, bound: float) -> float | None:
    """Confidence that a mean whose limits `mean` gave is at most `bound`; None where there are no limits."""
    if interval.low is None or interval.high is None:
        return None
    middle, reach = (interval.low + interval.high) / 2, (interval.high - interval.low) / 2
    if reach == 0:
        return float(middle <= bound)
    freedom = interval.samples - 1
    return student_cumulated((bound - middle) / reach * student(1 - RISK, freedom), freedom)


def batch_means(values: Sequence[float]) -> tuple[float, ...]:
    """Means of up to 20 batches of consecutive values, each of ten or more; the last one takes what is left over."""
    count = min(BATCHES, len(values) // BATCH)
    if count == 0:
        return ()
    size = len(values) // count
    cuts = [size * k for k in range(count)] + [len(values)]
    return tuple(fmean(values[a:b]) for a, b in pairwise(cuts))


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


def student_cumulated(t: float, freedom: int) -> float:
    """P(T <= t) of Student's t."""
    tail = beta(freedom / (freedom + t * t), freedom / 2, 0.5) / 2
    return 1 - tail if t > 0 else tail


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
    return front / a / _fraction(x, a, b)


def _fraction(x: float, a: float, b: float) -> float:
    """The continued fraction 1 + d1/(1 + d2/(1 + ...)) by Lentz's method."""
    value = c = 1.0
    d = 0.0
    for step in range(1, 10_000):
        m = step // 2
        if step % 2:
            term = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            term = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1 / (1 + term * d)
        c = 1 + term / c
        value *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return value
