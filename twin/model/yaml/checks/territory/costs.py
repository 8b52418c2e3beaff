"""Checks of costs: ranges hold their price, investments have a life, and no price is of what nothing counts."""

from __future__ import annotations

from collections.abc import Iterator

from twin.core.units import show_price
from twin.model import CostItem, Driver, Due, Tariff
from twin.model.yaml.parsed_network import ParsedNetwork
from twin.model.yaml.problems import Path

COSTS = "costs"
NODES = (Driver.SWITCH, Driver.DSLAM, Driver.RELAY, Driver.HEAD_END, Driver.TRANSIT)
"""What stands at nodes that can be named."""
Found = Iterator[tuple[Path, str, str]]


def prices(draft: ParsedNetwork) -> Found:
    """Every item and tariff."""
    costs = draft.network.costs
    for item in costs.items:
        path: Path = (COSTS, "items", item.name)
        yield from _range(path, item)
        yield from _item(path, item)
    for tariff in costs.tariffs:
        path = (COSTS, "tariffs", tariff.name)
        yield from _range(path, tariff)
        if tariff.due is Due.ONCE:
            yield (*path, "due"), "is once: a tariff is paid all the time", "write month or year"


def _range(path: Path, priced: CostItem | Tariff) -> Found:
    low, high = priced.low, priced.high
    if low is not None and low > priced.price:
        yield (*path, "low"), f"is more than the price, {show_price(priced.price)}", "write at most that"
    if high is not None and high < priced.price:
        yield (*path, "high"), f"is less than the price, {show_price(priced.price)}", "write at least that"


def _item(path: Path, item: CostItem) -> Found:
    if item.due is Due.ONCE and item.life is None:
        yield ((*path, "life"), "is missing; what is paid once needs it", "write for example life: 10 years, or due: "
               "year")
    if item.due is not Due.ONCE and item.life is not None:
        yield (*path, "life"), f"does not apply: it is paid every {item.due.value}", "leave it out"
    if item.at and item.per not in NODES:
        yield ((*path, "at"), f"does not apply per {item.per.value}", "leave it out; it belongs to "
               + ", ".join(driver.value for driver in NODES))
    if item.offers and item.per is not Driver.LINE:
        yield (*path, "offers"), f"does not apply per {item.per.value}", "leave it out; it belongs to line"
