"""What a trainee did, in order, and what follows from it: the configured state, the diagnosis that counts, the cost.

Values alone; the journal (twin.jobs.training.journal) keeps them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from twin.core.records import Tagged
from twin.jobs.training.exercise import Diagnosis
from twin.jobs.training.exercise_file import DrawnExercise
from twin.jobs.training.gates import GateResult
from twin.plan.blueprint import Blueprint
from twin.plan.configuration_changes import TaggedChange, changed

WRONG_DIAGNOSIS = 5
"""Points that each diagnosis costs but the last."""


@dataclass(frozen=True, slots=True)
class Started:
    """The exercise was started. digest: of its file."""

    exercise: str
    seed: int
    exam: bool
    digest: str


@dataclass(frozen=True, slots=True)
class Hinted:
    """A hint was taken."""

    number: int
    cost: int


@dataclass(frozen=True, slots=True)
class Tried:
    """A command was run in a node to test a hypothesis. command: the node, and its words."""

    command: str


@dataclass(frozen=True, slots=True)
class Diagnosed:
    """A diagnosis was made. evidence: the command that was shown for it, "" for none; shown: whether it shows it."""

    diagnosis: Diagnosis
    evidence: str = ""
    shown: bool = False


@dataclass(frozen=True, slots=True)
class Changed:
    """The configuration was changed."""

    change: TaggedChange


@dataclass(frozen=True, slots=True)
class WasReset:
    """The exercise was set back to its start; hints and diagnoses stay."""


@dataclass(frozen=True, slots=True)
class Graded:
    """The gates were judged. handed_in: for good. digests: of every measurement with the handed-in state."""

    gates: tuple[GateResult, ...]
    handed_in: bool
    points: int
    digests: tuple[str, ...]
    ruled_out: float | None = None
    """The share of hypotheses that the tests ruled out, 0 to 1; None where the exercise has no table of them."""


Act = Annotated[Started | Hinted | Tried | Diagnosed | Changed | WasReset | Graded, Tagged]
"""Everything that is kept of a session."""


def configured(drawn: DrawnExercise, acts: Sequence[Act]) -> Blueprint:
    """The state that the configuration knows: the troubles, and every change since the last reset."""
    since = max((number for number, act in enumerate(acts) if isinstance(act, WasReset)), default=-1)
    return changed(drawn.network, drawn.faulty,
                   [act.change for act in acts[since + 1:] if isinstance(act, Changed)])


def may_diagnose(acts: Sequence[Act]) -> bool:
    """Whether a diagnosis still counts: it is sealed by the first repair, whatever is reset."""
    return not any(isinstance(act, Changed) for act in acts)


def last_diagnosis(acts: Sequence[Act]) -> Diagnosed | None:
    """The diagnosis that counts."""
    return next((act for act in reversed(acts) if isinstance(act, Diagnosed)), None)


def commands_tried(acts: Sequence[Act]) -> tuple[str, ...]:
    """The commands that were run before the first repair to test a hypothesis, or shown for a diagnosis."""
    first = next((number for number, act in enumerate(acts) if isinstance(act, Changed)), len(acts))
    return tuple(act.command if isinstance(act, Tried) else act.evidence for act in acts[:first]
                 if isinstance(act, Tried | Diagnosed))


def hints_taken(acts: Sequence[Act]) -> int:
    """How many hints were."""
    return sum(isinstance(act, Hinted) for act in acts)


def handed_in(acts: Sequence[Act]) -> Graded | None:
    """How it was graded for good; None as long as it is not handed in."""
    return next((act for act in reversed(acts) if isinstance(act, Graded) and act.handed_in), None)


def cost(acts: Sequence[Act]) -> int:
    """Points that hints and diagnoses which were given up cost."""
    given_up = max(sum(isinstance(act, Diagnosed) for act in acts) - 1, 0)
    return sum(act.cost for act in acts if isinstance(act, Hinted)) + given_up * WRONG_DIAGNOSIS
