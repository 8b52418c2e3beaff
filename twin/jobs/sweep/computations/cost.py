"""A point costed for all its lines, as `twin cost` does it: what is invested, what is earned, what targets hold to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from twin.core.units import PPM
from twin.jobs import territory
from twin.jobs.experiment.on_host import OnProgress
from twin.jobs.sweep.computation_kinds import ComputationKind, Depends, Need
from twin.jobs.sweep.computations.lack import Lack
from twin.jobs.sweep.computations.sizing import NO_DEMAND
from twin.jobs.sweep.computations.take_up import everybody, percent
from twin.jobs.sweep.point import Point
from twin.judge.sweep.results import Response, Result
from twin.model import Name, Network, Subscriber
from twin.model.yaml_field_metadata import yaml_key
from twin.territory.economics.results import Costing, CostOptions

EURO = "EUR"
MONEY = ("as-described", "investment", "yearly", "beyond-towns", "value")
SHARES = ("internal-rate", "break-even", "holds-to", "investment-holds-to")
INDICES = 2
"""Points of Sobol's indices, the fewest: a sweep varies parameters itself, and reads none."""


@dataclass(frozen=True, slots=True)
class CostLines:
    """What the network costs as it is described and with what its targets need, and what it brings in."""

    kind: ClassVar[ComputationKind] = ComputationKind.COST
    needs: ClassVar[frozenset[Need]] = frozenset({Need.NUMPY})
    depends: ClassVar[frozenset[Depends]] = frozenset({Depends.SEED, Depends.STAGE})

    draws: int = yaml_key("How often the sizing draws the subscribers and their week.", default=200, least=1,
                          most=100_000, example="200")

    def problems(self, network: Network) -> Iterator[Lack]:
        """What the description lacks."""
        if not (network.demand.stages and network.demand.uses):
            yield NO_DEMAND
        if not network.costs.items:
            yield Lack("says nothing of what must be paid for", "write the section costs")

    def response_names(self, network: Network) -> Iterator[str]:
        """Money and shares."""
        yield from (*MONEY, *SHARES)

    def compute(self, point: Point, on_progress: OnProgress) -> Result:
        """Size and cost a point. Raises TopologyError where it cannot be built as written, CannotRun without numpy."""
        options = CostOptions(self.draws, INDICES, point.seed)
        return Result(dict(_responses(territory.cost_network(point.network, point.stage or None, options,
                                                             on_progress))))


def _responses(costing: Costing) -> Iterator[tuple[str, Response]]:
    yield "as-described", _money(costing.designs[0].investment, budget=costing.budget)
    yield "investment", _money(costing.investment, budget=costing.budget)
    yield "yearly", _money(costing.yearly)
    yield "beyond-towns", _money(costing.beyond_towns)
    yield "value", _money(costing.value, lower=False)
    yield "holds-to", _holds_to(costing)
    yield "investment-holds-to", Response(percent(costing.designs[-1].holds_to), "%", lower=False,
                                          target=_take_up(costing))
    if costing.internal_rate is not None:
        yield "internal-rate", Response(percent(costing.internal_rate), "%", lower=False)
    if costing.break_even is not None:
        yield "break-even", Response(percent(costing.break_even), "%", target=_take_up(costing))


def _money(euros: float, *, lower: bool = True, budget: float | None = None) -> Response:
    return Response(round(euros, 2), EURO, lower, target=budget)


def _take_up(costing: Costing) -> float:
    return percent(costing.stage.households / PPM)


def _holds_to(costing: Costing) -> Response:
    """Up to which take-up of households the network as described holds every target."""
    most = everybody(costing.stage, Subscriber.HOUSEHOLD)
    holds = {use: most if households is None else households for use, households in costing.holds.items()}
    first = min(holds, key=lambda use: holds[use], default="")
    return Response(percent(holds.get(Name(first), most)), "%", lower=False, target=_take_up(costing), flow=first)
