"""Who is counted together: groups of one site, offer and kind of subscribers, and what each uses. Nothing grows with
the number of lines."""

from __future__ import annotations

from dataclasses import dataclass

from twin.core.units import PPM
from twin.model import Direction, Name, Network, Stage, Subscriber, Use
from twin.model.demand.sold_lines import SoldLines, population, sold_lines
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
    return tuple(_group(sold, stage) for sold in sold_lines(network) if sold.part(stage))


def _group(sold: SoldLines, stage: Stage) -> Group:
    down, up = (_alone(way) for way in line_links(sold.profile))
    return Group(site=sold.site, node=sold.node, offer=sold.offer.name, subscriber=sold.offer.subscriber,
                 profile=sold.profile.name, population=sold.population, line=sold.part(stage), down=down, up=up)


def _alone(way: LinkDirection) -> float:
    """Goodput of TCP that has a direction of a line to itself, in full packets."""
    packet = way.layer.max_frame - HEADER
    return tcp_goodput(way.rate, way.layer, packet - TCP_OVERHEAD, packet)


def unserved(network: Network, reached: tuple[Group, ...]) -> tuple[Unserved, ...]:
    """Who cannot have a line, by site."""
    served = {(group.site, group.subscriber) for group in reached}
    return tuple(Unserved(site.name, kind, population(site, kind)) for site in network.sites for kind in Subscriber
                 if population(site, kind) and (site.name, kind) not in served)


def group_uses(network: Network, stage: Stage, counted: tuple[Group, ...]) -> tuple[GroupUse, ...]:
    """What every group uses at a stage; uses that nobody takes are left out."""
    weeks = {week.name: week.activity for week in network.demand.weeks}
    places = {service.name: service.head_end for service in network.services}
    return tuple(
        GroupUse(group, use, stage.takes(use) / PPM, places[use.service],
                 EVEN if use.week is None else weeks[use.week])
        for group in counted for use in network.demand.uses
        if use.subscriber is group.subscriber and (not use.offers or group.offer in use.offers)
        and stage.takes(use))
