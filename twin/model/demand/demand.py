"""Demand of all lines: stages of take-up, what lines are sold as, uses of services, profiles of a week."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from twin.core.units import PPM, Ratio
from twin.model.access.technology import Technology
from twin.model.demand.use_kinds import UseSettings
from twin.model.demand.week import DAY, WeekProfile
from twin.model.yaml_field_metadata import Name, basis, yaml_key, yaml_variants

SOLD_AT: Mapping[Technology, str] = {Technology.DSL: "dslams", Technology.WIFI: "relays",
                                     Technology.ETHERNET: "switches"}
"""The section of the nodes at whose sites lines of a technology are offered, and on which they end."""


class Subscriber(StrEnum):
    """Kinds of subscribers, counted at each site."""

    HOUSEHOLD = "household"
    BUSINESS = "business"


@dataclass(frozen=True, slots=True)
class TakeUp:
    """Of a stage: how many of those that have a line take a use."""

    use: Name = yaml_key("The use.", refers=("uses",), example="television")
    take_up: Ratio = yaml_key("Who takes it, of those of its kind that have a line.", most=PPM, example="60 %")


@dataclass(frozen=True, slots=True)
class Stage:
    """A time in the life of the network: who has a line."""

    name: Name
    households: Ratio = yaml_key("Households with a line.", most=PPM, example="5 %")
    businesses: Ratio = yaml_key("Businesses with a line.", most=PPM, example="5 %")
    year: int = yaml_key("Its year.", default=0, least=0, most=9999, example="2003")
    title: str = yaml_key("Name for display.", default="", example="Launch phase")
    take_ups: tuple[TakeUp, ...] = yaml_key("Uses that more or fewer take than they say themselves.", default=())
    basis: str = basis()

    def of(self, subscriber: Subscriber) -> Ratio:
        """Who has a line of a kind of subscribers."""
        return self.households if subscriber is Subscriber.HOUSEHOLD else self.businesses

    def takes(self, use: Use) -> Ratio:
        """Who takes a use, of those of its kind that have a line."""
        return next((each.take_up for each in self.take_ups if each.use == use.name), use.take_up)


@dataclass(frozen=True, slots=True)
class Offer:
    """What lines are sold as to one kind of subscribers: DSL at sites with a DSLAM, WiFi at those with a relay,
    Ethernet at those with a switch. The offers that can be had at a site share all its lines."""

    name: Name
    subscriber: Subscriber = yaml_key("To whom.", example="household")
    profile: Name = yaml_key("The profile.", refers=("profiles",), example="adsl-512")
    share: Ratio = yaml_key("Share of the lines of that kind of subscribers, at sites where it can be had.", most=PPM,
                            example="70 %")
    basis: str = basis()


@dataclass(frozen=True, slots=True)
class Use:
    """What one kind of subscribers does with a service: figures of one subscriber in the busiest hour."""

    name: Name
    settings: UseSettings = yaml_variants("What kind of use.", key="kind")
    subscriber: Subscriber = yaml_key("Whose.", example="household")
    service: Name = yaml_key("The service.", refers=("services",), example="internet")
    week: Name | None = yaml_key("How it is spread over a week; by default evenly.", default=None, refers=("weeks",),
                                 example="evening")
    take_up: Ratio = yaml_key("Who takes it, of those that have a line.", default=Ratio(PPM), most=PPM, example="30 %")
    offers: tuple[Name, ...] = yaml_key("Only with these offers.", default=(), refers=("offers",))
    basis: str = basis()


class Day(StrEnum):
    """Kinds of days of a week."""

    WEEKDAY = "weekday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


@dataclass(frozen=True, slots=True)
class Background:
    """Background traffic in the emulation: what lines that are not emulated ask for in an hour of the week, from a few
    lines in their stead at each DSLAM, relay and switch."""

    stage: Name = yaml_key("The stage whose lines they are.", refers=("stages",), example="launch")
    hour: int = yaml_key("The hour of the day, from midnight on.", least=0, most=DAY - 1, example="20")
    day: Day = yaml_key("The kind of day.", default=Day.WEEKDAY)
    basis: str = basis()


@dataclass(frozen=True, slots=True)
class Demand:
    """What all subscribers ask of the network, for its sizing."""

    stages: tuple[Stage, ...] = yaml_key("Times in the life of the network.", default=())
    offers: tuple[Offer, ...] = yaml_key("What lines are sold as, and in which shares.", default=())
    uses: tuple[Use, ...] = yaml_key("What subscribers use, and how much.", default=())
    weeks: tuple[WeekProfile, ...] = yaml_key("Profiles of the hours of a week.", default=())
    background: Background | None = yaml_key("Background traffic of lines that are not emulated; by default none.",
                                             default=None)
    basis: str = basis()
