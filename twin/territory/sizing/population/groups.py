"""Who is counted together: groups of one site, offer and kind of subscribers, and what each uses. Nothing grows with
the number of lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from twin.core.units import PPM
from twin.model import Direction, Name, Network, Offer, Profile, Site, Stage, Subscriber, Use
from twin.model.demand.demand import SOLD_AT
from twin.model.demand.week import WEEK
from twin.plan.blueprint import LinkDirection
from twin.plan.blueprint.layers import HEADER, TCP_OVERHEAD
from twin.plan.links.link_layers import line_links
from twin.predict.theory.goodput import tcp_goodput
from twin.territory.sizing.results import Unserved

EVEN = (1.0,) * WEEK


@dataclass(frozen=True, slots=True)
class Group:
    """Lines of one offer at one node. population: those of this kind of subscribers that could have one. line: how
    many of them have it, 0 to 1. down, up: goodput of TCP alone on such a line, bit/s."""

    site: Name
    node: Name
    offer: Name
    subscriber: Subscriber
    profile: Name
    population: int
    line: float
    down: float
    up: float

    @property
    def name(self) -> str:
        """What it is called: of its node and offer."""
        return f"{self.node}/{self.offer}"

    @property
    def lines(self) -> float:
        """Its lines on average."""
        return self.population * self.line

    def rate(self, direction: Direction) -> float:
        """Goodput of TCP alone one way."""
        return self.down if direction is Direction.DOWN else self.up


@dataclass(frozen=True, slots=True)
class GroupUse:
    """What the lines of a group do with a service. take_up: of its lines, 0 to 1. activity: in each hour of the week,
    beside the busiest."""

    group: Group
    use: Use
    take_up: float
    head_end: Name
    activity: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Stream:
    """Demand of one use between a node and a head-end, on its way."""

    node: Name
    use: Name


def groups(network: Network, stage: Stage) -> tuple[Group, ...]:
    """The groups of a network at a stage, by site and offer."""
    profiles = {profile.name: profile for profile in network.profiles}
    nodes = _nodes(network)
    return tuple(group for site in network.sites for offer in network.demand.offers
                 for group in _groups_at(site, offer, profiles[offer.profile], stage, nodes))


def _groups_at(site: Site, offer: Offer, profile: Profile, stage: Stage, nodes: Mapping[tuple[str, Name], list[Name]]
               ) -> Iterator[Group]:
    """The lines of an offer at a site, divided among the nodes that can end them."""
    ends = nodes.get((SOLD_AT[profile.technology], site.name), [])
    whole = population(site, offer.subscriber)
    line = stage.of(offer.subscriber) / PPM * (offer.share / PPM)
    down, up = (_alone(way) for way in line_links(profile))
    for number, node in enumerate(ends):
        own = whole // len(ends) + (number < whole % len(ends))
        if own and line:
            yield Group(site=site.name, node=node, offer=offer.name, subscriber=offer.subscriber,
                        profile=profile.name, population=own, line=line, down=down, up=up)


def _alone(way: LinkDirection) -> float:
    """Goodput of TCP that has a direction of a line to itself, in full packets."""
    packet = way.layer.max_frame - HEADER
    return tcp_goodput(way.rate, way.layer, packet - TCP_OVERHEAD, packet)


def population(site: Site, subscriber: Subscriber) -> int:
    """How many of a kind of subscribers there are at a site."""
    return site.households if subscriber is Subscriber.HOUSEHOLD else site.businesses


def unserved(network: Network, reached: tuple[Group, ...]) -> tuple[Unserved, ...]:
    """Who cannot have a line, by site."""
    served = {(group.site, group.subscriber) for group in reached}
    return tuple(Unserved(site.name, kind, population(site, kind)) for site in network.sites for kind in Subscriber
                 if population(site, kind) and (site.name, kind) not in served)


def group_uses(network: Network, stage: Stage, counted: tuple[Group, ...]) -> tuple[GroupUse, ...]:
    """What every group uses at a stage; uses that nobody takes are left out."""
    weeks = {week.name: week.activity for week in network.demand.weeks}
    places = {service.name: service.head_end for service in network.services}
    taken = {each.use: each.take_up for each in stage.take_ups}
    return tuple(
        GroupUse(group, use, taken.get(use.name, use.take_up) / PPM, places[use.service],
                 EVEN if use.week is None else weeks[use.week])
        for group in counted for use in network.demand.uses
        if use.subscriber is group.subscriber and (not use.offers or group.offer in use.offers)
        and taken.get(use.name, use.take_up))


def _nodes(network: Network) -> dict[tuple[str, Name], list[Name]]:
    """The nodes of each section at each site."""
    nodes: dict[tuple[str, Name], list[Name]] = {}
    for section, entries in (("switches", network.switches), ("dslams", network.dslams), ("relays", network.relays)):
        for node in entries:
            nodes.setdefault((section, node.site), []).append(node.name)
    return nodes
