"""Where lines can be had: those of one offer at one node, with how many subscribers could have one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from twin.core.units import PPM
from twin.model.access.lines import Profile
from twin.model.demand.demand import SOLD_AT, Demand, Offer, Stage, Subscriber
from twin.model.topology.nodes_and_spans import Dslam, Relay, Site, Switch
from twin.model.yaml_field_metadata import Name


class Territory(Protocol):
    """What of a network says where lines can be had."""

    @property
    def sites(self) -> tuple[Site, ...]:
        """With their households and businesses."""

    @property
    def profiles(self) -> tuple[Profile, ...]:
        """Of all lines."""

    @property
    def switches(self) -> tuple[Switch, ...]:
        """At which Ethernet ends."""

    @property
    def dslams(self) -> tuple[Dslam, ...]:
        """At which DSL ends."""

    @property
    def relays(self) -> tuple[Relay, ...]:
        """At which WiFi ends."""

    @property
    def demand(self) -> Demand:
        """With the offers."""


@dataclass(frozen=True, slots=True)
class SoldLines:
    """Lines of one offer at one node. population: those of its kind of subscribers that could have one."""

    site: Name
    node: Name
    offer: Offer
    profile: Profile
    population: int

    def part(self, stage: Stage) -> float:
        """How many of them have it at a stage, 0 to 1."""
        return stage.of(self.offer.subscriber) / PPM * (self.offer.share / PPM)

    def number(self, stage: Stage) -> float:
        """Lines at a stage, on average."""
        return self.population * self.part(stage)


def sold_lines(network: Territory) -> Iterator[SoldLines]:
    """The lines of a network, by site and offer."""
    profiles = {profile.name: profile for profile in network.profiles}
    nodes = _nodes(network)
    for site in network.sites:
        for offer in network.demand.offers:
            yield from _sold_at(site, offer, profiles[offer.profile], nodes)


def _sold_at(site: Site, offer: Offer, profile: Profile, nodes: Mapping[tuple[str, Name], list[Name]]
             ) -> Iterator[SoldLines]:
    """The lines of an offer at a site, divided among the nodes that can end them."""
    ends = nodes.get((SOLD_AT[profile.technology], site.name), [])
    whole = population(site, offer.subscriber)
    for number, node in enumerate(ends):
        own = whole // len(ends) + (number < whole % len(ends))
        if own:
            yield SoldLines(site.name, node, offer, profile, own)


def population(site: Site, subscriber: Subscriber) -> int:
    """How many of a kind of subscribers there are at a site."""
    return site.households if subscriber is Subscriber.HOUSEHOLD else site.businesses


def _nodes(network: Territory) -> dict[tuple[str, Name], list[Name]]:
    """The nodes of each section at each site."""
    nodes: dict[tuple[str, Name], list[Name]] = {}
    entries: tuple[Switch | Dslam | Relay, ...]
    for section, entries in (("switches", network.switches), ("dslams", network.dslams), ("relays", network.relays)):
        for node in entries:
            nodes.setdefault((section, node.site), []).append(node.name)
    return nodes
