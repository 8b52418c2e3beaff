"""Whether somebody can still complain: the targets that an exercise names as its symptom, before and after repairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from twin.core.records import to_json
from twin.jobs.training.exercise import Evidence, Symptom, WrongRepair
from twin.jobs.training.exercise_file import DrawnExercise, draw_exercise
from twin.jobs.training.gates import Measured
from twin.jobs.training.grading import compared, symptom_gone, symptom_shows
from twin.jobs.training.measuring.effects import Effects, TargetOutcome, measurements
from twin.jobs.training.proof import Claim, _needed, _running, prove
from twin.judge.verdict import Outcome
from twin.model import Metric, Name
from twin.plan.blueprint import Blueprint

EXERCISES = Path(__file__).parents[3] / "exercises"
SECRET = "a secret"


def drawn(file: str = "minimal-meter") -> DrawnExercise:
    """An exercise about homes-1, measured with one seed."""
    known = draw_exercise(EXERCISES / f"{file}.yaml", 1)
    return replace(known, exercise=replace(known.exercise, seeds=1))


def does(**lost: Outcome) -> Effects:
    """A state whose call keeps its target of loss in each direction, or not: up=..., down=..."""
    outcomes = {"up": Outcome.MET, "down": Outcome.MET, **lost}
    return Effects(7, "digest", (), tuple(TargetOutcome(f"homes-1.call.{way}", "call", Metric.LOSS, outcome)
                                          for way, outcome in outcomes.items()))


def measured(state: Effects, cut: Effects | None = None) -> Measured:
    """What a state does, and what it does with the span cut that this exercise cuts."""
    return Measured((state,), (does(),), (cut or does(),), (does(),))


def test_a_symptom_shows_in_one_direction_and_is_gone_in_all() -> None:
    """What is neither missed nor kept everywhere is a complaint."""
    assert not symptom_shows(drawn(), measured(does()))
    assert symptom_gone(drawn(), measured(does()))
    half = measured(does(up=Outcome.MISSED))
    assert symptom_shows(drawn(), half)
    assert not symptom_gone(drawn(), half)


def test_a_flow_that_does_not_run_keeps_no_target() -> None:
    """To silence the caller is no way to end the complaint."""
    silent = measured(Effects(7, "digest", (), ()))
    assert not symptom_gone(drawn(), silent)
    assert not symptom_shows(drawn(), silent)


def test_a_symptom_of_a_cut_is_looked_for_while_it_is_cut() -> None:
    """And not before."""
    case = drawn()
    symptom = Symptom(Name("call"), Name("homes-1"), Metric.LOSS, cut=Name("north-east"))
    case = replace(case, exercise=replace(case.exercise, symptom=(symptom,)))
    assert symptom_shows(case, measured(does(), cut=does(up=Outcome.MISSED)))
    assert not symptom_gone(case, measured(does(), cut=does(up=Outcome.MISSED)))
    assert symptom_gone(case, measured(does(up=Outcome.MISSED), cut=does()))


def claims(case: DrawnExercise, cache: Path, missing: Sequence[Blueprint]) -> list[Claim]:
    """The proof of an exercise as if these states alone missed the target of the call; nothing is measured."""
    for each in _needed([case], [SECRET], cache):
        each.file.write_text(to_json(does()))
    for state in missing:
        _, faulty = measurements(case.network, compared(case, state, SECRET), case.exercise.seconds, cache)
        faulty.file.write_text(to_json(does(up=Outcome.MISSED)))
    return [*prove([case], [SECRET], cache, lambda _phase, _share: None)]


def without_commands(case: DrawnExercise) -> DrawnExercise:
    """The same without what would be run in nodes."""
    none: tuple[Evidence, ...] = ()
    return replace(case, exercise=replace(case.exercise, evidence=none, tests=none, hypotheses=()))


def against(claimed: Sequence[Claim], what: str) -> list[str]:
    """What was found against the claims in whose words this is."""
    return [claim.against for claim in claimed if what in claim.what]


def test_a_wrong_repair_has_to_take_the_symptom_away(tmp_path: Path) -> None:
    """Whichever gates stop it."""
    case = without_commands(drawn("minimal-queues"))
    stopping = case.exercise.wrong[1]
    assert (stopping.do, stopping.stops) == ((), ("download",))
    silent = _running(case, stopping)
    assert {flow.workload for flow in silent.flows} == {"call"}
    claimed = claims(case, tmp_path / "gone", [case.faulty])
    assert against(claimed, "takes the symptom away") == ["", ""]
    assert against(claimed, "wrong repair 2: fails at G1 and G2 and G4 alone") == [""]
    claimed = claims(case, tmp_path / "stays", [case.faulty, silent])
    assert against(claimed, "takes the symptom away") == ["", "it stays"]


def test_what_is_changed_by_hand_runs_and_is_not_configured(tmp_path: Path) -> None:
    """It takes the symptom away, and fails wherever the configuration counts: a power cycle removes it."""
    case = without_commands(drawn("minimal-queues"))
    solution, why = case.exercise.solutions[0], case.exercise.wrong[0].why
    patch = WrongRepair((), (), why, by_hand=solution.do)
    case = replace(case, exercise=replace(case.exercise, wrong=(patch,)))
    claimed = claims(case, tmp_path, [case.faulty])
    assert against(claimed, "takes the symptom away") == [""]
    assert against(claimed, "wrong repair 1: fails")[0].startswith("fails at G1, G2, G3;")


def test_half_of_a_solution_that_is_not_the_plan_fails_unmeasured(tmp_path: Path) -> None:
    """Of the two troubles of the busy hour one is left: the gate of cause sees it in what is configured."""
    case = without_commands(drawn("busy-hour"))
    case = replace(case, exercise=replace(case.exercise, wrong=(), symptom=()))
    states = compared(case, case.faulty, SECRET) + compared(case, case.sound, SECRET)
    graded = {each.file for each in measurements(case.network, states, case.exercise.seconds, tmp_path)}
    needed = {each.file for each in _needed([case], [SECRET], tmp_path)}
    assert {file for file in needed if not file.name.startswith("shown")} == graded
    assert against(claims(case, tmp_path, []), "without step") == ["", ""]


def test_a_solution_has_no_step_that_could_be_left_out(tmp_path: Path) -> None:
    """A step that is done twice is left out once, and all is as planned: that passes."""
    case = without_commands(drawn())
    twice = replace(case.exercise.solutions[0], do=case.exercise.solutions[0].do * 2)
    case = replace(case, exercise=replace(case.exercise, solutions=(twice,), wrong=()))
    assert against(claims(case, tmp_path, []), "without step") == ["it passes", "it passes"]
