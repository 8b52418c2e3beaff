"""The table trouble × test: which hypotheses each command of an exercise rules out, computed once in virtual labs.

A test rules a hypothesis out where what it shows differs from what the hypothesis would let it show. The table lies
beside the exercises, with the hash of what it follows from: once that changes, it is not used. Texts, hints and repairs
may change.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from twin.core.records import from_plain, to_json
from twin.jobs.experiment.on_host import OnProgress
from twin.jobs.training.change_words import change_text
from twin.jobs.training.exercise import Evidence, Exercise
from twin.jobs.training.exercise_file import DrawnExercise, read_draws
from twin.jobs.training.observing.observation import shown
from twin.plan.blueprint import Blueprint
from twin.plan.configuration_changes import changed
from twin.report.files.atomic_write import write_whole

FOLDER = "hypothesis-tables"


@dataclass(frozen=True, slots=True)
class TableRow:
    """A test where the trouble is at `place`. command: node and words. rules_out: numbers of hypotheses, from 0."""

    place: str
    command: str
    rules_out: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class HypothesisTable:
    """All tests of an exercise in all its draws. digest: SHA-256 of all in its file that the table follows from.
    hypotheses: how many there are."""

    digest: str
    hypotheses: int
    rows: tuple[TableRow, ...]

    def ruled_out(self, place: str, commands: Iterable[str]) -> float:
        """The share of hypotheses, 0 to 1, that these commands rule out together."""
        return len(self.numbers(place, commands)) / self.hypotheses if self.hypotheses else 1.0

    def numbers(self, place: str, commands: Iterable[str]) -> tuple[int, ...]:
        """The numbers of these hypotheses, sorted."""
        made = {" ".join(command.split()) for command in commands}
        rows = [row for row in self.rows if row.place == place and row.command in made]
        return tuple(sorted({number for row in rows for number in row.rules_out}))


def compute(draws: Sequence[DrawnExercise], cache: Path, on_progress: OnProgress) -> HypothesisTable:
    """The table of an exercise. draws: each of its rows. Raises what `shown` raises."""
    exercise = draws[0].exercise
    rows = tuple(row for drawn in draws for row in table_rows(drawn, cache, on_progress))
    return HypothesisTable(digest_of(draws[0].file), len(exercise.hypotheses), rows)


def tests_of(exercise: Exercise) -> tuple[Evidence, ...]:
    """Every command of which it is known what it rules out."""
    return (*exercise.evidence, *exercise.tests)


def supposed(drawn: DrawnExercise) -> list[Blueprint]:
    """The network as each hypothesis supposes it."""
    return [changed(drawn.network, drawn.sound, hypothesis.changes) for hypothesis in drawn.exercise.hypotheses]


def table_rows(drawn: DrawnExercise, cache: Path, on_progress: OnProgress) -> tuple[TableRow, ...]:
    """What each test of one draw rules out, as measured now. Raises what `shown` raises."""
    tests = tests_of(drawn.exercise)
    truth, *others = shown([drawn.faulty, *supposed(drawn)], tests, cache, on_progress)
    return tuple(TableRow(drawn.exercise.diagnosis.place, test.command, tuple(
        number for number, outcome in enumerate(others) if outcome[column] != truth[column]))
        for column, test in enumerate(tests))


def write_table(file: Path, table: HypothesisTable) -> Path:
    """Write the table of an exercise's file beside it; returns where it is."""
    place = _place(file)
    place.parent.mkdir(exist_ok=True)
    write_whole(place, to_json(table))
    return place


def read_table(file: Path) -> HypothesisTable | None:
    """The table of an exercise's file; None where there is none, or it follows from something else."""
    place = _place(file)
    if not place.exists():
        return None
    table = from_plain(HypothesisTable, json.loads(place.read_text(encoding="utf-8")))
    return table if table.digest == digest_of(file) else None


def _place(file: Path) -> Path:
    return file.parent / FOLDER / f"{file.stem}.json"


def digest_of(file: Path) -> str:
    """SHA-256 of all in an exercise's file that its table follows from, in each of its draws."""
    return sha256("\n".join(line for exercise in read_draws(file) for line in _followed(exercise)).encode()).hexdigest()


def _followed(exercise: Exercise) -> Iterator[str]:
    """What the table of one draw follows from: where which tests are run, and in which states."""
    yield f"{exercise.network} {exercise.diagnosis.place}"
    yield from (change_text(step.change) for step in (*exercise.load, *exercise.troubles))
    yield from (f"{test.command} shows {test.shows}" for test in tests_of(exercise))
    for hypothesis in exercise.hypotheses:
        yield f"or {hypothesis.cause}"
        yield from map(change_text, hypothesis.changes)
