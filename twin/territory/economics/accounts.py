"""The money of every year, for any number of points of prices and take-up at once.

Arrays have a row for each point and, along the last axis, a column for each year.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray

from twin.core.units import PPM, PRICES
from twin.model import CostItem, Costs, Due, Name, Tariff
from twin.territory.economics.assets import PER_LINE, Asset
from twin.territory.economics.theory.investment import purchases, residual

Floats = NDArray[np.float64]
EUR = PRICES["EUR"]
SCALE = "take-up"
"""The parameter of take-up: what all of it is multiplied by."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """Something with a range: a price, in EUR without tax of its year, or the scale of take-up."""

    name: str
    middle: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Accounts:
    """EUR of each year; residual: what is still worth something after the last."""

    investment: Floats
    operation: Floats
    revenue: Floats
    residual: Floats

    @property
    def running(self) -> Floats:
        """What running it leaves, without investments."""
        return np.asarray(self.revenue - self.operation)

    @property
    def balance(self) -> Floats:
        """All money, the residual value in the last year."""
        balance = self.running - self.investment
        balance[..., -1] += self.residual
        return np.asarray(balance)

    @property
    def spent(self) -> Floats:
        """Investments, less the residual value in the last year."""
        spent = self.investment.copy()
        spent[..., -1] -= self.residual
        return spent


@dataclass(frozen=True, slots=True)
class Book:
    """A register with what it is of. curve: take-up of each year beside that of the stage; most: where everybody has a
    line."""

    costs: Costs
    assets: tuple[Asset, ...]
    years: tuple[int, ...]
    curve: tuple[float, ...]
    most: float

    @property
    def priced(self) -> tuple[CostItem | Tariff, ...]:
        """Items, then tariffs."""
        return (*self.costs.items, *self.costs.tariffs)

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The scale of take-up, half to one and a half, then all prices."""
        return (Parameter(SCALE, 1.0, 0.5, 1.5), *map(_parameter, self.priced))

    def accounts(self, points: Floats) -> Accounts:
        """The money at points of the parameters, a row each."""
        take_up = np.minimum(points[:, :1] * np.asarray(self.curve), self.most)
        flows = [np.zeros_like(take_up) for _ in range(3)]
        left = np.zeros(len(points))
        for number, priced in enumerate(self.priced, 1):
            price = points[:, number, None] * self._trend(priced)
            if isinstance(priced, Tariff):
                flows[2] += price * priced.due.a_year * self._lines(priced) * take_up
            elif priced.due is not Due.ONCE:
                flows[1] += price * priced.due.a_year * sum(_needed(asset, take_up) for asset in self._of(priced))
            else:
                bought, kept = self._bought(priced, price, take_up)
                flows[0] += bought
                left += kept
        return Accounts(flows[0], flows[1], flows[2], left)

    def _bought(self, item: CostItem, price: Floats, take_up: Floats) -> tuple[Floats, Floats]:
        """What is spent on an item each year, and what is left of it."""
        assert item.life is not None
        spent, left = np.zeros_like(take_up), np.zeros(len(take_up))
        for asset in self._of(item):
            own = purchases(_needed(asset, take_up), item.life) * price
            spent += own
            left += residual(own, item.life)
        return spent, left

    def _of(self, item: CostItem) -> list[Asset]:
        return [asset for asset in self.assets if asset.serves(item)]

    def _lines(self, tariff: Tariff) -> float:
        return lines_of(self.assets, tariff.offers)

    def _trend(self, priced: CostItem | Tariff) -> Floats:
        return np.asarray((1 + priced.trend / PPM) ** (np.asarray(self.years, dtype=float) - priced.year))


def lines_of(assets: Sequence[Asset], offers: Sequence[Name] = ()) -> float:
    """Lines with some offers at the stage, of all where none is named."""
    return sum(asset.quantity for asset in assets
               if asset.offer is not None and (not offers or asset.offer in offers))


def needed_at(asset: Asset, take_up: float) -> float:
    """How many there must be of an asset at a take-up."""
    return float(_needed(asset, np.array([take_up]))[0])


def net(priced: CostItem | Tariff, cents: int) -> float:
    """EUR of a price without its tax."""
    return cents / EUR / (1 + priced.vat / PPM)


def _parameter(priced: CostItem | Tariff) -> Parameter:
    low, high = (priced.price if bound is None else bound for bound in (priced.low, priced.high))
    return Parameter(priced.name, net(priced, priced.price), net(priced, low), net(priced, high))


def _needed(asset: Asset, take_up: Floats) -> Floats:
    if asset.driver in PER_LINE:
        return np.asarray(asset.quantity * take_up)
    if asset.since == 0.0 and asset.until == inf:
        return np.full_like(take_up, asset.quantity)
    return np.where((take_up > asset.since) & (take_up <= asset.until), asset.quantity, 0.0)
