"""What must be there: so many of every driver at each place, for whom, and from which take-up on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf

from twin.model import CostItem, Driver, Dslam, HeadEnd, Medium, Name, Network, Relay
from twin.plan.interface_names import air_name, uplink_name
from twin.territory.economics.users import Users
from twin.territory.sizing.results import Drivers, LinkKind, Upgrade

MEGABIT = 1e6
PER_LINE = (Driver.LINE, Driver.PORT, Driver.KIT, Driver.TRANSIT)
"""What grows with take-up; everything else is a whole."""


@dataclass(frozen=True, slots=True)
class Asset:
    """So many of a driver at a place at the stage. loads: of the sites that use it. since, until: take-up beside that
    of the stage, beyond which it is needed, and up to which it is enough. step: the number of its upgrade; later: that
    of the one that replaces it."""

    driver: Driver
    place: str
    quantity: float
    loads: Mapping[str, float]
    offer: Name | None = None
    since: float = 0.0
    until: float = inf
    step: int | None = None
    later: int | None = None

    def serves(self, item: CostItem) -> bool:
        """Whether it is counted by an item."""
        return (item.per is self.driver and (not item.at or self.place in item.at)
                and (not item.offers or self.offer in item.offers))


def assets(network: Network, drivers: Drivers, using: Users) -> tuple[Asset, ...]:
    """Everything that a sized network consists of."""
    places = _Places(network, using)
    return (*_lines(drivers), *_at_access(drivers, places), *_nodes(network, places), *_fibre(drivers, places),
            *_steps(drivers, places), *_transit(drivers, places),
            Asset(Driver.NETWORK, network.name, 1, _sum_of(asset.loads for asset in _lines(drivers))))


class _Places:
    """Where links and nodes are, and who uses them."""

    def __init__(self, network: Network, using: Users) -> None:
        self._using, self._spans = using, network.spans
        self._uplinks: list[Dslam | Relay | HeadEnd] = [*network.dslams, *network.relays, *network.head_ends]
        self.site_of = {node.name: node.site for node in self._uplinks}
        self.link_of = {node.name: air_name(node.uplink.air.cell) if node.uplink.air else uplink_name(node.name)
                        for node in self._uplinks}

    def users_of(self, node: Name) -> Mapping[str, float]:
        """Of a node: those of its uplink, or of all links that end at a switch."""
        if node in self.link_of:
            return self.of_link(self.link_of[node])
        ending = [self.link_of[other.name] for other in self._uplinks if other.uplink.to == node]
        ending += [span.name for span in self._spans if node in span.ends]
        return _sum_of(self._using[link] for link in ending if link in self._using) or _sum_of(self._using.values())

    def of_link(self, link: str) -> Mapping[str, float]:
        """The users of a link; where no line comes across it, everybody, for whom it is built all the same."""
        return _sum_of([self._using[link]] if link in self._using else self._using.values())

    def length(self, link: str, drivers: Drivers) -> float:
        """Metres of a span, or of all hops of a cell."""
        spans = {uplink_name(node) for node, own in self.link_of.items() if own == link} | {link}
        return float(sum(span.length for span in drivers.spans if span.name in spans))


def _lines(drivers: Drivers) -> Iterator[Asset]:
    return (Asset(Driver.LINE, count.node, count.mean, {count.site: count.mean}, count.offer)
            for count in drivers.lines)


def _at_access(drivers: Drivers, places: _Places) -> Iterator[Asset]:
    for driver, counts in ((Driver.PORT, drivers.ports), (Driver.KIT, drivers.kits)):
        yield from (Asset(driver, node, count, {places.site_of[node]: count}) for node, count in counts.items())


def _nodes(network: Network, places: _Places) -> Iterator[Asset]:
    for driver, nodes in ((Driver.SWITCH, network.switches), (Driver.DSLAM, network.dslams),
                          (Driver.RELAY, network.relays), (Driver.HEAD_END, network.head_ends)):
        yield from (Asset(driver, node.name, 1, places.users_of(node.name)) for node in nodes)


def _fibre(drivers: Drivers, places: _Places) -> Iterator[Asset]:
    """The fibre between switches."""
    return (Asset(Driver.METRE, span.name, span.length, places.of_link(span.name)) for span in drivers.spans
            if span.kind is LinkKind.TRUNK and span.medium is Medium.FIBRE)


def _steps(drivers: Drivers, places: _Places) -> Iterator[Asset]:
    """The upgrades: each until the next of its link, with a trench where it is the first in fibre of a radio link."""
    for number, step in enumerate(drivers.upgrades):
        later = next((index for index, other in enumerate(drivers.upgrades) if index > number
                      and other.link == step.link), None)
        loads, radio = places.of_link(step.link), step.medium is Medium.RADIO
        yield Asset(Driver.RADIO_HOP if radio else Driver.INTERFACE, step.link, 1, loads, since=step.before,
                    until=inf if later is None else drivers.upgrades[later].before, step=number, later=later)
        if not radio and step.kind is LinkKind.RADIO and _first_fibre(drivers.upgrades, number):
            yield Asset(Driver.METRE, step.link, places.length(step.link, drivers), loads, since=step.before,
                        step=number)


def _first_fibre(upgrades: Sequence[Upgrade], number: int) -> bool:
    return not any(other.link == upgrades[number].link and other.medium is Medium.FIBRE for other in upgrades[:number])


def _transit(drivers: Drivers, places: _Places) -> Iterator[Asset]:
    return (Asset(Driver.TRANSIT, head_end, rate / MEGABIT, places.users_of(head_end))
            for head_end, rate in drivers.transit.items())


def _sum_of(loads: Iterable[Mapping[Name, float]] | Iterable[Mapping[str, float]]) -> dict[str, float]:
    total: dict[str, float] = {}
    for own in loads:
        for site, load in own.items():
            total[site] = total.get(site, 0.0) + load
    return total
