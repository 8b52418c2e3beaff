"""What a transfer takes beside sending its bytes: handshake, request, slow start and the way, on an idle network.

By twin.predict.figures.page_time; by how much slow start delays it depends on its size, of which the mean over the
Pareto distribution is taken. The way is that of the whole network: a cut makes it longer by fractions of a millisecond.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from twin.core.units import NS_PER_S, Size, Time
from twin.model import Direction, Name, Network, TransferUse
from twin.model.traffic_profiles import PAGE_REQUEST
from twin.plan.blueprint import Blueprint, WebPages
from twin.plan.forwarding.paths import paths_to_hosts
from twin.plan.links.link_layers import line_links
from twin.predict.figures.page_time import PagePath, beside_service
from twin.predict.load.packet_streams import carrier
from twin.territory.sizing.population.groups import GroupUse

QUANTILES = 16
"""Sizes that stand for the distribution."""
_NO_PAUSE = Time(0)


@dataclass(frozen=True, slots=True)
class _Way:
    """What decides how a transfer begins."""

    node: Name
    head_end: Name
    profile: Name
    direction: Direction
    size: Size
    shape: float


def sizes(mean: Size, shape: float) -> tuple[Size, ...]:
    """Sizes of equal probability, the medians of equal parts of a Pareto distribution."""
    least = mean * (shape - 1) / shape
    parts = ((number + 0.5) / QUANTILES for number in range(QUANTILES))
    return tuple(Size(max(1, round(least * (1 - part) ** (-1 / shape)))) for part in parts)


class TransferStarts:
    """Set-up times of the transfers of a network."""

    def __init__(self, network: Network, blueprint: Blueprint, members: Iterable[GroupUse]) -> None:
        self._profiles = {profile.name: line_links(profile) for profile in network.profiles}
        self._spans = {span.name: span for span in blueprint.spans}
        pairs = {(member.group.node, member.head_end) for member in members}
        self._paths = paths_to_hosts(blueprint, sorted(pairs))
        self._known: dict[_Way, float] = {}

    def per_bit(self, members: Iterable[GroupUse]) -> float:
        """s a bit of all transfers of some uses together."""
        uses = [(member, member.use.settings) for member in members if isinstance(member.use.settings, TransferUse)]
        numbers = [member.take_up * use.active * use.transfers for member, use in uses]
        taken = sum(number * self.of(member, use) for number, (member, use) in zip(numbers, uses, strict=True))
        return taken / sum(number * use.size * 8 for number, (_, use) in zip(numbers, uses, strict=True))

    def of(self, member: GroupUse, use: TransferUse) -> float:
        """s that each of its transfers takes beside sending its bytes, on average."""
        way = _Way(member.group.node, member.head_end, member.group.profile, use.direction, use.size, use.shape)
        if way not in self._known:
            path, known = self._path(way), sizes(use.size, use.shape)
            times = [beside_service(WebPages(PAGE_REQUEST, size, _NO_PAUSE), path) for size in known]
            self._known[way] = sum(times) / len(times) / NS_PER_S
        return self._known[way]

    def _path(self, way: _Way) -> PagePath:
        """The media towards whoever receives, and back."""
        hops, (line_down, line_up) = self._paths[way.node, way.head_end], self._profiles[way.profile]
        up = (line_up, *(carrier(self._spans[hop.span], hop.forward) for hop in hops))
        down = (*(carrier(self._spans[hop.span], not hop.forward) for hop in reversed(hops)), line_down)
        ahead, back = (down, up) if way.direction is Direction.DOWN else (up, down)
        return PagePath(ahead, back, fifo=True)
