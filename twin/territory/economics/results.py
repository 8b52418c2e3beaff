"""What a costing says: plain values, for reports and for JSON. Money is in EUR without value-added tax, of the year in
which it is paid unless it is a present value; take-up is of households, 0 to 1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from twin.core.errors import ExitCode
from twin.model import Driver, Due, Name, Stage


class Structure(StrEnum):
    """Who owns and who runs the network."""

    OWNER = "owner"
    """The semi-public company invests and runs it; its capital is public and private."""
    CONCESSION = "concession"
    """A private operator invests and runs it; a subsidy makes up for what it lacks."""
    LEASE = "lease"
    """The public invests; a private operator runs it and pays a rent: all that it earns beyond its own rate."""


@dataclass(frozen=True, slots=True)
class Index:
    """Of a parameter: what part of the variance of the answer is its own, alone (first) and with all interactions
    (total), each with the half-width of its 95 % confidence interval."""

    first: float
    first_error: float
    total: float
    total_error: float


@dataclass(frozen=True, slots=True)
class ItemCost:
    """An item at the stage. quantity: of its driver. investment: at its price of that year. yearly: annuity and
    payments of that year together."""

    item: Name
    per: Driver
    due: Due
    quantity: float
    price: float
    investment: float
    yearly: float
    basis: str


@dataclass(frozen=True, slots=True)
class SiteCost:
    """A commune at the stage, EUR a year. households, businesses: their lines on average. town: it has a DSLAM or a
    switch. shapley, by_load: its part of all cost; incremental: what would be saved without it; alone: what it
    would cost with nobody else there."""

    site: Name
    town: bool
    households: float
    businesses: float
    shapley: float
    by_load: float
    incremental: float
    alone: float

    @property
    def lines(self) -> float:
        """Lines of all kinds."""
        return self.households + self.businesses


@dataclass(frozen=True, slots=True)
class YearAccount:
    """A year's money. take_up: of households on average. residual: what is still worth something, in the last year."""

    year: int
    take_up: float
    investment: float
    operation: float
    revenue: float
    residual: float

    @property
    def balance(self) -> float:
        """What is left."""
        return self.revenue + self.residual - self.investment - self.operation


@dataclass(frozen=True, slots=True)
class Share:
    """Who pays under a structure, present values. public, private: what each invests, contribution left out.
    contribution: of the public, for good: what the network never earns back at the rate that is asked of it."""

    structure: Structure
    rate: float
    public: float
    private: float
    contribution: float


@dataclass(frozen=True, slots=True)
class Design:
    """The network with its first upgrades. holds_to: take-up up to which every target holds on average. investment:
    until the year of the stage, for its lines up to that take-up. within: it stays within the budget."""

    upgrades: int
    link: str
    holds_to: float
    network: float
    lines: float
    within: bool | None

    @property
    def investment(self) -> float:
        """For the network and for the lines that it can hold."""
        return self.network + self.lines


@dataclass(frozen=True, slots=True)
class Effect:
    """A parameter with a range: net present value at the private rate with it at either end, and its indices."""

    parameter: str
    low: float
    high: float
    at_low: float
    at_high: float
    index: Index


@dataclass(frozen=True, slots=True)
class CostOptions:
    """draws: of the sizing. points: of Sobol's indices. seed: of both."""

    draws: int = 1000
    points: int = 1024
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Costing:
    """A network costed for a stage. investment: until the year of the stage. beyond_towns: EUR a year that the villages
    cost in addition. value: net present at the private rate. internal_rate: of all money. break_even: take-up at the
    stage from which the value is positive; None where no take-up is enough."""

    network: Name
    stage: Stage
    seed: int
    budget: float | None
    items: tuple[ItemCost, ...]
    sites: tuple[SiteCost, ...]
    beyond_towns: float
    years: tuple[YearAccount, ...]
    investment: float
    value: float
    internal_rate: float | None
    break_even: float | None
    shares: tuple[Share, ...]
    holds: Mapping[Name, float | None]
    designs: tuple[Design, ...]
    effects: tuple[Effect, ...]

    @property
    def yearly(self) -> float:
        """EUR a year at the stage, investments as annuities."""
        return sum(item.yearly for item in self.items)

    @property
    def exit_code(self) -> ExitCode:
        """Missed where there is a budget and more is invested."""
        return ExitCode.MISSED if self.budget is not None and self.investment > self.budget else ExitCode.MET
