"""Cost a sized network: the whole way from its register to results."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from twin.core.errors import Problem, TopologyError
from twin.core.units import PPM
from twin.model import Network, Stage
from twin.plan import plan
from twin.plan.validation import place_of
from twin.territory.economics.accounts import EUR, SCALE, Accounts, Book, Floats
from twin.territory.economics.assets import assets
from twin.territory.economics.communes import beyond_towns, item_costs, shared_costs, site_costs
from twin.territory.economics.designs import designs, invested, middle
from twin.territory.economics.results import Costing, CostOptions, Effect, YearAccount
from twin.territory.economics.structures import shares
from twin.territory.economics.theory.investment import internal_rate, present_value
from twin.territory.economics.theory.sensitivity import one_at_a_time, sobol
from twin.territory.economics.theory.take_up import take_up
from twin.territory.economics.users import users
from twin.territory.sizing.results import Sizing

Show = Callable[[str, float | None], None]
SCALES = np.geomspace(0.02, 50, 400)
"""Of take-up, at which a positive value is looked for."""


def cost(network: Network, sizing: Sizing, options: CostOptions, show: Show) -> Costing:
    """Cost a network that has been sized. Raises TopologyError where it says nothing of costs, or of years."""
    costs, stage = network.costs, sizing.stage
    lacking = [*_lacking(network, stage)]
    if lacking:
        raise TopologyError(lacking)
    show("price the network", None)
    book = _book(network, sizing)
    accounts, budget = book.accounts(middle(book)), None if costs.budget is None else costs.budget / EUR
    rate = (costs.public_share * costs.public_rate + (PPM - costs.public_share) * costs.private_rate) / PPM / PPM
    items = tuple(item_costs(book, stage.year, rate))
    shared = shared_costs(book, items)
    sites = tuple(site_costs(network, sizing.drivers, shared))
    show("look what it depends on", None)
    return Costing(
        network=network.name, stage=stage, seed=options.seed, budget=budget, items=items, sites=sites,
        beyond_towns=beyond_towns(sites, shared), years=tuple(_years(book, stage, accounts)),
        investment=invested(book, stage), value=float(_value(book, middle(book))[0]),
        internal_rate=internal_rate(accounts.balance[0].tolist()), break_even=_break_even(book, stage),
        shares=tuple(shares(costs, accounts)),
        holds={each.use: each.households for each in sizing.break_evens},
        designs=tuple(designs(book, sizing.drivers.upgrades, stage, budget)), effects=tuple(_effects(book, options)))


def _lacking(network: Network, stage: Stage) -> Iterator[Problem]:
    """What a description must say for its costs, and does not."""
    if not network.costs.items:
        yield Problem(place_of(network, "costs"), "costs", "says nothing of what must be paid for", "write costs with "
                      "items, for example items: {fibre: {price: 46 EUR, per: metre, year: 2003, life: 20 years}}")
    for each in network.demand.stages:
        path = f"demand.stages.{each.name}"
        if not each.year:
            yield Problem(place_of(network, path), f"{path}.year", "is missing; costs need it", "write for example "
                          "year: 2003")
    if not stage.households:
        path = f"demand.stages.{stage.name}.households"
        yield Problem(place_of(network, path), path, "is nothing: take-up is counted in households", "write for "
                      "example households: 5 %, or cost another stage")


def _book(network: Network, sizing: Sizing) -> Book:
    stage, stages = sizing.stage, network.demand.stages
    known = [(float(each.year), each.households / stage.households) for each in stages if each.households]
    first = min(each.year for each in stages)
    years = tuple(range(first, first + network.costs.horizon))
    curve = take_up(known, network.costs.saturation / PPM, years)
    return Book(network.costs, assets(network, sizing.drivers, users(network, plan(network), stage)), years, curve,
                PPM / max(stage.households, stage.businesses))


def _years(book: Book, stage: Stage, accounts: Accounts) -> Iterator[YearAccount]:
    for number, year in enumerate(book.years):
        last = number == len(book.years) - 1
        yield YearAccount(year=year, take_up=min(book.curve[number], book.most) * stage.households / PPM,
                          investment=float(accounts.investment[0, number]),
                          operation=float(accounts.operation[0, number]), revenue=float(accounts.revenue[0, number]),
                          residual=float(accounts.residual[0]) if last else 0.0)


def _value(book: Book, points: Floats) -> Floats:
    """Net present value at the private rate."""
    return present_value(book.accounts(points).balance, book.costs.private_rate / PPM)


def _break_even(book: Book, stage: Stage) -> float | None:
    """Take-up of households from which the value is positive, between two scales by proportion."""
    scales = SCALES[SCALES * max(stage.households, stage.businesses) <= PPM]
    points = np.repeat(middle(book), len(scales), axis=0)
    points[:, [parameter.name for parameter in book.parameters].index(SCALE)] = scales
    values = _value(book, points)
    positive = np.flatnonzero(values >= 0)
    if not len(positive):
        return None
    after = int(positive[0])
    scale = float(scales[0] if after == 0 else np.interp(0.0, values[after - 1:after + 1], scales[after - 1:after + 1]))
    return scale * stage.households / PPM


def _effects(book: Book, options: CostOptions) -> Sequence[Effect]:
    """Every parameter that has a range, the greatest total index first."""
    varied = [number for number, each in enumerate(book.parameters) if each.low < each.high]
    parameters = [book.parameters[number] for number in varied]

    def answer(points: Floats) -> Floats:
        whole = np.repeat(middle(book), len(points), axis=0)
        whole[:, varied] = points
        return _value(book, whole)

    low, high = [each.low for each in parameters], [each.high for each in parameters]
    ends = one_at_a_time(answer, [each.middle for each in parameters], low, high)
    indices = sobol(answer, low, high, options.points, options.seed)
    effects = [Effect(each.name, each.low, each.high, *end, index)
               for each, end, index in zip(parameters, ends, indices, strict=True)]
    return sorted(effects, key=lambda effect: -effect.index.total)
