"""What of a run later runs are compared with: its verdicts, and every figure with its interval. Pure.

As a file it is kept in a repository: small, one figure a line, without the samples, the network or the blueprint.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

from twin.core.records import from_plain, to_plain
from twin.judge.run_record import Run
from twin.judge.verdict import Distribution, FlowFigures, Verdict
from twin.model import Metric, Network, Statistic

FORMAT = 1
"""The version of the file."""
QUANTILES = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "p99.9": 0.999}
"""Quantiles of the delays of a flow that are kept beside its metrics, by name."""
LIMIT = NormalDist().inv_cdf(0.95)
"""Each end of an interval is wrong with a probability of 5 %, as twin.judge.statistics.confidence says."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a flow, in `unit`. name: of the metric, or of a quantile of its delays. low, high: what the true
    figure lies between; None where too few samples say. exact: it has no interval, and is judged as it is."""

    service_class: str
    service: str
    workload: str
    flow: str
    name: str
    value: float
    low: float | None
    high: float | None
    unit: str
    lower: bool
    exact: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """What it is compared by."""
        return self.flow, self.name


@dataclass(frozen=True, slots=True)
class RunSummary:
    """A run to compare with. description: SHA-256 of the network. versions: of the programs."""

    network: str
    description: str
    lab: str
    seed: int
    seconds: float
    digest: str
    versions: dict[str, str]
    verdicts: tuple[Verdict, ...]
    figures: tuple[Figure, ...]


def summary_of(run: Run) -> RunSummary:
    """The summary of a run."""
    context = run.context
    return RunSummary(
        network=str(run.network.name), description=_hash(run.network), lab=context.lab, seed=context.seed,
        seconds=context.seconds, digest=context.digest, versions=dict(context.versions), verdicts=run.verdicts,
        figures=tuple(sorted(_figures(run), key=lambda figure: figure.key)))


def _hash(network: Network) -> str:
    """As it is once it was stored: 80 and 80.0 are the same bound."""
    plain = to_plain(from_plain(Network, to_plain(network)))
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()


def _figures(run: Run) -> Iterator[Figure]:
    flows = {flow.name: flow for flow in run.blueprint.flows}
    classes = {str(service.name): str(service.service_class) for service in run.network.services}
    services = {str(workload.name): str(workload.service) for workload in run.network.workloads}
    for figures in run.qos.figures:
        workload = flows[figures.flow].workload
        service = services.get(workload, "")
        where = (classes.get(service, ""), service, workload, figures.flow)
        yield from (_of_metric(where, figures, metric) for metric in figures.values)
        yield from _of_delays(where, figures)


def _of_metric(where: tuple[str, str, str, str], figures: FlowFigures, metric: Metric) -> Figure:
    row, interval = metric.row, figures.intervals.get(metric)
    low, high = (None, None) if interval is None else (
        None if end is None else end / row.scale.base for end in (interval.low, interval.high))
    service_class, service, workload, flow = where
    return Figure(service_class=service_class, service=service, workload=workload, flow=flow, name=metric.value,
                  value=figures.values[metric] / row.scale.base, low=low, high=high, unit=row.scale.symbol,
                  lower=row.lower, exact=row.statistic is Statistic.AS_IT_IS)


def _of_delays(where: tuple[str, str, str, str], figures: FlowFigures) -> Iterator[Figure]:
    """Quantiles of the delays, with limits by ranks: as many samples as are effective for the mean."""
    known = figures.delays and dict(figures.delays.quantiles)
    interval = figures.intervals.get(Metric.MEAN_DELAY)
    service_class, service, workload, flow = where
    for name, part in QUANTILES.items():
        if known and figures.delays and part in known:
            low, high = _limits(figures.delays, part, interval.effective if interval else 0.0)
            yield Figure(service_class=service_class, service=service, workload=workload, flow=flow, name=name,
                         value=known[part] / 1e6, low=low, high=high, unit="ms", lower=True)


def _limits(delays: Distribution, part: float, effective: float) -> tuple[float | None, float | None]:
    """The delays at the ranks that bound a quantile (normal approximation of the binomial), ms."""
    if effective <= 0:
        return None, None
    reach = LIMIT * sqrt(part * (1 - part) / effective)
    return _at(delays, part - reach, upper=False), _at(delays, part + reach, upper=True)


def _at(delays: Distribution, part: float, *, upper: bool) -> float | None:
    """The edge of the bin in which a part of the delays ends, ms; None where there is none such."""
    if not 0 < part < 1:
        return None
    left = part * sum(delays.counts)
    for index, held in enumerate(delays.counts):
        left -= held
        if left <= 0:
            return (delays.start + (index + upper) * delays.width) / 1e6
    return None
