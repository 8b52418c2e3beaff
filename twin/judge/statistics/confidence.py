"""How far a run speaks for the service: confidence limits, and what they allow to be concluded.

A run in virtual time is not noise round a truth: for its own seconds and its own seed it is the whole truth. But a
target promises something of the service, on any day of this load, and the run is one draw of that: other seeds, other
phases of the same flows against each other. So every figure gets an interval, each of whose ends is wrong with a
probability of 5 %, and

    met            the whole interval keeps the target
    missed         the whole interval breaks it
    inconclusive   the target lies inside, or there were too few samples for an interval

Packets that share a queue share its wait, so neighbours say less than as many independent packets. Each method counts
effective samples, and says nothing where a run holds too few of them (twin.judge.statistics.dependence). In one
sentence a metric:

    loss           losses come in episodes: lost and sent are divided by how the episodes cluster; no loss in n
                   effective packets says "less than -ln 0.05 / n" (rule of three: 2 996 for 0.1 %), else Clopper and
                   Pearson
    quantiles      clusters of exceedances, by the extremal index, count as events; a tail farther out than the
                   samples reach is continued from peaks over a threshold
    means, rates   the variance is that of effective samples, by autocorrelation and busy periods; limits are those of a
                   gamma variable, as waits are skewed
    largest delay  one packet over it breaks the promise; kept where a 99.9th percentile that far out keeps it
    worst second   the same of seconds and their 95th percentile: 59 that are alike say it
    loss events    a proportion of packets, told an hour: to show one an hour takes three hours without any
    films          one film is one draw: its start and its stops are judged as they are; more lines or seeds say more

How often the limits are wrong, benchmarks/coverage.py measures. What is assumed: the load is steady (a run with a fault
is judged as a service in which such faults happen at that rate). Where a run leaves a target open, a bound by theory on
the same side of the target may decide it; the verdict's `basis` says so (twin.judge.verdicts.judge).
"""

from __future__ import annotations

import math

from twin.judge.verdict import Interval, Outcome

RISK = 0.05
"""Probability with which each end of an interval may be wrong."""

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


def scaled(interval: Interval, factor: float) -> Interval:
    """The interval in another unit."""
    low, high = (None if limit is None else limit * factor for limit in (interval.low, interval.high))
    return Interval(low, high, interval.samples, interval.effective)
