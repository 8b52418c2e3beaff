"""A point sized for all its lines, as `twin size` does it: up to which take-up targets hold, and how full links are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from twin.jobs import territory
from twin.jobs.experiment.on_host import OnProgress
from twin.jobs.sweep.computation_kinds import ComputationKind, Depends, Need
from twin.jobs.sweep.computations.lack import Lack
from twin.jobs.sweep.computations.take_up import of_use, percent, until_first
from twin.jobs.sweep.point import Point
from twin.judge.sweep.results import Response, Result
from twin.model import Network
from twin.model.yaml_field_metadata import yaml_key
from twin.territory.sizing.results import Sizing, SizingOptions, TargetWeek

TWO_SIDED = 1.96
"""Standard errors on either side of a 95 % interval."""
NO_DEMAND = Lack("has no demand with stages and uses: there is nothing to size", "write the section demand")


@dataclass(frozen=True, slots=True)
class SizeLines:
    """Loads of a week, and the take-up up to which every target holds on average."""

    kind: ClassVar[ComputationKind] = ComputationKind.SIZING
    needs: ClassVar[frozenset[Need]] = frozenset({Need.NUMPY})
    depends: ClassVar[frozenset[Depends]] = frozenset({Depends.SEED, Depends.STAGE})

    draws: int = yaml_key("How often the subscribers and their week are drawn.", default=200, least=1, most=100_000,
                          example="200")

    def problems(self, network: Network) -> Iterator[Lack]:
        """What the description lacks."""
        if not (network.demand.stages and network.demand.uses):
            yield NO_DEMAND

    def response_names(self, network: Network) -> Iterator[str]:
        """Sums, and of every use how far and how surely its target holds."""
        yield from ("met", "missed", "holds-to", "load", "upgrades")
        yield from (f"{use.name}.{what}" for use in network.demand.uses for what in ("holds-to", "holds"))

    def compute(self, point: Point, on_progress: OnProgress) -> Result:
        """Size a point. Raises TopologyError where it cannot be built as written, CannotRun without numpy."""
        options = SizingOptions(self.draws, point.seed)
        return Result(dict(_responses(point.network,
                                      territory.size_network(point.network, point.stage or None, options,
                                                             on_progress))))


def _responses(network: Network, sizing: Sizing) -> Iterator[tuple[str, Response]]:
    met = [of_use(network, sizing.stage, each) for each in sizing.break_evens]
    kept = sum(response.kept is True for _, response in met)
    yield "met", Response(float(kept), lower=False)
    yield "missed", Response(float(len(met) - kept))
    yield "holds-to", until_first(sizing.stage, sizing.break_evens)
    yield "load", _fullest(sizing)
    yield "upgrades", Response(float(len(sizing.drivers.upgrades)))
    yield from met
    yield from (_holds(target) for target in sizing.targets if target.cut is None)


def _fullest(sizing: Sizing) -> Response:
    """The load of the fullest direction of a link in its fullest hour, nothing cut."""
    loads = {f"{week.link.name} towards {week.link.towards}": max(week.load) / week.link.capacity
             for week in sizing.links if week.cut is None}
    name = max(loads, key=lambda name: loads[name])
    return Response(percent(loads[name]), "%", flow=name)


def _holds(target: TargetWeek) -> tuple[str, Response]:
    """With what probability a target holds in all hours of a week."""
    low, high = (min(1.0, max(0.0, target.week + sign * TWO_SIDED * target.error)) for sign in (-1, 1))
    return f"{target.use}.holds", Response(percent(target.week), "%", lower=False, low=percent(low),
                                           high=percent(high), flow=target.use)
