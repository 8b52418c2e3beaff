"""The report of a trial as a table for people: the tests of the method one after the other, what failed and why."""

from __future__ import annotations

from collections.abc import Iterator
from math import floor

from twin.report.text import fold
from twin.report.wording import show
from twin.trials.values import Column, Report, Row

WIDTH = 100
WHOLE = 50
"""Bare numbers from here on are told without decimals."""
SIGNS = {True: "✓", False: "✗", None: " "}
WORDS = {True: "passed", False: "failed", None: "measured; nothing was to be kept"}


def render(report: Report) -> str:
    """The table as text with a closing newline: only the columns that a test has, under the name of the test."""
    lines = [f"trial {report.name}, {report.standard}: {WORDS[report.passed]}"]
    for test in dict.fromkeys(row.test for row in report.rows):
        rows = [row for row in report.rows if row.test == test]
        columns = [column for column in report.columns if any(column.key in row.values for row in rows)]
        lines += ["", *_table(test, rows, columns)]
    lines += [""]
    for note in report.notes:
        lines += [("  " if index else "- ") + part for index, part in enumerate(fold(note, WIDTH - 2))]
    return "\n".join([*lines, ""])


def _cell(value: float, unit: str) -> str:
    """A figure with its unit; large bare numbers are counts, cut to whole ones (RFC 2544, appendix B)."""
    return str(floor(value)) if not unit and value >= WHOLE else show(value, unit)


def _table(test: str, rows: list[Row], columns: list[Column]) -> Iterator[str]:
    first = max(len(test), *(len(row.step) for row in rows))
    cells = [[_cell(row.values[c.key], c.unit) if c.key in row.values else "" for c in columns] for row in rows]
    widths = [max(len(c.head), *(len(line[k]) for line in cells)) for k, c in enumerate(columns)]
    heads = "  ".join(c.head.rjust(width) for c, width in zip(columns, widths, strict=True))
    yield f"  {test.ljust(first)}  {heads}".rstrip()
    for row, line in zip(rows, cells, strict=True):
        values = "  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True))
        yield f"{SIGNS[row.passed]} {row.step.ljust(first)}  {values}".rstrip()
        if row.reason:
            yield f"    {row.reason}"
