"""Trials in words: the report of each as a table for people, the tests of the method one after the other, and JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import floor
from typing import Any

from twin.core.records import to_plain
from twin.judge.verdict import Certificate, Outcome
from twin.plan.trials.measurements import Column, Report, Row
from twin.report.terminal.verdict_table import fold
from twin.report.wording import count, show

WIDTH = 100
WHOLE = 50
"""Bare numbers from here on are shown without decimals."""
SIGNS = {True: "✓", False: "✗", None: " "}
WORDS = {True: "passed", False: "failed", None: "measured, no limits"}
THEORY = "_theory"
"""The end of a key whose value is the prediction for the key before it."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A trial as it is shown: the results of the method, and the certificate of its lab."""

    report: Report
    certificate: Certificate

    @property
    def outcome(self) -> Outcome:
        """Met also where there were no limits."""
        if not self.certificate.valid:
            return Outcome.INCONCLUSIVE
        return Outcome.MISSED if self.report.passed is False else Outcome.MET


def headline(sheets: Sequence[Sheet]) -> str:
    """All trials in one sentence."""
    doubtful = [sheet.report.name for sheet in sheets if sheet.outcome is Outcome.INCONCLUSIVE]
    failed = [sheet.report.name for sheet in sheets if sheet.outcome is Outcome.MISSED]
    if doubtful:
        return f"Inconclusive: the fidelity checks failed for {', '.join(doubtful)}."
    if failed:
        return f"{len(failed)} of {count(len(sheets), 'trial')} failed: {', '.join(failed)}."
    return f"No failures in {count(len(sheets), 'trial')}."


def plain(sheet: Sheet) -> dict[str, Any]:
    """A trial as JSON: the report, whether it passed, and whether its lab is valid."""
    return {"valid": sheet.certificate.valid, "passed": sheet.report.passed, **to_plain(sheet.report)}


def tests(report: Report) -> Iterator[tuple[str, list[Row], list[Column]]]:
    """Each test of the method with its rows, and only the columns that it has."""
    for test in dict.fromkeys(row.test for row in report.rows):
        rows = [row for row in report.rows if row.test == test]
        yield test, rows, [column for column in report.columns if any(column.key in row.values for row in rows)]


def cell(row: Row, column: Column) -> str:
    """A figure with its unit, "" where there is none; large bare numbers are counts, cut to whole ones (RFC 2544,
    appendix B)."""
    value = row.values.get(column.key)
    if value is None:
        return ""
    return str(floor(value)) if not column.unit and value >= WHOLE else show(value, column.unit)


def deviation(row: Row) -> str:
    """By how much the figure of a row differs from its prediction; "" where there is none."""
    key = next((key.removesuffix(THEORY) for key in row.values if key.endswith(THEORY)), "")
    theory, measured = row.values.get(key + THEORY, 0.0), row.values.get(key)
    if measured is None:
        return ""
    if not theory:
        return "" if measured else "0 %"
    percent = round(100 * (measured / theory - 1), 2)
    return f"{percent:+.2f} %".replace("-", "−") if percent else "0 %"


def render(report: Report) -> str:
    """The table as text with a closing newline: only the columns that a test has, under the name of the test."""
    lines = [f"trial {report.name}, {report.standard}: {WORDS[report.passed]}"]
    for test, rows, columns in tests(report):
        lines += ["", *_table(test, rows, columns)]
    lines += [""]
    for note in report.notes:
        lines += [("  " if index else "- ") + part for index, part in enumerate(fold(note, WIDTH - 2))]
    return "\n".join([*lines, ""])


def _table(test: str, rows: list[Row], columns: list[Column]) -> Iterator[str]:
    first = max(len(test), *(len(row.step) for row in rows))
    cells = [[cell(row, column) for column in columns] for row in rows]
    widths = [max(len(c.head), *(len(line[k]) for line in cells)) for k, c in enumerate(columns)]
    heads = "  ".join(c.head.rjust(width) for c, width in zip(columns, widths, strict=True))
    yield f"  {test.ljust(first)}  {heads}".rstrip()
    for row, line in zip(rows, cells, strict=True):
        values = "  ".join(text.rjust(width) for text, width in zip(line, widths, strict=True))
        yield f"{SIGNS[row.passed]} {row.step.ljust(first)}  {values}".rstrip()
        if row.reason:
            yield f"    {row.reason}"
