"""What was done in a session, step by step, with the time that had passed: from the lines of its journal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from twin.jobs.training.acts import Act, Graded
from twin.jobs.training.journal import JournalLine


@dataclass(frozen=True, slots=True)
class ReplayStep:
    """An act. number: from 1. at: ISO 8601. elapsed: seconds since the first act. chain: its hash in the journal.
    passed: whether a grading was, None for any other act."""

    number: int
    at: str
    elapsed: float
    act: Act
    chain: str
    passed: bool | None


def replay_steps(lines: Sequence[JournalLine], *, reasons: bool = True) -> tuple[ReplayStep, ...]:
    """The steps of a journal. reasons: with the gates of gradings, which an examination does not tell."""
    start = datetime.fromisoformat(lines[0].at) if lines else None
    return tuple(ReplayStep(number, line.at, (datetime.fromisoformat(line.at) - start).total_seconds() if start else 0,
                            line.act if reasons else _without_gates(line.act), line.chain, _passed(line.act))
                 for number, line in enumerate(lines, start=1))


def _passed(act: Act) -> bool | None:
    return all(result.passed for result in act.gates) if isinstance(act, Graded) else None


def _without_gates(act: Act) -> Act:
    """A grading without what speaks for and against it."""
    return replace(act, gates=(), points=0) if isinstance(act, Graded) else act
