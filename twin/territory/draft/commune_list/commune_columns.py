"""The columns of a list of communes: what each is called, in English and French, and which a list must have. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from twin.core.errors import Place, Problem
from twin.core.near_names import near_names
from twin.model.yaml.problems import quoted
from twin.model.yaml.scalars import proposed_name
from twin.territory.draft.commune_list.delimited_text import Cell

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("commune", "nom", "title", "place", "libelle"),
    "role": ("type",),
    "households": ("households-share", "menages", "foyers", "nombre-de-menages"),
    "population": ("habitants", "inhabitants", "pop"),
    "businesses": ("smes", "entreprises", "etablissements", "pme"),
    "latitude": ("lat",),
    "longitude": ("lon", "lng", "long"),
    "town": ("nearest-town", "ville"),
    "position": ("source-of-position",),
}
"""Each column with its other names; accents, capitals, blanks and underscores do not matter."""
NEEDED = (("name",), ("households", "population"), ("latitude",), ("longitude",))
"""Of each of these, a list has one at least."""
_MEANING = {name: column for column, others in COLUMNS.items() for name in (column, *others)}


def columns_of(header: tuple[Cell, ...]) -> tuple[dict[str, int], list[str], list[Problem]]:
    """Where each known column is, the titles of those that are not used, and what is wrong with the header."""
    where: dict[str, int] = {}
    unused: list[Cell] = []
    problems: list[Problem] = []
    for index, cell in enumerate(header):
        column = _MEANING.get(proposed_name(cell.text))
        if column is None:
            unused.append(cell)
        elif column in where:
            problems.append(Problem(cell.place, column, f"{quoted(header[where[column]].text)} and "
                                    f"{quoted(cell.text)} are the same column", "leave one of them out"))
        where.setdefault(column or "", index)
    where.pop("", None)
    problems += _missing(where, unused, header[0].place)
    return where, [cell.text for cell in unused if cell.text], problems


def _missing(where: Iterable[str], unused: list[Cell], place: Place) -> list[Problem]:
    """Columns that are needed and not there; a title that is near one of them is taken for a misspelt one."""
    problems = []
    for choice in NEEDED:
        if not set(choice) & set(where):
            spelt = {proposed_name(cell.text): cell for cell in unused}
            names = [name for column in choice for name in (column, *COLUMNS[column])]
            near = next((cell for name, cell in spelt.items() if near_names(name, names, "")), None)
            problems.append(
                Problem(near.place, choice[0], f"{quoted(near.text)} is not a known column",
                        near_names(proposed_name(near.text), names, "")) if near else
                Problem(place, choice[0], f"there is no column {' or '.join(map(quoted, choice))}",
                        f"add it to the header; the columns are {', '.join(COLUMNS)}"))
    return problems
