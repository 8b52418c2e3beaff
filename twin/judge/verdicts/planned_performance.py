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
from twin.plan.links.dsl_lines import profile_reaches, shortfalls
from twin.predict import Aired, Journey, Prediction, aired, journeys


@dataclass(frozen=True, slots=True)
class Degradation:
    """The targets while one span is degraded as a fault of the description says. span: which, and to what."""

    span: str
    targets: tuple[TargetFeasibility, ...]


@dataclass(frozen=True, slots=True)
class PlannedPerformance:
    """A network before anything runs.

    copper: how far rates of DSL profiles reach, and lines that train lower. air: predicted airtime of each radio cell.
    journeys: per flow, its path and the delay of each hop. predictions: per flow and metric (ns, ppm, bit/s).
    """

    blueprint: Blueprint
    copper: tuple[str, ...]
    air: tuple[Aired, ...]
    journeys: tuple[Journey, ...]
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
    found = tuple(journeys(blueprint, paths))
    expected = expectations(blueprint, found)
    return PlannedPerformance(
        blueprint, (*profile_reaches(network), *shortfalls(network)), tuple(aired(blueprint, paths)), found, expected,
        target_feasibility(network, blueprint, found, expected), degraded=tuple(_degraded(network, blueprint)))


def _degraded(network: Network, blueprint: Blueprint) -> Iterator[Degradation]:
    for fall in degradations(blueprint):
        low = replace(degraded(blueprint, fall.fault), faults=())
        found = tuple(journeys(low, flow_paths(low)))
        yield Degradation(str(fall), target_feasibility(network, low, found, expectations(low, found)))
