"""What a metric's statistic allows to be concluded: how sure a target holds, and how many samples it takes. Pure.

One record for each statistic of the table of metrics; why they are as they are, twin.judge.statistics.confidence
explains.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import NormalDist

from twin.core.units import PPM
from twin.judge.statistics import confidence, means
from twin.judge.statistics.confidence import RISK
from twin.judge.statistics.proportions import held
from twin.judge.verdict import Interval, Outcome
from twin.model import Metric, Statistic

LIMIT = NormalDist().inv_cdf(1 - RISK)


@dataclass(frozen=True, slots=True)
class Judged:
    """A figure held against a target, in base units, and what the limits of the figure allow to be said."""

    metric: Metric
    value: float
    interval: Interval
    bound: float
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Inference:
    """held: confidence that a target holds, where the statistics give one. needed: how many samples can show a bound;
    0 where that is no matter of their number."""

    held: Callable[[Judged], float | None]
    needed: Callable[[Metric, float], int]


def by_limits(judged: Judged) -> float | None:
    """0.95 and 0.05 mean "at least" and "at most", where only limits are known."""
    return {Outcome.MET: 1 - RISK, Outcome.MISSED: RISK}.get(judged.outcome)


def _mean(judged: Judged) -> float | None:
    """From how far the bound lies towards the limit on its side, as of a normal variable."""
    limit = judged.interval.high if judged.bound >= judged.value else judged.interval.low
    if limit is None:
        return None
    apart, reach = judged.bound - judged.value, abs(limit - judged.value)
    below = NormalDist().cdf(LIMIT * apart / reach) if reach else float(apart >= 0)
    return below if judged.metric.row.lower else 1 - below


def _proportion(judged: Judged) -> float | None:
    """Of what should be rare; of what should be frequent, the limits alone are known."""
    if not judged.metric.row.lower:
        return by_limits(judged)
    chances = judged.interval.effective
    return held(judged.value / PPM * chances, chances, judged.bound / PPM)


def _to_show_a_proportion(metric: Metric, bound: float) -> int:
    return confidence.packets_needed(bound / PPM if metric.row.lower else 1 - bound / PPM)


INFERENCES: Mapping[Statistic, Inference] = {
    Statistic.MEAN: Inference(_mean, lambda _metric, _bound: means.LEAST),
    Statistic.PROPORTION: Inference(_proportion, _to_show_a_proportion),
    Statistic.QUANTILE: Inference(by_limits, lambda metric, _bound: confidence.samples_needed(metric.row.part)),
    Statistic.LARGEST: Inference(by_limits, lambda _metric, _bound: confidence.packets_needed(confidence.RARE)),
    Statistic.AS_IT_IS: Inference(by_limits, lambda _metric, _bound: 0),
}


def run_factor(judged: Judged) -> float | None:
    """How many times longer a run would be conclusive, about: limits close in with the square root of its length, those
    of what never happened with its length. None where that cannot be said."""
    interval = judged.interval
    limit = interval.high if judged.bound >= judged.value else interval.low
    if limit is None or (judged.value == 0 and judged.metric.row.statistic is Statistic.PROPORTION):
        needed = INFERENCES[judged.metric.row.statistic].needed(judged.metric, judged.bound)
        return needed / interval.effective if needed > interval.effective > 0 else None
    if judged.bound == judged.value:
        return None
    times = max(1.0, (limit - judged.value) / (judged.bound - judged.value))
    return times * times  # infinite where it is too large; a power would raise


def cannot_be_shown(metric: Metric, bound: float) -> bool:
    """Whether no run can show it, however long: that something never happens, or always."""
    return metric.row.statistic is Statistic.PROPORTION and bound == (0 if metric.row.lower else PPM)
