"""Delimited text as spreadsheets save it: encoding and separator recognised, each cell with its place. Pure."""

from __future__ import annotations

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from dataclasses import dataclass, replace

from twin.core.errors import Place, Problem, TopologyError

SEPARATORS = {";": "semicolons", ",": "commas", "\t": "tabs"}
"""What may stand between cells, the likelier first where a header has as many of several."""
_CELL = r'[ ]*"(?P<quoted>(?:[^"]|"")*)"[ ]*(?={0}|$)|(?P<bare>[^{0}]*)'
_REMEDY = "save the table as CSV, UTF-8"


@dataclass(frozen=True, slots=True)
class Cell:
    """text: without the blanks and quotation marks round it."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells; rows without any text are left out. encoding, separator: in words."""

    rows: tuple[tuple[Cell, ...], ...]
    encoding: str
    separator: str


def table_of(content: bytes, file: str) -> Table:
    """The table in `content`. Raises TopologyError with every line that cannot be read."""
    text, encoding = _text(content, file)
    lines = re.split("\r\n|\n|\r", text)
    separator = _separator(next((line for line in lines if line.strip()), ""))
    rows = [_row(line, separator, Place(file, number)) for number, line in enumerate(lines, 1)]
    problems = [row for row in rows if isinstance(row, Problem)]
    if problems:
        raise TopologyError(problems)
    kept = tuple(row for row in rows if isinstance(row, tuple) and any(cell.text for cell in row))
    return Table(kept, encoding, SEPARATORS[separator])


def _text(content: bytes, file: str) -> tuple[str, str]:
    """The text and the name of its encoding: by its mark, UTF-8, or else Windows-1252."""
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return _decoded(content, file, "utf-16", "UTF-16")
    if content.startswith(BOM_UTF8):
        return _decoded(content, file, "utf-8-sig", "UTF-8 with a byte order mark")
    try:
        return content.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        return _decoded(content, file, "cp1252", "Windows-1252")


def _decoded(content: bytes, file: str, codec: str, encoding: str) -> tuple[str, str]:
    try:
        return content.decode(codec), encoding
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise TopologyError([Problem(Place(file, line), "", f"byte 0x{content[error.start]:02x} is neither UTF-8 nor "
                                     f"{encoding} text", _REMEDY)]) from error


def _separator(header: str) -> str:
    bare = re.sub('"[^"]*"', "", header)
    return max(SEPARATORS, key=bare.count)


def _row(line: str, separator: str, place: Place) -> tuple[Cell, ...] | Problem:
    """The cells of a line, each with the column where it begins, or what is wrong with it."""
    pattern, cells, at = re.compile(_CELL.format(re.escape(separator))), [], 0
    while at <= len(line):
        match = pattern.match(line, at)
        assert match is not None
        column = replace(place, column=at + len(match[0]) - len(match[0].lstrip(" ")) + 1)
        if (match["bare"] or "").lstrip(" ").startswith('"'):
            return Problem(column, "", "has a quotation mark that does not end with its cell",
                           "write two of them within a cell, and no line feed")
        inside = match["bare"] if match["quoted"] is None else match["quoted"].replace('""', '"')
        cells.append(Cell(inside.strip(" \xa0\u202f"), column))
        at = match.end() + 1
    return tuple(cells)
