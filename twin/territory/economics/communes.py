"""The yearly cost of a stage, item by item and commune by commune."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from twin.core.units import PPM
from twin.model import CostItem, Due, Name, Network, Subscriber
from twin.territory.economics.accounts import Book, needed_at, net
from twin.territory.economics.assets import PER_LINE
from twin.territory.economics.results import ItemCost, SiteCost
from twin.territory.economics.theory.allocation import Shared, alone, by_load, cost_of, incremental, shapley
from twin.territory.economics.theory.investment import annuity
from twin.territory.sizing.results import Drivers


def item_costs(book: Book, year: int, rate: float) -> Iterator[ItemCost]:
    """Every item at a stage of that year; investments as annuities at a rate."""
    for item in book.costs.items:
        quantity = sum(needed_at(asset, 1.0) for asset in book.assets if asset.serves(item))
        price = net(item, item.price) * (1 + item.trend / PPM) ** (year - item.year)
        yield ItemCost(item=item.name, per=item.per, due=item.due, quantity=quantity, price=price,
                       investment=quantity * price if item.due is Due.ONCE else 0.0,
                       yearly=quantity * _yearly(item, price, rate), basis=item.basis)


def _yearly(item: CostItem, price: float, rate: float) -> float:
    """EUR a year of one."""
    if item.due is not Due.ONCE:
        return price * item.due.a_year
    assert item.life is not None
    return annuity(price, rate, item.trend / PPM, item.life)


def shared_costs(book: Book, items: Sequence[ItemCost]) -> list[Shared]:
    """The yearly cost of everything that is there, with its users."""
    unit = {cost.item: cost.yearly / cost.quantity if cost.quantity else 0.0 for cost in items}
    return [Shared(needed_at(asset, 1.0) * unit[item.name], asset.loads, asset.driver in PER_LINE)
            for item in book.costs.items for asset in book.assets if asset.serves(item) and asset.loads]


def site_costs(network: Network, drivers: Drivers, costs: Sequence[Shared]) -> Iterator[SiteCost]:
    """Every commune that has a line."""
    towns = {node.site for node in network.dslams} | {node.site for node in network.switches}
    for site, lines in _lines(drivers).items():
        yield SiteCost(site=site, town=site in towns, households=lines[Subscriber.HOUSEHOLD],
                       businesses=lines[Subscriber.BUSINESS], shapley=shapley(costs, site),
                       by_load=by_load(costs, site), incremental=incremental(costs, site),
                       alone=alone(costs, site))


def beyond_towns(sites: Sequence[SiteCost], costs: Sequence[Shared]) -> float:
    """EUR a year that villages cost in addition to towns."""
    return cost_of(costs, {site.site for site in sites}) - cost_of(costs, {site.site for site in sites if site.town})


def _lines(drivers: Drivers) -> Mapping[Name, dict[Subscriber, float]]:
    lines: dict[Name, dict[Subscriber, float]] = {}
    for count in drivers.lines:
        own = lines.setdefault(count.site, dict.fromkeys(Subscriber, 0.0))
        own[count.subscriber] += count.mean
    return lines
