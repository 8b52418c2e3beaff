"""Where everything goes: the names of the communes, the ring through the towns, and the hops to the villages. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from twin.core.errors import Problem, TopologyError
from twin.core.units import show_length
from twin.model import Name
from twin.model.yaml.problems import quoted
from twin.territory.draft.commune import Commune, Role
from twin.territory.draft.radio_hops import ANTENNAS, Hop, OutOfReach, radio_hops
from twin.territory.draft.ring_order import ring_order
from twin.territory.draft.services import HEAD_ENDS
from twin.territory.unique_names import UniqueNames

LEAST_RING = 3
LONGEST_SPAN = 35
"""Characters of the name of a span, so that what UniqueNames derives fits, too."""
DERIVED = ("-dslam", "-relay", "-tv", "-home", "-pro", "-tv-1", "-home-1", "-pro-1")
"""What names made of a commune's end with."""


@dataclass(frozen=True, slots=True)
class Layout:
    """communes, names: as listed. ring: indices of the towns in order round the ring. spans: between which of them
    fibre runs, in the same order. hops: of the villages, by index.
    centre: index of the town at which services are located, the one with most households."""

    communes: tuple[Commune, ...]
    names: tuple[Name, ...]
    ring: tuple[int, ...]
    spans: Mapping[Name, tuple[int, int]]
    hops: Mapping[int, Hop]
    centre: int

    def node(self, commune: int) -> Name:
        """The node that feeds others: a town's switch, a village's relay."""
        return self.names[commune] if self.communes[commune].role is Role.TOWN else self.relay(commune)

    def relay(self, village: int) -> Name:
        """The relay of a village."""
        return Name(f"{self.names[village]}-relay")

    def first_hop(self, village: int) -> int:
        """The village whose hop leads to a switch, on the way there; perhaps itself."""
        while self.hops[village].feeder in self.hops:
            village = self.hops[village].feeder
        return village


def laid_out(communes: Sequence[Commune]) -> Layout:
    """The layout of a list of communes. Raises TopologyError with every village that is out of radio reach."""
    towns = sorted((index for index, each in enumerate(communes) if each.role is Role.TOWN),
                   key=lambda index: (-communes[index].households, index))
    order = ring_order([position for index in towns if (position := communes[index].position) is not None])
    names = UniqueNames(DERIVED, HEAD_ENDS)
    try:
        hops = radio_hops(communes)
    except OutOfReach as fault:
        raise TopologyError([_out_of_reach(communes[village], show_length(nearest))
                             for village, nearest in fault.nearest.items()]) from fault
    given = tuple(names.name(each.title) for each in communes)
    ring = tuple(towns[index] for index in order)
    spans = {names.name(f"{given[a]}-{given[b]}", LONGEST_SPAN): (a, b) for a, b in _neighbours(ring)}
    return Layout(tuple(communes), given, ring, spans, hops, towns[0])


def _neighbours(order: tuple[int, ...]) -> list[tuple[int, int]]:
    """Pairs in order round the ring; of two places one pair, of one none."""
    around = [*zip(order, [*order[1:], *order[:1]], strict=True)]
    return around if len(order) >= LEAST_RING else around[:len(order) - 1]


def _out_of_reach(commune: Commune, nearest: str) -> Problem:
    return Problem(commune.place, "", f"{quoted(commune.title)} is out of radio reach of every town and relay: the "
                   f"nearest commune is {nearest} away, and even an antenna of {ANTENNAS[-1] / 100:g} dBi reaches less",
                   "give it the role town (fibre), or list a place between")
