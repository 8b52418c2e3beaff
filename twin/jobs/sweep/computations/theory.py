"""The predictions of a point, as `twin plan` makes them; of a cut network, those of the paths around the cut. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from twin.jobs.experiment.on_host import OnProgress
from twin.jobs.sweep.computation_kinds import ComputationKind, Depends, Need
from twin.jobs.sweep.computations.lack import Lack
from twin.jobs.sweep.computations.worst_flow import metrics_of, worst
from twin.jobs.sweep.point import Point
from twin.judge.sweep.results import Response, Result
from twin.judge.verdicts.feasibility import Feasibility, TargetFeasibility, expectations, target_feasibility
from twin.judge.verdicts.judge import flow_targets
from twin.model import Metric, Network
from twin.plan import plan
from twin.plan.blueprint import Blueprint, Flow
from twin.plan.forwarding.loop_check import FailedElements, failed_spans
from twin.plan.forwarding.paths import flow_paths
from twin.predict import Prediction, predict_paths


@dataclass(frozen=True, slots=True)
class Theory:
    """Predictions of every flow, and which targets are feasible."""

    kind: ClassVar[ComputationKind] = ComputationKind.THEORY
    needs: ClassVar[frozenset[Need]] = frozenset()
    depends: ClassVar[frozenset[Depends]] = frozenset({Depends.CUT})

    def problems(self, network: Network) -> Iterator[Lack]:
        """Of any network something can be predicted."""
        yield from ()

    def response_names(self, network: Network) -> Iterator[str]:
        """How targets come out, and every metric of every workload."""
        yield from (kind.value for kind in Feasibility)
        yield from metrics_of(network)

    def compute(self, point: Point, on_progress: OnProgress) -> Result:
        """The predictions of a point. Raises TopologyError where it cannot be built as written."""
        on_progress("plan and predict", None)
        blueprint = replace(plan(point.network), faults=()) if point.cut else plan(point.network)
        reached, lost = _without_cut_off(blueprint, point.cut)
        paths = tuple(predict_paths(reached, flow_paths(reached, _failed(blueprint, point.cut))))
        predictions = expectations(reached, paths)
        judged = target_feasibility(point.network, reached, paths, predictions)
        missed = tuple(flow_targets(point.network, replace(blueprint, flows=lost)))
        return Result({**_sums(judged, len(missed)), **_figures(reached, predictions, judged)})


def _failed(blueprint: Blueprint, cut: str) -> frozenset[str]:
    """The spans that are down while a span or node is cut."""
    if not cut:
        return frozenset()
    nodes = {switch.name for switch in blueprint.switches}
    element = frozenset({cut})
    broken = FailedElements(spans=element) if cut in {span.name for span in blueprint.spans} else \
        FailedElements(nodes=element & nodes)
    return failed_spans(blueprint, broken)


def _without_cut_off(blueprint: Blueprint, cut: str) -> tuple[Blueprint, tuple[Flow, ...]]:
    """The blueprint with the flows that have a path, and those that have none."""
    if not cut:
        return blueprint, ()
    paths = flow_paths(blueprint, _failed(blueprint, cut))
    kept = tuple(flow for flow in blueprint.flows if paths[flow.name])
    return replace(blueprint, flows=kept), tuple(flow for flow in blueprint.flows if not paths[flow.name])


def _sums(judged: tuple[TargetFeasibility, ...], missed: int) -> dict[str, Response]:
    """How many targets came out how; those of flows without a path are infeasible."""
    counts = {kind: sum(target.feasibility is kind for target in judged) for kind in Feasibility}
    counts[Feasibility.INFEASIBLE] += missed
    return {kind.value: Response(float(count), lower=kind is not Feasibility.MET) for kind, count in counts.items()}


def _figures(blueprint: Blueprint, predictions: Mapping[str, Mapping[Metric, Prediction]],
             judged: tuple[TargetFeasibility, ...]) -> dict[str, Response]:
    """The worst flow's figure of each metric of each workload."""
    bounds = {(target.flow, target.metric): target.bound for target in judged}
    return worst(_responses(blueprint, predictions, bounds))


def _responses(blueprint: Blueprint, predictions: Mapping[str, Mapping[Metric, Prediction]],
               bounds: Mapping[tuple[str, Metric], float]) -> Iterator[tuple[str, Response]]:
    for flow in blueprint.flows:
        for metric, prediction in predictions[flow.name].items():
            scale, bound = metric.row.scale, bounds.get((flow.name, metric))
            value, low, high, target = (None if figure is None else figure / scale.base for figure in
                                        (prediction.value, prediction.low, prediction.high, bound))
            yield f"{flow.workload}.{metric.value}", Response(
                value, scale.symbol, metric.row.lower, low=low, high=high, target=target, flow=flow.name)
