"""Trials in words: the report of each as a table for people, the tests of the method one after the other, and JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import floor
from typing import Any

from twin.core.records import to_plain
from twin.judge.verdict import Certificate, Outcome
from twin.plan.trials.measurements import Column, Report, Row
from twin.report.language.words import ENGLISH, Words
from twin.report.terminal.verdict_table import fold

WIDTH = 100
WHOLE = 50
"""Bare numbers from here on are shown without decimals."""
SIGNS = {True: "✓", False: "✗", None: " "}
RESULTS = {True: "trial.passed", False: "trial.failed", None: "trial.measured"}
"""Keys of what came of a trial."""
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


def headline(sheets: Sequence[Sheet], words: Words = ENGLISH) -> str:
    """All trials in one sentence."""
    doubtful = [sheet.report.name for sheet in sheets if sheet.outcome is Outcome.INCONCLUSIVE]
    failed = [sheet.report.name for sheet in sheets if sheet.outcome is Outcome.MISSED]
    all_trials = words.say("trials", count=len(sheets))
    if doubtful:
        return words.say("trials.untrusted", names=", ".join(doubtful))
    if failed:
        return words.say("trials.failed", number=len(failed), trials=all_trials, names=", ".join(failed))
    return words.say("trials.passed", trials=all_trials)


def plain(sheet: Sheet) -> dict[str, Any]:
    """A trial as JSON: the report, whether it passed, and whether its lab is valid."""
    return {"valid": sheet.certificate.valid, "passed": sheet.report.passed, **to_plain(sheet.report)}


def tests(report: Report) -> Iterator[tuple[str, list[Row], list[Column]]]:
    """Each test of the method with its rows, and only the columns that it has."""
    for test in dict.fromkeys(row.test for row in report.rows):
        rows = [row for row in report.rows if row.test == test]
        yield test, rows, [column for column in report.columns if any(column.key in row.values for row in rows)]


def cell(row: Row, column: Column, words: Words = ENGLISH) -> str:
    """A figure with its unit, "" where there is none; large bare numbers are counts, cut to whole ones (RFC 2544,
    appendix B)."""
    value = row.values.get(column.key)
    if value is None:
        return ""
    return str(floor(value)) if not column.unit and value >= WHOLE else words.show(value, column.unit)


def deviation(row: Row, words: Words = ENGLISH) -> str:
    """By how much the figure of a row differs from its prediction; "" where there is none."""
    key = next((key.removesuffix(THEORY) for key in row.values if key.endswith(THEORY)), "")
    theory, measured = row.values.get(key + THEORY, 0.0), row.values.get(key)
    if measured is None:
        return ""
    percent = round(100 * (measured / theory - 1), 2) if theory else 0.0
    if not percent:
        return "" if measured and not theory else words.figure("0 %")
    return words.figure(f"{percent:+.2f} %".replace("-", "−"))


def render(report: Report, words: Words = ENGLISH) -> str:
    """The table as text with a closing newline: only the columns that a test has, under the name of the test."""
    lines = [words.say("trial", name=report.name, standard=report.standard, result=words.say(RESULTS[report.passed]))]
    for test, rows, columns in tests(report):
        lines += ["", *_table(test, rows, columns, words)]
    lines += [""]
    for note in report.notes:
        lines += [("  " if index else "- ") + part for index, part in enumerate(fold(words.recorded(note), WIDTH - 2))]
    return "\n".join([*lines, ""])


def _table(test: str, rows: list[Row], columns: list[Column], words: Words) -> Iterator[str]:
    title, steps = words.recorded(test), [words.recorded(row.step) for row in rows]
    first = max(map(len, (title, *steps)))
    heads = [words.recorded(column.head) for column in columns]
    cells = [[cell(row, column, words) for column in columns] for row in rows]
    widths = [max(len(head), *(len(line[k]) for line in cells)) for k, head in enumerate(heads)]
    yield f"  {title.ljust(first)}  {_aligned(heads, widths)}".rstrip()
    for row, step, line in zip(rows, steps, cells, strict=True):
        yield f"{SIGNS[row.passed]} {step.ljust(first)}  {_aligned(line, widths)}".rstrip()
        if row.reason:
            yield f"    {why(row, words)}"


def why(row: Row, words: Words) -> str:
    """All that a step failed by."""
    return ", ".join(map(words.recorded, row.reason.split(", ")))


def _aligned(texts: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(text.rjust(width) for text, width in zip(texts, widths, strict=True))
