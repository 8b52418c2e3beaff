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
from twin.jobs.training.observing.observation import shown
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

    def __call__(self, steps: Sequence[Step], *, diagnosed: bool = True, stops: Sequence[str] = ()) -> Grade:
        """Grade the exercise after these changes. stops: workloads that were stopped."""
        drawn = self.drawn
        state = changed(drawn.network, drawn.faulty, [step.change for step in steps])
        diagnosis = drawn.exercise.diagnosis if diagnosed else None
        running = frozenset(flow.name for flow in state.flows if flow.workload not in stops)
        return grade(drawn, HandedIn(state, diagnosis, flows=running), self.secret, self.cache, self.on_progress)


def _proved(drawn: DrawnExercise, grader: _Grader) -> Iterator[Claim]:
    exercise, nothing = drawn.exercise, drawn.exercise.diagnosis.cause is Cause.NOTHING
    untouched = grader((), diagnosed=False)
    yield Claim(drawn.seed, "untouched: fails at the diagnosis" if nothing else
                "untouched: fails at G1 and G5, and at G2 or G3", _untouched(untouched, nothing=nothing))
    if exercise.symptom:
        shows = symptom_shows(drawn, untouched.measured.handed_in[0])
        yield Claim(drawn.seed, "untouched: the symptom shows", "" if shows else "its targets are not missed")
    if exercise.evidence:
        yield from _evident(drawn, grader, nothing=nothing)
    for number, solution in enumerate(exercise.solutions, start=1):
        yield Claim(drawn.seed, f"solution {number}: passes", _unlike(grader(solution.do), set()))
        for left_out in range(len(solution.do)) if len(solution.do) > 1 else ():
            half = grader([step for k, step in enumerate(solution.do) if k != left_out])
            yield Claim(drawn.seed, f"solution {number} without step {left_out + 1}: fails",
                        "it passes" if half.passed else "")
    for number, repair in enumerate(exercise.wrong, start=1):
        result = grader(repair.do, stops=repair.stops)
        gates = " and ".join(repair.fails)
        yield Claim(drawn.seed, f"wrong repair {number}: fails at {gates} alone", _unlike(result, {*repair.fails}))
        if exercise.symptom and not {Gate.EFFECT, Gate.LOAD} & {*repair.fails}:
            gone = not symptom_shows(drawn, result.measured.handed_in[0])
            yield Claim(drawn.seed, f"wrong repair {number}: takes the symptom away", "" if gone else "it stays")


def _evident(drawn: DrawnExercise, grader: _Grader, *, nothing: bool) -> Iterator[Claim]:
    """Each command of the evidence shows the trouble, and does not show it in the sound network."""
    evidence = drawn.exercise.evidence
    sound, faulty = shown((drawn.sound, drawn.faulty), evidence, grader.cache, grader.on_progress)
    for number, (before, after) in enumerate(zip(sound, faulty, strict=True), start=1):
        yield Claim(drawn.seed, f"evidence {number}: shows it", "" if after else "it does not")
        if not nothing:
            yield Claim(drawn.seed, f"evidence {number}: does not show it in the sound network",
                        "it does" if before else "")


def _untouched(result: Grade, *, nothing: bool) -> str:
    """What speaks against an exercise on which nothing was done; a trouble that only a cut or a flood shows is one."""
    failed = _failed(result)
    shows = {Gate.CAUSE, Gate.DIAGNOSIS} <= failed and failed & {Gate.EFFECT, Gate.ROBUST}
    return "" if shows and not nothing else _unlike(result, {Gate.DIAGNOSIS} if nothing else set())


def _unlike(result: Grade, wanted: set[Gate]) -> str:
    """What speaks against a grade that fails at just these gates."""
    failed = _failed(result)
    if wanted == failed:
        return ""
    reasons = [f"{gate.gate}: {gate.reasons[0]}" for gate in result.gates if gate.reasons]
    return f"fails at {', '.join(sorted(failed)) or 'nothing'}{'; ' if reasons else ''}{'; '.join(reasons)}"


def _failed(result: Grade) -> set[Gate]:
    return {gate.gate for gate in result.gates if not gate.passed}


def sound_claims(claims: Sequence[Claim]) -> bool:
    """Whether all of them hold, and there is one."""
    return bool(claims) and all(not claim.against for claim in claims)
