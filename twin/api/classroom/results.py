"""The results of a class, from the journals of its sessions alone: as rows, as CSV, and as a page, each with a digest.

The digest is SHA-256 over the rows of the CSV; each row has the digests of its measurements, which anybody can repeat,
and the last hash of its journal.
"""

from __future__ import annotations

import csv
import io
from dataclasses import astuple, dataclass, fields
from datetime import datetime
from hashlib import sha256

from twin.api.classroom.class_folder import ClassFolder
from twin.core.errors import UsageError
from twin.jobs.training.acts import Diagnosed, Graded, cost, handed_in, hints_taken, last_diagnosis
from twin.report.page.html import render_table


@dataclass(frozen=True, slots=True)
class Result:
    """The result of a seat. minutes: from the start to the hand-in, or to the last act. digests: of the measurements
    that graded it. journal: the last hash. fault: why its journal cannot be trusted, "" where it can."""

    seat: str
    trainees: str
    handed_in: bool = False
    passed: bool = False
    points: int | None = None
    failed_gates: str = ""
    diagnosis: str = ""
    hints: int = 0
    diagnoses: int = 0
    cost: int = 0
    checks: int = 0
    minutes: float = 0.0
    digests: str = ""
    journal: str = ""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class ClassResults:
    """The results of a class, in the roster's order."""

    name: str
    exercise: str
    exam: bool
    rows: tuple[Result, ...]


def class_results(held: ClassFolder) -> ClassResults:
    """What every seat has reached so far."""
    file = held.file
    return ClassResults(file.name, file.exercise.rpartition("/")[2].removesuffix(".yaml"), file.exam,
                        tuple(_result(held, seat) for seat in file.trainees))


def _result(held: ClassFolder, seat: str) -> Result:
    trainees = " ".join(held.file.trainees[seat])
    try:
        lines = held.session(seat).lines()
    except UsageError as fault:
        return Result(seat=seat, trainees=trainees, fault=str(fault))
    acts = [line.act for line in lines]
    final, made = handed_in(acts), last_diagnosis(acts)
    seconds = (datetime.fromisoformat(lines[-1].at) - datetime.fromisoformat(lines[0].at)).total_seconds()
    named = f"{made.diagnosis.place} {made.diagnosis.direction} {made.diagnosis.cause}" if made else ""
    return Result(
        seat=seat, trainees=trainees, handed_in=final is not None,
        passed=final is not None and all(gate.passed for gate in final.gates), points=final.points if final else None,
        failed_gates=" ".join(gate.gate for gate in final.gates if not gate.passed) if final else "", diagnosis=named,
        hints=hints_taken(acts), diagnoses=sum(isinstance(act, Diagnosed) for act in acts), cost=cost(acts),
        checks=sum(isinstance(act, Graded) for act in acts), minutes=round(seconds / 60, 1),
        digests=" ".join(final.digests) if final else "", journal=lines[-1].chain)


def results_csv(results: ClassResults) -> str:
    """A row for each seat (RFC 4180)."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([field.name for field in fields(Result)])
    writer.writerows([_cell(value) for value in astuple(row)] for row in results.rows)
    return text.getvalue()


def results_digest(results: ClassResults) -> str:
    """SHA-256 over the CSV."""
    return sha256(results_csv(results).encode()).hexdigest()


def results_html(results: ClassResults) -> str:
    """A page for the instructor's files."""
    head = [field.name.replace("_", " ") for field in fields(Result)]
    rows = [[_cell(value) for value in astuple(row)] for row in results.rows]
    note = f"SHA-256 of the CSV: {results_digest(results)}"
    return render_table(f"{results.name}: {results.exercise}", head, rows, note)


def _cell(value: object) -> str:
    """yes, no and nothing as words; nothing that a spreadsheet takes for a formula."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in "=+-@" and not text[1:2].isdigit() and text else text
