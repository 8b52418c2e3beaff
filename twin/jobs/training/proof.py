"""Proves an exercise sound: what it says of itself is measured, with each of its draws and with several secrets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from twin.jobs.experiment.on_host import OnProgress
from twin.jobs.training.exercise import Cause, Gate, Step
from twin.jobs.training.exercise_file import DrawnExercise
from twin.jobs.training.gates import HandedIn
from twin.jobs.training.grading import Grade, grade, symptom_shows
from twin.plan.configuration_changes import changed


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that an exercise says of itself, and what was found against it; "" where it holds."""

    seed: int
    what: str
    against: str = ""


def prove(draws: Iterable[DrawnExercise], secrets: Sequence[str], cache: Path, on_progress: OnProgress
          ) -> Iterator[Claim]:
    """Every claim of an exercise, for each of these draws, with each secret. Raises what `grade` raises."""
    for drawn in draws:
        for secret in secrets:
            yield from _proved(drawn, _Grader(drawn, secret, cache, on_progress))


@dataclass(frozen=True, slots=True)
class _Grader:
    drawn: DrawnExercise
    secret: str
    cache: Path
    on_progress: OnProgress

    def __call__(self, steps: Sequence[Step], *, diagnosed: bool = True) -> Grade:
        """Grade the exercise after these changes."""
        drawn = self.drawn
        state = changed(drawn.network, drawn.faulty, [step.change for step in steps])
        diagnosis = drawn.exercise.diagnosis if diagnosed else None
        return grade(drawn, HandedIn(state, diagnosis), self.secret, self.cache, self.on_progress)


def _proved(drawn: DrawnExercise, grader: _Grader) -> Iterator[Claim]:
    exercise, nothing = drawn.exercise, drawn.exercise.diagnosis.cause is Cause.NOTHING
    untouched = grader((), diagnosed=False)
    yield Claim(drawn.seed, "untouched: fails at the diagnosis" if nothing else "untouched: fails at G1, G2 and G5",
                _unlike(untouched, {Gate.DIAGNOSIS} if nothing else {Gate.CAUSE, Gate.EFFECT, Gate.DIAGNOSIS},
                        at_least=not nothing))
    if exercise.symptom:
        shows = symptom_shows(drawn, untouched.measured.handed_in[0])
        yield Claim(drawn.seed, "untouched: the symptom shows", "" if shows else "its targets are not missed")
    for number, solution in enumerate(exercise.solutions, start=1):
        yield Claim(drawn.seed, f"solution {number}: passes", _unlike(grader(solution.do), set()))
        for left_out in range(len(solution.do)) if len(solution.do) > 1 else ():
            half = grader([step for k, step in enumerate(solution.do) if k != left_out])
            yield Claim(drawn.seed, f"solution {number} without step {left_out + 1}: fails",
                        "it passes" if half.passed else "")
    for number, repair in enumerate(exercise.wrong, start=1):
        result = grader(repair.do)
        gates = " and ".join(repair.fails)
        yield Claim(drawn.seed, f"wrong repair {number}: fails at {gates} alone", _unlike(result, {*repair.fails}))
        if exercise.symptom and Gate.EFFECT not in repair.fails:
            gone = not symptom_shows(drawn, result.measured.handed_in[0])
            yield Claim(drawn.seed, f"wrong repair {number}: takes the symptom away", "" if gone else "it stays")


def _unlike(result: Grade, wanted: set[Gate], *, at_least: bool = False) -> str:
    """What speaks against a grade that fails at just these gates. at_least: at others too."""
    failed = {gate.gate for gate in result.gates if not gate.passed}
    if wanted <= failed if at_least else wanted == failed:
        return ""
    reasons = [f"{gate.gate}: {gate.reasons[0]}" for gate in result.gates if gate.reasons]
    return f"fails at {', '.join(sorted(failed)) or 'nothing'}{'; ' if reasons else ''}{'; '.join(reasons)}"


def sound_claims(claims: Sequence[Claim]) -> bool:
    """Whether all of them hold, and there is one."""
    return bool(claims) and all(not claim.against for claim in claims)
