"""The method of a session: each command that was run to test a hypothesis, and which hypotheses it ruled out."""

from __future__ import annotations

from dataclasses import dataclass

from twin.api.training.session import TrainingSession
from twin.jobs.training.acts import commands_tried
from twin.jobs.training.exercise import Cause
from twin.jobs.training.observing.hypothesis_table import read_table


@dataclass(frozen=True, slots=True)
class MadeTest:
    """A command, node first, and the causes that it ruled out, of so many hypotheses."""

    command: str
    rules_out: tuple[Cause, ...]
    hypotheses: int


def tests_made(session: TrainingSession) -> tuple[MadeTest, ...]:
    """Those before the first repair, in their order, each once; nothing where the exercise has no table."""
    table, exercise = read_table(session.drawn.file), session.exercise
    if table is None:
        return ()
    commands = dict.fromkeys(" ".join(command.split()) for command in commands_tried(session.acts()))
    return tuple(MadeTest(command, tuple(exercise.hypotheses[number].cause for number in table.numbers(
        exercise.diagnosis.place, [command])), table.hypotheses) for command in commands if command)
