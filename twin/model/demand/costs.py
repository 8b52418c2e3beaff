"""What a network costs and what it brings in: a register of prices, each with year, range and source, and how the money
is counted."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from twin.core.units import PPM, Growth, Price, Ratio, Years
from twin.model.yaml_field_metadata import Name, basis, yaml_key

OLDEST, LATEST = 1990, 2100
MONTHS = 12


class Driver(StrEnum):
    """What a price is of: how many there are follows from the network and its sizing."""

    LINE = "line"
    """A subscriber's line, of any offer, or of those that are named."""
    PORT = "port"
    """A line at a DSLAM."""
    KIT = "kit"
    """A line at a relay: a subscriber's radio."""
    METRE = "metre"
    """Of fibre between switches, and of hops that are upgraded to fibre."""
    SWITCH = "switch"
    DSLAM = "dslam"
    RELAY = "relay"
    HEAD_END = "head-end"
    RADIO_HOP = "radio-hop"
    """A step of licensed radio to which a hop is upgraded."""
    INTERFACE = "interface"
    """A pair of interfaces to which a span is upgraded."""
    TRANSIT = "transit"
    """A Mbit/s that head-ends send, at the 95th percentile of the hours of a week."""
    NETWORK = "network"
    """The whole."""


class Due(StrEnum):
    """When a price is paid."""

    ONCE = "once"
    MONTH = "month"
    YEAR = "year"

    @property
    def a_year(self) -> int:
        """How often in a year; once counts as an investment, and not here."""
        return {Due.ONCE: 0, Due.MONTH: MONTHS, Due.YEAR: 1}[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Priced:
    """What costs and tariffs have in common."""

    name: Name
    price: Price = yaml_key("The price, in EUR.", most=10**12, example="46 EUR")
    year: int = yaml_key("Of what year it is.", least=OLDEST, most=LATEST, example="2003")
    trend: Growth = yaml_key("How it changes in a year.", default=Growth(0), least=-900_000, most=PPM, example="-10 %")
    vat: Ratio = yaml_key("The value-added tax in it, which does not count.", default=Ratio(0), most=PPM,
                          example="19.6 %")
    low: Price | None = yaml_key("The least that it may be.", default=None, most=10**12, example="40 EUR")
    high: Price | None = yaml_key("The most that it may be.", default=None, most=10**12, example="70 EUR")
    offers: tuple[Name, ...] = yaml_key("Only of lines with these offers.", default=(), refers=("offers",))
    basis: str = basis()


@dataclass(frozen=True, slots=True, kw_only=True)
class CostItem(_Priced):
    """Something that must be paid for."""

    per: Driver = yaml_key("What it is the price of.", example="metre")
    due: Due = yaml_key("When it is paid; what is paid once is an investment.", default=Due.ONCE)
    life: Years | None = yaml_key("After how long it is bought again: of investments.", default=None, least=1, most=100,
                                  example="20 years")
    at: tuple[Name, ...] = yaml_key("Only of these nodes.", default=(),
                                    refers=("switches", "dslams", "relays", "head-ends"), example="[internet]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff(_Priced):
    """What a line brings in."""

    due: Due = yaml_key("When it is paid.", default=Due.MONTH)


@dataclass(frozen=True, slots=True)
class Costs:
    """What the network costs and brings in, for `twin cost`."""

    horizon: Years = yaml_key("How many years are counted, from the first stage on.", default=Years(10), least=1,
                              most=50)
    budget: Price | None = yaml_key("What may be invested.", default=None, most=10**14, example="5 MEUR")
    public_rate: Ratio = yaml_key("Discount rate of the public partners.", default=Ratio(40_000), most=PPM)
    private_rate: Ratio = yaml_key("Discount rate of the private partners.", default=Ratio(120_000), most=PPM)
    public_share: Ratio = yaml_key("Of the capital of a semi-public company.", default=Ratio(510_000), most=PPM)
    saturation: Ratio = yaml_key("Take-up in the end, of that of the last stage.", default=Ratio(1_100_000),
                                 least=1_010_000, most=10 * PPM)
    items: tuple[CostItem, ...] = yaml_key("What must be paid for.", default=())
    tariffs: tuple[Tariff, ...] = yaml_key("What lines bring in.", default=())
    basis: str = basis()
