"""Proves an exercise sound: what it says of itself is measured, with each of its draws and with several secrets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from twin.core.errors import UsageError
from twin.emulation.readback.configuration import configuration, differences
from twin.jobs.experiment.on_host import OnProgress
from twin.jobs.live.load_selection import selected
from twin.jobs.training.change_words import commands, typed
from twin.jobs.training.exercise import Cause, Gate, Solution, Step, WrongRepair
from twin.jobs.training.exercise_file import DrawnExercise
from twin.jobs.training.gates import HandedIn, cause
from twin.jobs.training.grading import Grade, compared, grade, measure, symptom_gone, symptom_shows
from twin.jobs.training.measuring.effects import measurements
from twin.jobs.training.measuring.kept_measurements import LABS, Measurement, make_missing
from twin.jobs.training.observing.hypothesis_table import read_table, supposed, table_rows, tests_of
from twin.jobs.training.observing.observation import observations, shown
from twin.plan.blueprint import Blueprint
from twin.plan.configuration_changes import changed


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that an exercise says of itself, and what was found against it; "" where it holds."""

    seed: int
    what: str
    against: str = ""


def prove(draws: Sequence[DrawnExercise], secrets: Sequence[str], cache: Path, on_progress: OnProgress, *,
          labs: int = LABS) -> Iterator[Claim]:
    """Every claim of an exercise, for each of these draws, with each secret. labs: side by side, in which everything
    is measured before the first claim. Raises what `grade` raises."""
    make_missing(_needed(draws, secrets, cache), on_progress, labs=labs)
    for drawn in draws:
        yield from _typed(drawn)
        yield from _shown(drawn, cache, on_progress)
        for secret in secrets:
            yield from _proved(drawn, _Grader(drawn, secret, cache, on_progress))


def _needed(draws: Sequence[DrawnExercise], secrets: Sequence[str], cache: Path) -> Iterator[Measurement]:
    """All that the claims stand on; many of them on the same."""
    for drawn in draws:
        exercise = drawn.exercise
        yield from observations((drawn.sound, drawn.faulty, *supposed(drawn)), tests_of(exercise), cache)
        running = (_running(drawn, repair) for repair in exercise.wrong) if exercise.symptom else ()
        for state in (*(_after(drawn, steps) for steps in _repairs(drawn)), *running):
            for secret in secrets:
                yield from measurements(drawn.network, compared(drawn, state, secret), exercise.seconds, cache)


def _repairs(drawn: DrawnExercise) -> Iterator[Sequence[Step]]:
    """Everything that a proof measures of an exercise: nothing done, each solution, and its halves where they could
    pass, each wrong repair."""
    yield ()
    for solution in drawn.exercise.solutions:
        yield solution.do
        yield from (half for half in _halves(solution) if not _unlike_plan(drawn, half))
    yield from (repair.do for repair in drawn.exercise.wrong)


def _halves(solution: Solution) -> Iterator[Sequence[Step]]:
    """A solution of several steps without each of them."""
    for left_out in range(len(solution.do)) if len(solution.do) > 1 else ():
        yield [step for number, step in enumerate(solution.do) if number != left_out]


def _unlike_plan(drawn: DrawnExercise, steps: Sequence[Step]) -> bool:
    """Whether what stands after these steps fails at G1, which is known without a measurement."""
    return any(cause(drawn.sound, HandedIn(_after(drawn, steps))))


def _after(drawn: DrawnExercise, steps: Sequence[Step]) -> Blueprint:
    return changed(drawn.network, drawn.faulty, [step.change for step in steps])


def _running(drawn: DrawnExercise, repair: WrongRepair) -> Blueprint:
    """What runs after a wrong repair: with what was changed by hand, without the load that was stopped."""
    state = _after(drawn, (*repair.do, *repair.by_hand))
    stopped = selected(state.flows, repair.stops)
    return replace(state, flows=tuple(flow for flow in state.flows if flow not in stopped))


@dataclass(frozen=True, slots=True)
class _Grader:
    drawn: DrawnExercise
    secret: str
    cache: Path
    on_progress: OnProgress

    def __call__(self, steps: Sequence[Step], *, diagnosed: bool = True) -> Grade:
        """Grade the exercise after these changes."""
        diagnosis = self.drawn.exercise.diagnosis if diagnosed else None
        return self._grade(HandedIn(_after(self.drawn, steps), diagnosis))

    def wrong(self, repair: WrongRepair) -> Grade:
        """Grade it after a wrong repair."""
        state, running = _after(self.drawn, repair.do), _running(self.drawn, repair)
        patched = differences(configuration(state), configuration(running))
        flows = frozenset(flow.name for flow in running.flows)
        return self._grade(HandedIn(state, self.drawn.exercise.diagnosis, patched, flows))

    def takes_symptom_away(self, repair: WrongRepair) -> bool:
        """Whether nobody could still complain, as it runs after a wrong repair."""
        running = _running(self.drawn, repair)
        return symptom_gone(self.drawn, measure(self.drawn, running, self.secret, self.cache, self.on_progress))

    def _grade(self, handed_in: HandedIn) -> Grade:
        return grade(self.drawn, handed_in, self.secret, self.cache, self.on_progress)


def _proved(drawn: DrawnExercise, grader: _Grader) -> Iterator[Claim]:
    exercise, nothing = drawn.exercise, drawn.exercise.diagnosis.cause is Cause.NOTHING
    untouched = grader((), diagnosed=False)
    yield Claim(drawn.seed, "untouched: fails at the diagnosis" if nothing else
                "untouched: fails at G1 and G5, and at G2 or G3", _untouched(untouched, nothing=nothing))
    if exercise.symptom:
        shows = symptom_shows(drawn, untouched.measured)
        yield Claim(drawn.seed, "untouched: the symptom shows", "" if shows else "its targets are not missed")
    for number, solution in enumerate(exercise.solutions, start=1):
        yield Claim(drawn.seed, f"solution {number}: passes", _unlike(grader(solution.do), set()))
        for left_out, half in enumerate(_halves(solution), start=1):
            yield Claim(drawn.seed, f"solution {number} without step {left_out}: fails",
                        "" if _unlike_plan(drawn, half) or not grader(half).passed else "it passes")
    for number, repair in enumerate(exercise.wrong, start=1):
        gates = " and ".join(repair.fails)
        yield Claim(drawn.seed, f"wrong repair {number}: fails at {gates} alone",
                    _unlike(grader.wrong(repair), {*repair.fails}))
        if exercise.symptom:
            yield Claim(drawn.seed, f"wrong repair {number}: takes the symptom away",
                        "" if grader.takes_symptom_away(repair) else "it stays")


def _typed(drawn: DrawnExercise) -> Iterator[Claim]:
    """What the instructor's page gives as commands makes the changes that are proved."""
    exercise = drawn.exercise
    for number, solution in enumerate(exercise.solutions, start=1):
        yield Claim(drawn.seed, f"solution {number}: typed, the same changes", _mistyped(solution.do))
    for number, repair in enumerate(exercise.wrong, start=1):
        yield Claim(drawn.seed, f"wrong repair {number}: typed, the same changes", _mistyped(repair.do))


def _mistyped(steps: Sequence[Step]) -> str:
    """What speaks against the commands of a repair."""
    for step, command in zip(steps, commands(steps), strict=True):
        try:
            change = typed(command)
        except UsageError as fault:
            return f"{command}: {fault}"
        if change != step.change:
            return f"{command}: changes something else"
    return ""


def _shown(drawn: DrawnExercise, cache: Path, on_progress: OnProgress) -> Iterator[Claim]:
    """What commands show: the evidence shows the trouble and not in the sound network; all of them together rule every
    hypothesis out, as the table says that is kept beside the exercise."""
    if drawn.exercise.evidence:
        yield from _evident(drawn, cache, on_progress)
    if drawn.exercise.hypotheses:
        rows, table = table_rows(drawn, cache, on_progress), read_table(drawn.file)
        left = {*range(len(drawn.exercise.hypotheses))} - {number for row in rows for number in row.rules_out}
        causes = ", ".join(f"{number + 1} ({drawn.exercise.hypotheses[number].cause})" for number in sorted(left))
        tests = {test.command for test in drawn.exercise.tests}
        idle = "; ".join(sorted(tests - {row.command for row in rows if row.rules_out}))
        yield Claim(drawn.seed, "hypotheses: all can be ruled out", causes and f"nothing rules out {causes}")
        yield Claim(drawn.seed, "tests: each rules out a hypothesis", idle and f"none: {idle}")
        stale = table is None or {*rows} - {*table.rows}
        yield Claim(drawn.seed, "tests: rule out what the table says",
                    f"compute it again: twin train table {drawn.file}" if stale else "")


def _evident(drawn: DrawnExercise, cache: Path, on_progress: OnProgress) -> Iterator[Claim]:
    """Each command of the evidence shows the trouble, and does not show it in the sound network."""
    exercise, nothing = drawn.exercise, drawn.exercise.diagnosis.cause is Cause.NOTHING
    sound, faulty = shown((drawn.sound, drawn.faulty), tests_of(exercise), cache, on_progress)
    for number, (before, after) in enumerate(list(zip(sound, faulty, strict=True))[:len(exercise.evidence)], start=1):
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
