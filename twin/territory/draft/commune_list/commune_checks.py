"""What is wrong with communes beside each other and on the Earth: doubled names, unknown towns, positions far from all
others or at sea.

A position that is swapped, or without its sign, is found by its distance from the other communes, and the change that
would bring it near is named.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from twin.core.errors import Place, Problem
from twin.core.near_names import near_names
from twin.core.units import Length, show_length
from twin.model.yaml.problems import quoted
from twin.model.yaml.scalars import proposed_name
from twin.territory.draft.commune import Commune, Role
from twin.territory.draft.commune_list.land import is_near_land
from twin.territory.great_circle import Position, distance

LEAST_SPREAD = Length(60_000)
"""Within this of the middle of a territory, no position is doubted, m."""
LEAST_PLACED = 3
"""From how many positions on one of them can stand out."""
ISLAND = re.compile("(?:island|île|ile)\\b", re.IGNORECASE)
"""What the source of a position begins with where no map may know the land."""
TIMES_SPREAD = 6
"""From how many times the median distance from the middle on a position is doubted."""
REPAIRS: Mapping[str, Callable[[float, float], Position]] = {
    "latitude and longitude look swapped": lambda north, east: (east, north),
    "the longitude seems to lack its minus sign, or to have one too many": lambda north, east: (north, -east),
    "the latitude seems to lack its minus sign, or to have one too many": lambda north, east: (-north, east),
}
"""Slips, and what undoes each."""


@dataclass(frozen=True, slots=True)
class ListedCommune:
    """A commune and where its cells stand, by column. sound: nothing in its row is wrong."""

    commune: Commune
    places: Mapping[str, Place]
    sound: bool


def problems_between(communes: Sequence[ListedCommune]) -> Iterator[Problem]:
    """All of them; what a row that is wrong itself would cause is not among them."""
    yield from _doubled(communes)
    yield from _towns(communes)
    yield from _unreachable(communes)
    far = [*_far(communes)]
    yield from far
    yield from _at_sea(communes, {problem.place for problem in far})


def _doubled(communes: Sequence[ListedCommune]) -> Iterator[Problem]:
    """Names that differ in accents and capitals only are the same."""
    first: dict[str, ListedCommune] = {}
    for each in (each for each in communes if each.commune.title):
        title = each.commune.title
        other = first.setdefault(proposed_name(title), each)
        if other is not each:
            same = "" if other.commune.title == title else f" as {quoted(other.commune.title)}"
            yield Problem(each.places["name"], "name", f"{quoted(title)} stands in line {other.places['name'].line} "
                          f"too{same}", "keep one of them, or tell them apart by their names")


def _towns(communes: Sequence[ListedCommune]) -> Iterator[Problem]:
    """Every town that a village names is in the list, and there is one at least."""
    towns = {proposed_name(each.commune.title): each.commune.title for each in communes
             if each.commune.role is Role.TOWN or not each.sound}
    if communes and not towns:
        yield Problem(Place(communes[0].places["name"].file), "role", "no commune is a town: a network needs one with "
                      "a switch", "give the largest the role town")
    for each in communes:
        if each.commune.town and proposed_name(each.commune.town) not in towns:
            yield Problem(each.places["town"], "town", f"{quoted(each.commune.town)} is no town of this list",
                          near_names(each.commune.town, towns.values(), "name one of its towns, or none"))


def _unreachable(communes: Sequence[ListedCommune]) -> Iterator[Problem]:
    """Nothing says where these are."""
    for each in communes:
        if not each.sound or each.commune.position is not None:
            continue
        if each.commune.role is Role.TOWN:
            yield Problem(each.places["latitude"], "latitude", f"town {quoted(each.commune.title)} has no position",
                          "give its latitude and longitude: the ring is laid by them")
        elif not each.commune.town:
            yield Problem(each.places["latitude"], "latitude", f"{quoted(each.commune.title)} has neither a position "
                          "nor a town", "give its latitude and longitude, or name its town")


def _far(communes: Sequence[ListedCommune]) -> Iterator[Problem]:
    """Positions that doubt falls on."""
    placed = [(each.commune.position, each) for each in communes if each.commune.position is not None]
    if len(placed) < LEAST_PLACED:
        return
    middle = (median(position[0] for position, _ in placed), median(position[1] for position, _ in placed))
    limit = max(LEAST_SPREAD, TIMES_SPREAD * median(distance(position, middle) for position, _ in placed))
    for position, each in placed:
        away = distance(position, middle)
        if away > limit:
            yield Problem(each.places["latitude"], "latitude", f"{quoted(each.commune.title)} would lie "
                          f"{show_length(away)} from the middle of the other communes",
                          _repair(position, middle, limit))


def _at_sea(communes: Sequence[ListedCommune], doubted: Collection[Place | None]) -> Iterator[Problem]:
    """Positions far from any coast; those that are doubted already are not among them, nor those said to be islands."""
    for each in communes:
        position = each.commune.position
        if position is None or each.places["latitude"] in doubted or is_near_land(position):
            continue
        if not ISLAND.match(dict(each.commune.sources)["position"]):
            yield Problem(each.places["latitude"], "latitude", f"{quoted(each.commune.title)} would lie at sea, "
                          f"at {position[0]:g} degrees north and {position[1]:g} east",
                          'check its latitude and longitude; for a small island, write "island" into a column '
                          '"position"')


def _repair(position: Position, middle: Position, limit: float) -> str:
    """Which slip explains a position."""
    for remedy, repaired in REPAIRS.items():
        north, east = repaired(*position)
        if abs(north) <= 90 and distance((north, east), middle) <= limit:
            return remedy
    return "check its latitude and longitude"
