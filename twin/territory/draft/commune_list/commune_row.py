"""One row of a list of communes: its cells as values, or what is wrong with each. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from twin.core.errors import Place, Problem
from twin.core.near_names import near_names
from twin.model.yaml.problems import quoted
from twin.model.yaml.scalars import proposed_name
from twin.territory.draft.commune import HOUSEHOLDS_PER_BUSINESS, PERSONS_PER_HOUSEHOLD, Commune, Role, guessed_role
from twin.territory.draft.commune_list.delimited_text import Cell
from twin.territory.great_circle import Position

ROLES = {"town": Role.TOWN, "ville": Role.TOWN, "city": Role.TOWN, "bourg": Role.TOWN, "dslam": Role.TOWN,
         "village": Role.VILLAGE, "rural": Role.VILLAGE, "relay": Role.VILLAGE, "relais": Role.VILLAGE}
LIMITS = {"latitude": 90, "longitude": 180}
MOST = 10_000_000
"""Households, businesses or persons of one commune: as many lines as a group can have."""
_DECIMAL = re.compile(r"[+-]?[0-9]{1,12}(?:[.,][0-9]{1,15})?")
_BLANKS = re.compile(r"(?<=[0-9]) (?=[0-9]{3}(?![0-9]))")
"""Between thousands."""


@dataclass(slots=True)
class RowReader:
    """Reads the cells of one row by the name of their column, and keeps what is wrong. file: for the basis."""

    cells: dict[str, Cell]
    place: Place
    file: str
    problems: list[Problem] = field(default_factory=list)

    def commune(self) -> Commune:
        """What the row says, as far as it can be read."""
        title = self._text("name")
        if not title:
            self._refuse("name", "is missing", "name the commune")
        position = self._position()
        households, of_households = self._households()
        businesses = self._count("businesses", "")
        sources = [("position", self._source(position)), ("households", of_households)]
        sources.append(("businesses", "assumed" if businesses is None else f"from {self.file}"))
        if businesses is None:
            businesses = round(households / HOUSEHOLDS_PER_BUSINESS)
        role = self._role()
        commune = Commune(title, role or Role.VILLAGE, households, businesses, position, town=self._text("town"),
                          sources=tuple(sources), place=self.place)
        return commune if role else guessed_role(commune)

    def _text(self, column: str) -> str:
        text = " ".join(self.cells[column].text.split()) if column in self.cells else ""
        if not text.isprintable():
            self._refuse(column, f"{quoted(text)} holds a control character", "leave it out")
        return text

    def _households(self) -> tuple[int, str]:
        """How many, and where that is from."""
        people = self._count("population", "")
        if people is not None and not self._text("households"):
            households, source = max(1, round(people / PERSONS_PER_HOUSEHOLD)), "assumed from population"
        else:
            households, source = self._count("households", "give the number of households") or 0, f"from {self.file}"
        if households == 0 and not self.problems:
            self._refuse("households", "has no households", "give their number, or leave the commune out")
        return households, source

    def _count(self, column: str, needed: str) -> int | None:
        """A whole number; None where there is none. needed: the remedy where there must be one."""
        text = _BLANKS.sub("", self._text(column))
        if re.fullmatch("[0-9]{1,12}(?:[.,]0+)?", text) and int(re.split("[.,]", text)[0]) <= MOST:
            return int(re.split("[.,]", text)[0])
        if text:
            self._refuse(column, f"{quoted(text)} is not a whole number up to {MOST:,}", "write for example 1195")
        elif needed:
            self._refuse(column, "is missing", needed)
        return None

    def _position(self) -> Position | None:
        """Latitude and longitude; None where both are blank."""
        blank = [column for column in LIMITS if not self._text(column)]
        if len(blank) == 1:
            self._refuse(blank[0], "is missing", "give both, in degrees, or none of them")
        if blank:
            return None
        north, east = (self._degrees(column) for column in LIMITS)
        if north is not None and east is not None and abs(north) > LIMITS["latitude"] >= abs(east):
            self._refuse("latitude", f"{north:g} is more than 90 degrees", "latitude and longitude look swapped")
            return None
        return None if north is None or east is None else (north, east)

    def _degrees(self, column: str) -> float | None:
        text = self._text(column)
        if not _DECIMAL.fullmatch(text):
            self._refuse(column, f"{quoted(text)} is not a number of degrees", "write for example 43.60527 or 43,60527")
            return None
        degrees = float(text.replace(",", "."))
        if abs(degrees) > 180:
            self._refuse(column, f"{quoted(text)} is more than 180 degrees", "write degrees, for example 43.60527")
            return None
        return degrees

    def _source(self, position: Position | None) -> str:
        return self._text("position") or ("unknown" if position is None else f"from {self.file}")

    def _role(self) -> Role | None:
        """None where the list leaves it open."""
        text = self._text("role")
        known: Callable[[str], Role | None] = ROLES.get
        role = known(proposed_name(text))
        if text and role is None:
            self._refuse("role", f"{quoted(text)} is not a role",
                         near_names(proposed_name(text), ROLES, "write town or village"))
        return role

    def _refuse(self, column: str, reason: str, remedy: str) -> None:
        place = self.cells[column].place if column in self.cells else self.place
        self.problems.append(Problem(place, column, reason, remedy))
