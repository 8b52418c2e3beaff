"""Which node feeds each village by radio, over which hop: towns where they are in reach, other relays where not. Pure.

Reach is that of the link budget of 802.11b at its highest rate (twin.model.wifi). A village in reach of its town is fed
from there; another is fed from the relay through which the way to its town is shortest (Dijkstra 1959).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from statistics import median_low

from twin.core.units import Gain, Length, Rate
from twin.model import Air, Name, RadioCell
from twin.model.wifi import reach
from twin.model.yaml.scalars import proposed_name
from twin.territory.draft.commune import Commune, Role
from twin.territory.great_circle import crow_fly, distance

ANTENNAS = tuple(Gain(gain) for gain in (1_800, 2_400, 2_700, 2_800))
"""Receiving antennas: a panel, a grid, and dishes of two sizes; hundredths of a dBi (assumed)."""
RATE = Rate(11_000_000)
"""What a hop is to have on the air."""
CELL = RadioCell(Name("hop"))
"""As outdoors in France in 2003: 802.11b at 20 dBm EIRP."""
UNKNOWN = Length(3_000)
"""m; of a hop without a position where no other has one (assumed)."""


@dataclass(frozen=True, slots=True)
class Hop:
    """feeder: index of the commune at whose node it begins. length: m. depth: hops to the next switch. guessed: its
    length is assumed, since the village has no position."""

    feeder: int
    length: Length
    gain: Gain
    depth: int
    guessed: bool = False


class OutOfReach(ValueError):
    """Villages that no hop reaches: the index of each, and how far the nearest other commune is, m."""

    def __init__(self, nearest: Mapping[int, Length]) -> None:
        self.nearest = nearest
        super().__init__(f"villages {[*nearest]}")


def antenna(length: Length) -> Gain | None:
    """The smallest antenna with which a hop of that length, m, has its rate; None where none has."""
    return next((gain for gain in ANTENNAS if reach(CELL, Air(CELL.name, gain, RATE), length).rate), None)


def radio_hops(communes: Sequence[Commune]) -> dict[int, Hop]:
    """The hop of each village, by its index. Raises OutOfReach."""
    near = _in_reach(communes)
    goals = _goals(communes)
    ways = {those: _ways(near, those) for those in {*goals.values(), _towns(communes)}}
    homeward = {village: ways[those] if village in ways[those] else ways[_towns(communes)]
                for village, those in goals.items()}
    hops: dict[int, Hop] = {}
    left = sorted((village for village in goals if communes[village].position is not None),
                  key=lambda village: (homeward[village].get(village, 0), village))
    while left:
        hop = next(((each, _hop(communes, near[each], homeward[each], hops)) for each in left
                    if _fed(communes, near[each], homeward[each], hops)), None)
        if hop is None:
            raise OutOfReach({village: _nearest(village, communes) for village in left})
        hops[hop[0]] = hop[1]
        left.remove(hop[0])
    return hops | _guessed(goals.keys() - hops.keys(), goals, hops)


def _towns(communes: Sequence[Commune]) -> tuple[int, ...]:
    return tuple(index for index, each in enumerate(communes) if each.role is Role.TOWN)


def _goals(communes: Sequence[Commune]) -> dict[int, tuple[int, ...]]:
    """The towns towards which each village is fed: its own where the list names it, or else any."""
    named = {proposed_name(communes[index].title): (index,) for index in _towns(communes)}
    return {index: named[proposed_name(each.town)] if each.town else _towns(communes)
            for index, each in enumerate(communes) if each.role is Role.VILLAGE}


def _guessed(villages: Iterable[int], goals: Mapping[int, tuple[int, ...]], hops: Mapping[int, Hop]) -> dict[int, Hop]:
    """Hops of villages without a position: from their town, as long as the median of the others."""
    typical = median_low([hop.length for hop in hops.values()]) if hops else UNKNOWN
    gain = antenna(typical)
    assert gain is not None
    return {village: Hop(goals[village][0], typical, gain, 1, guessed=True) for village in sorted(villages)}


def _nearest(village: int, communes: Sequence[Commune]) -> Length:
    here = communes[village].position
    return min((distance(here, each.position) for index, each in enumerate(communes)
                if index != village and each.position and here), default=Length(0))


def _in_reach(communes: Sequence[Commune]) -> list[dict[int, Length]]:
    """Of each commune, those at the other end of a hop that has its rate, with the lengths, m."""
    near: list[dict[int, Length]] = [{} for _ in communes]
    farthest = reach(CELL, Air(CELL.name, ANTENNAS[-1], RATE), Length(1_000)).farthest
    places = [(index, each.position) for index, each in enumerate(communes) if each.position is not None]
    for number, (a, here) in enumerate(places):
        for b, there in places[number + 1:]:
            length = crow_fly(here, there)
            if length <= farthest:
                near[a][b] = near[b][a] = length
    return near


def _ways(near: Sequence[Mapping[int, Length]], goals: Sequence[int]) -> dict[int, int]:
    """Dijkstra: the length of the shortest way over hops from each commune to the nearest of some towns, m."""
    settled: dict[int, int] = {}
    waiting = [(0, goal) for goal in goals]
    while waiting:
        length, here = heappop(waiting)
        if here not in settled:
            settled[here] = length
            for there, hop in near[here].items():
                heappush(waiting, (length + hop, there))
    return settled


def _fed(communes: Sequence[Commune], near: Mapping[int, Length], homeward: Mapping[int, int],
         hops: Mapping[int, Hop]) -> list[int]:
    """The communes in reach from which a town can be reached already, so that no hops form a loop."""
    return [each for each in near if each in homeward and (each in hops or communes[each].role is Role.TOWN)]


def _hop(communes: Sequence[Commune], near: Mapping[int, Length], homeward: Mapping[int, int],
         hops: Mapping[int, Hop]) -> Hop:
    """The first hop of the shortest way."""
    feeder = min(_fed(communes, near, homeward, hops), key=lambda each: (near[each] + homeward[each], each))
    gain = antenna(near[feeder])
    assert gain is not None
    return Hop(feeder, near[feeder], gain, hops[feeder].depth + 1 if feeder in hops else 1)
