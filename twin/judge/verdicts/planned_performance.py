"""What `twin plan` shows beside the blueprint: predicted performance of flows, and which targets theory finds feasible.

Pure: nothing runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from twin.core.errors import ExitCode
from twin.judge.verdicts.feasibility import Feasibility, TargetFeasibility, expectations, target_feasibility
from twin.model import Metric, Network
from twin.plan.blueprint import Blueprint
from twin.plan.failures.degradation import degraded
from twin.plan.failures.failure_scenarios import degradations
from twin.plan.forwarding.paths import flow_paths
from twin.plan.links.cpe_shapers import overruns
from twin.plan.links.dsl_lines import profile_reaches, shortfalls
from twin.predict import AirtimePrediction, PathPrediction, Prediction, predict_airtime, predict_paths


@dataclass(frozen=True, slots=True)
class Degradation:
    """The targets while one span is degraded as a fault of the description says. span: which, and to what."""

    span: str
    targets: tuple[TargetFeasibility, ...]


@dataclass(frozen=True, slots=True)
class PlannedPerformance:
    """A network before anything runs.

    copper: how far rates of DSL profiles reach, and lines that train lower. air: predicted airtime of each radio cell.
    paths: per flow, its path and the delay of each hop. predictions: per flow and metric (ns, ppm, bit/s).
    """

    blueprint: Blueprint
    copper: tuple[str, ...]
    air: tuple[AirtimePrediction, ...]
    paths: tuple[PathPrediction, ...]
    predictions: Mapping[str, Mapping[Metric, Prediction]]
    targets: tuple[TargetFeasibility, ...]
    degraded: tuple[Degradation, ...]

    @property
    def exit_code(self) -> ExitCode:
        """MISSED where a target of the network as built is infeasible, else MET."""
        infeasible = any(target.feasibility is Feasibility.INFEASIBLE for target in self.targets)
        return ExitCode.MISSED if infeasible else ExitCode.MET


def planned_performance(network: Network, blueprint: Blueprint) -> PlannedPerformance:
    """Predict the flows of a planned network and hold its targets against that."""
    paths = flow_paths(blueprint)
    predicted = tuple(predict_paths(blueprint, paths))
    expected = expectations(blueprint, predicted)
    return PlannedPerformance(
        blueprint, (*profile_reaches(network), *shortfalls(network), *overruns(network)),
        tuple(predict_airtime(blueprint, paths)), predicted, expected,
        target_feasibility(network, blueprint, predicted, expected),
        degraded=tuple(_degraded(network, blueprint)))


def _degraded(network: Network, blueprint: Blueprint) -> Iterator[Degradation]:
    for scenario in degradations(blueprint):
        low = replace(degraded(blueprint, scenario.fault), faults=())
        predicted = tuple(predict_paths(low, flow_paths(low)))
        yield Degradation(str(scenario), target_feasibility(network, low, predicted, expectations(low, predicted)))
