"""A commune, as a list of communes says it: what is known of it, and what of that is a guess."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from twin.core.errors import Place
from twin.territory.great_circle import Position

HOUSEHOLDS_PER_BUSINESS = 33_000 / 5_000
"""Where a list has no businesses: as in Castres-Mazamet (announced: 33,000 households, 5,000 businesses)."""
PERSONS_PER_HOUSEHOLD = 2.4
"""Where a list has populations only: France in 1999 (INSEE, census)."""
TOWN_HOUSEHOLDS = 2_000
"""Where a list has no roles: from here on a commune is a town with a DSLAM."""


class Role(StrEnum):
    """How a commune is served."""

    TOWN = "town"
    """A switch on the ring, and a DSLAM."""
    VILLAGE = "village"
    """A relay, fed by a radio hop."""


@dataclass(frozen=True, slots=True)
class Commune:
    """town: the title of the town that a village belongs to, where the list says one. sources: of its figures, as the
    list gives them, or "assumed"; by word, in the order in which a basis names them. place: of its row."""

    title: str
    role: Role
    households: int
    businesses: int
    position: Position | None
    town: str = ""
    sources: tuple[tuple[str, str], ...] = ()
    place: Place = field(default=Place(""), compare=False)

    @property
    def basis(self) -> str:
        """Where its figures are from: "position quoted; businesses assumed"."""
        return "; ".join(f"{what} {source}" for what, source in self.sources)


def guessed_role(commune: Commune) -> Commune:
    """The same with a role by its size, marked as a guess."""
    role = Role.TOWN if commune.households >= TOWN_HOUSEHOLDS else Role.VILLAGE
    return replace(commune, role=role, sources=(*commune.sources, ("role", "assumed")))
