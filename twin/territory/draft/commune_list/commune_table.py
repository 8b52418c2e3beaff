"""A list of communes as CSV: read whole, with every problem of it at once, each with line, column and remedy. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from twin.core.errors import Place, Problem, TopologyError
from twin.territory.draft.commune import Commune
from twin.territory.draft.commune_list.commune_checks import ListedCommune, problems_between
from twin.territory.draft.commune_list.commune_columns import COLUMNS, columns_of
from twin.territory.draft.commune_list.commune_row import RowReader
from twin.territory.draft.commune_list.delimited_text import Cell, table_of

MOST = 2_000
"""Communes of a list."""


@dataclass(frozen=True, slots=True)
class CommuneList:
    """communes: in the order of the list. notes: what was recognised, guessed or left out, as sentences."""

    communes: tuple[Commune, ...]
    notes: tuple[str, ...]


def read_communes(content: bytes, file: str) -> CommuneList:
    """The communes in the bytes of a CSV file; `file` is the name used in messages. Raises TopologyError."""
    table = table_of(content, file)
    if not table.rows:
        raise TopologyError([Problem(Place(file), "", "is empty", f"its header names columns: {', '.join(COLUMNS)}")])
    header, *rows = table.rows
    where, unused, problems = columns_of(header)
    if problems:
        raise TopologyError(problems)
    if not 0 < len(rows) <= MOST:
        raise TopologyError([Problem(Place(file), "", f"has {len(rows)} communes", f"list 1 to {MOST:,} of them")])
    communes = _communes(rows, where, len(header), file)
    unread = [f"columns that are not used: {', '.join(unused)}"] if unused else []
    return CommuneList(communes, (f"read as {table.encoding}, cells separated by {table.separator}", *unread))


def _communes(rows: list[tuple[Cell, ...]], where: Mapping[str, int], width: int, file: str) -> tuple[Commune, ...]:
    too_wide = [row for row in rows if any(cell.text for cell in row[width:])]
    problems = [_too_wide(row, width) for row in too_wide]
    listed: list[ListedCommune] = []
    for row in (row for row in rows if row not in too_wide):
        cells = {column: row[index] for column, index in where.items() if index < len(row)}
        reader = RowReader(cells, row[0].place, file.rpartition("/")[2])
        commune = reader.commune()
        problems += reader.problems
        places = {column: cells[column].place if column in cells else row[0].place for column in COLUMNS}
        listed.append(ListedCommune(commune, places, not reader.problems))
    problems += [] if too_wide else problems_between(listed)
    if problems:
        raise TopologyError(problems)
    return tuple(each.commune for each in listed)


def _too_wide(row: tuple[Cell, ...], width: int) -> Problem:
    return Problem(row[width].place, "", f"has {len(row)} cells, the header {width}",
                   "where commas separate cells, put numbers with a decimal comma in quotation marks")
