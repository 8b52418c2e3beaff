"""What was predicted of a run beside what was measured: each figure of each flow, and what is wrong with it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from twin.judge.run_record import Run
from twin.judge.statistics.confidence import conclude
from twin.judge.verdict import FlowFigures, Interval, Outcome
from twin.judge.verdicts.predicted_extremes import extremes
from twin.judge.verdicts.theory_agreement import hold
from twin.model import Metric
from twin.predict import Prediction

TICKS = 0.001
"""The part by which targets are set beyond what is predicted: the clock of a lab ticks, and a timer is late a little.
"""


@dataclass(frozen=True, slots=True)
class PredictionCheck:
    """One figure of one flow, in base units (ns, ppm, bit/s). agrees: whether what was measured lies within what was
    predicted; None where nothing was to be held against it. contradicted: whether a target was met or infeasible
    before the run that was missed or met in it. two_sided: whether a value with a tolerance, or bounds on both sides
    that say something, were given."""

    network: str
    flow: str
    metric: Metric
    predicted: Prediction
    measured: float
    agrees: bool | None
    contradicted: bool
    two_sided: bool

    @property
    def silent(self) -> bool:
        """Whether a reader is left without a two-sided figure and without a reason."""
        return not self.two_sided and not self.predicted.by

    def __str__(self) -> str:
        known = self.predicted
        value = "-" if known.value is None else f"{known.value:.6g} +-{known.tolerance}"
        return (f"{self.network} {self.flow} {self.metric.value}: predicted {value} in [{_shown(known.low)}, "
                f"{_shown(known.high)}] ({known.by or 'no reason'}), measured {self.measured:.6g}")


def _shown(limit: float | None) -> str:
    return "-" if limit is None else f"{limit:.6g}"


def prediction_checks(run: Run, predictions: Mapping[str, Mapping[Metric, Prediction]]) -> Iterator[PredictionCheck]:
    """Each figure that was measured in a run, with QoS. predictions: by flow and metric."""
    for flow in run.qos.figures:
        for metric, measured in flow.values.items():
            yield _check(run.network.name, flow, metric, predictions[flow.flow].get(metric, Prediction(None)), measured)


def _check(network: str, flow: FlowFigures, metric: Metric, predicted: Prediction, measured: float) -> PredictionCheck:
    interval = flow.intervals.get(metric, Interval(None, None, 0, 0.0))
    return PredictionCheck(
        network=network, flow=flow.flow, metric=metric, predicted=predicted, measured=measured,
        agrees=hold(metric, predicted, measured, interval).agrees,
        contradicted=contradicted(metric, predicted, interval), two_sided=two_sided(metric, predicted))


def contradicted(metric: Metric, predicted: Prediction, interval: Interval) -> bool:
    """Whether a run says the opposite of what was sure: of the strictest target that was sure to be met, that it was
    missed, or of the laxest that was infeasible, that it was met."""
    best, worst = extremes(predicted, metric.row.lower)
    sign = 1 if metric.row.lower else -1
    missed = worst is not None and conclude(interval, worst * (1 + sign * TICKS), metric.row.lower) is Outcome.MISSED
    return missed or (best is not None and conclude(interval, best * (1 - sign * TICKS) - sign * (best == 0),
                                                    metric.row.lower) is Outcome.MET)


def two_sided(metric: Metric, predicted: Prediction) -> bool:
    """Whether a prediction bounds a figure from both sides by more than the ends of its scale."""
    if predicted.value is not None and predicted.tolerance is not None:
        return True
    return _inside(metric, predicted.low) and _inside(metric, predicted.high)


def _inside(metric: Metric, limit: float | None) -> bool:
    """Whether a limit says anything: it is worse than nothing at all, or better than the worst of the scale."""
    if limit is None:
        return False
    worst = metric.row.scale.most if metric.row.lower else metric.row.scale.least
    return worst is None or limit != worst


def offenders(checks: Iterable[PredictionCheck]) -> Iterator[str]:
    """What there is to work on, worst kinds first."""
    rows = list(checks)
    for what, chosen in (("contradicted", [row for row in rows if row.contradicted]),
                         ("outside", [row for row in rows if row.agrees is False]),
                         ("silent", [row for row in rows if row.silent]),
                         ("one-sided", [row for row in rows if not row.two_sided and not row.silent])):
        yield from (f"{what}: {row}" for row in chosen)
