"""The sheet of a session as a page shows it: what is reported, what may be done, what was done, how it was judged.

Texts are in both languages; the page chooses. Nothing of what is hidden is in it before the exercise is handed in, and
after an examination nothing is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from twin.api.training.method import MadeTest, tests_made
from twin.api.training.session import TrainingSession
from twin.jobs.training.acts import Act, Diagnosed, Graded, Hinted, Started, handed_in, last_diagnosis, may_diagnose
from twin.jobs.training.exercise import Bilingual, Cause, Diagnosis, Exercise, Way
from twin.jobs.training.points import parts
from twin.jobs.training.replay import ReplayStep, replay_steps
from twin.model.yaml.value_types import keys_of
from twin.plan.configuration_changes import kind_of


@dataclass(frozen=True, slots=True)
class ChangeForm:
    """A kind of change that may be made: its keys, each with an example."""

    kind: str
    keys: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TakenHint:
    """A hint that was taken, and what it cost."""

    cost: int
    text: Bilingual


@dataclass(frozen=True, slots=True)
class Debriefing:
    """The explanation after hand-in. parts: the points. evidence: commands that show the trouble. tests: what those of
    the trainee ruled out. wrong: repairs that fail, by the kinds of their changes, and why."""

    right: Diagnosis
    text: Bilingual
    parts: Mapping[str, int]
    evidence: tuple[str, ...]
    tests: tuple[MadeTest, ...]
    wrong: tuple[tuple[str, Bilingual], ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything of a session that its trainee sees. sealed: a diagnosis counts no more. next_hint: what another one
    costs, None where there is none. steps: what was done. graded, passed: how it was judged last."""

    name: str
    title: Bilingual
    level: int
    minutes: int
    story: Bilingual
    look: Bilingual
    exam: bool
    places: tuple[str, ...]
    directions: tuple[str, ...]
    causes: tuple[str, ...]
    changes: tuple[ChangeForm, ...]
    hints: tuple[TakenHint, ...]
    next_hint: int | None
    diagnosis: Diagnosed | None
    sealed: bool
    steps: tuple[ReplayStep, ...]
    graded: Graded | None
    passed: bool | None
    debriefing: Debriefing | None


def sheet_of(session: TrainingSession) -> Sheet:
    """The sheet as it is now."""
    exercise, acts = session.exercise, session.acts()
    final = handed_in(acts)
    steps = replay_steps(session.lines(), reasons=not session.exam)
    grading = next((step for step in reversed(steps) if isinstance(step.act, Graded)), None)
    return Sheet(
        name=exercise.name, title=exercise.title, level=exercise.level, minutes=exercise.minutes, story=exercise.story,
        look=exercise.look, exam=session.exam, places=session.places(), directions=tuple(Way), causes=tuple(Cause),
        changes=tuple(ChangeForm(kind.value, {key.spelling: key.example for key in keys_of(kind_of(kind))})
                      for kind in exercise.may),
        hints=_hints(exercise, acts), next_hint=None if session.exam or final else _next_hint(exercise, acts),
        diagnosis=last_diagnosis(acts), sealed=not may_diagnose(acts) or final is not None,
        steps=tuple(step for step in steps if not isinstance(step.act, Started)), graded=_grade(grading),
        passed=grading.passed if grading else None,
        debriefing=_debriefing(session, acts, final) if final and not session.exam else None)


def _grade(step: ReplayStep | None) -> Graded | None:
    return step.act if step and isinstance(step.act, Graded) else None


def _hints(exercise: Exercise, acts: Sequence[Act]) -> tuple[TakenHint, ...]:
    taken = [exercise.hints[act.number] for act in acts if isinstance(act, Hinted)]
    return tuple(TakenHint(hint.cost, hint.text) for hint in taken)


def _next_hint(exercise: Exercise, acts: Sequence[Act]) -> int | None:
    left = exercise.hints[sum(isinstance(act, Hinted) for act in acts):]
    return left[0].cost if left else None


def _debriefing(session: TrainingSession, acts: Sequence[Act], graded: Graded) -> Debriefing:
    exercise = session.exercise
    return Debriefing(
        exercise.diagnosis, exercise.debriefing, parts(exercise.diagnosis, acts, graded.gates, graded.ruled_out),
        tuple(evidence.title for evidence in exercise.evidence), tests_made(session),
        tuple((repair.title, repair.why) for repair in exercise.wrong))
