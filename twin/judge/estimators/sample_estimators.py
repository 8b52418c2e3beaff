"""Estimators of the metrics of one kind of samples: a view of the samples, and a function from it for each metric."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from statistics import fmean
from typing import Generic, TypeVar

from twin.core.units import PPM
from twin.judge.figures import packet_metrics
from twin.judge.statistics import confidence, means, quantiles
from twin.judge.statistics.proportions import losses
from twin.judge.verdict import Interval
from twin.model import Activity, Metric
from twin.plan.blueprint import Flow

S = TypeVar("S")
V = TypeVar("V")
W = TypeVar("W")
Estimators = Mapping[Metric, Callable[[V], "Estimate | None"]]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure in base units, None where there is too little, and limits: what the true one lies between, computed
    where somebody asks, for limits of samples that depend on each other cost more than all the rest."""

    value: float | None
    limits: Callable[[], Interval]


@dataclass(frozen=True, slots=True)
class SampleEstimators(Generic[S, V]):
    """samples: of which kind. view: what all its estimators need, from a flow, its samples and the end of the
    measurement in ns; None where the flow has no such. estimators: None where the view has nothing of a metric."""

    samples: type[S]
    view: Callable[[Flow, S, int], V | None]
    estimators: Estimators[V]

    def speaks_of(self, flow: Flow, samples: object) -> bool:
        """Whether any of its metrics is one of this flow."""
        return isinstance(samples, self.samples) and bool(self._of(flow))

    def estimates(self, flow: Flow, view: V) -> Iterator[tuple[Metric, Estimate]]:
        """Its metrics that are metrics of this flow, as far as there are figures."""
        for metric in self._of(flow):
            estimate = self.estimators[metric](view)
            if estimate is not None:
                yield metric, estimate

    def _of(self, flow: Flow) -> tuple[Metric, ...]:
        return _measured_on(tuple(self.estimators), tuple(flow.traffic.activities))


@cache
def _measured_on(metrics: tuple[Metric, ...], activities: tuple[Activity, ...]) -> tuple[Metric, ...]:
    """Those metrics that are measured on flows of one of the activities: asked for each flow of each second."""
    return tuple(metric for metric in metrics if any(activity in metric.row.activities for activity in activities))


def of_part(part: Callable[[W], V], estimators: Estimators[V]) -> Estimators[W]:
    """The estimators of a view, for one of which it is a part."""
    def through(estimate: Callable[[V], Estimate | None]) -> Callable[[W], Estimate | None]:
        return lambda whole: estimate(part(whole))

    return {metric: through(estimate) for metric, estimate in estimators.items()}


def ratio(flags: tuple[bool, ...], waits: tuple[float, ...]) -> Estimate:
    """How often something happened, ppm. waits: what shows how it clusters (twin.judge.statistics.proportions)."""
    return Estimate(packet_metrics.loss(flags) if flags else None,
                    lambda: confidence.scaled(losses(flags, waits), PPM))


def mean(values: Sequence[float]) -> Estimate:
    """The mean of what is never negative."""
    return Estimate(fmean(values) if values else None, lambda: mean_limits(values))


def mean_limits(values: Sequence[float]) -> Interval:
    """Limits of the mean of what is never negative; a lower limit of 0 or less says nothing."""
    limits = means.mean(values)
    low = limits.low if limits.low is not None and limits.low > 0 else None
    return replace(limits, low=low)


def quantile(metric: Metric, values: tuple[float, ...]) -> Estimate:
    """The quantile that a metric speaks of."""
    part = metric.row.part
    return Estimate(packet_metrics.percentile(values, part) if values else None,
                    lambda: quantiles.quantile(values, part))


def largest(values: tuple[float, ...], part: float = 1 - confidence.RARE) -> Estimate:
    """The largest value; part: of the values that are shown not to exceed a target."""
    return Estimate(max(values, default=None), lambda: quantiles.largest(values, part))


def as_it_is(value: float, high: float | None) -> Estimate:
    """A single draw: from `value` to `high`, which is another where the value is not whole."""
    return Estimate(value, lambda: Interval(value, high, 1, 1.0))
