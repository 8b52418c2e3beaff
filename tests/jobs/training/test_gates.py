"""The five gates: each fails for its own reason, and for no other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from twin.core.units import Rate
from twin.jobs.training.exercise import (
    Cause,
    ControllerRestart,
    Diagnosis,
    EachCut,
    Gate,
    HostileSubscriber,
    Robustness,
    Way,
)
from twin.jobs.training.exercise_file import DrawnExercise, draw_exercise
from twin.jobs.training.gates import HandedIn, Measured, judge_gates, patches
from twin.jobs.training.measuring.effects import Effects, TargetOutcome
from twin.jobs.training.robustness import ordeals
from twin.judge.verdict import Outcome
from twin.model import Dscp, Metric, Name
from twin.plan.blueprint import Blueprint

METER = Path(__file__).parents[3] / "exercises" / "minimal-meter.yaml"


def drawn() -> DrawnExercise:
    """An exercise about homes-1."""
    return draw_exercise(METER, 1)


def does(outcome: Outcome) -> Effects:
    """A state whose one target comes out so."""
    return Effects(7, "digest", (), (TargetOutcome("homes-1.call.up", "call", Metric.LOSS, outcome),))


def measured(outcome: Outcome = Outcome.MET, cut: Outcome = Outcome.MET) -> Measured:
    """What the handed-in state does, and what it does with a span cut; the sound network meets all."""
    sound = does(Outcome.MET)
    return Measured((does(outcome),), (sound,), (does(cut),), (sound,))


def failed(state: HandedIn, effects: Measured | None = None) -> set[Gate]:
    """The gates that a state does not pass."""
    return {result.gate for result in judge_gates(drawn(), state, effects or measured()) if not result.passed}


def repaired(**other: object) -> HandedIn:
    """The sound network with the right diagnosis, or with something else."""
    state = HandedIn(drawn().sound, drawn().exercise.diagnosis)
    return replace(state, **other)  # type: ignore[arg-type]  # fields of it


def test_the_sound_network_passes() -> None:
    """All five."""
    assert failed(repaired()) == set()


def test_the_troubles_fail_at_the_cause() -> None:
    """Even where nothing is missed."""
    assert failed(repaired(configured=drawn().faulty)) == {Gate.CAUSE}


@pytest.mark.parametrize("outcome", [Outcome.MISSED, Outcome.INCONCLUSIVE])
def test_a_target_that_is_not_kept_fails_at_the_effect(outcome: Outcome) -> None:
    """Missed, or no longer shown."""
    assert failed(repaired(), measured(outcome)) == {Gate.EFFECT}


def test_what_breaks_with_a_cut_or_a_power_cycle_is_not_robust() -> None:
    """What was changed by hand fails at the cause, too: no configuration knows it."""
    assert failed(repaired(), measured(cut=Outcome.MISSED)) == {Gate.ROBUST}
    assert failed(repaired(patched=patches({"east-dslam": ["-a rule"]}))) == {Gate.CAUSE, Gate.ROBUST}
    assert failed(repaired(patched=patches({"north": ["+a rule"]}))) == {Gate.CAUSE}


def test_another_load_or_policy_fails_at_the_load() -> None:
    """Flows that were stopped, flows that are others."""
    sound: Blueprint = drawn().sound
    names = frozenset(flow.name for flow in sound.flows)
    assert failed(repaired(flows=names)) == set()
    assert failed(repaired(flows=names - {"homes-1.download"})) == {Gate.LOAD}
    assert failed(repaired(configured=replace(sound, flows=sound.flows[1:]))) == {Gate.LOAD}


@pytest.mark.parametrize("diagnosis", [
    None, Diagnosis(Name("homes-2"), Way.UP, Cause.METER_TOO_LOW), Diagnosis(Name("homes-1"), Way.DOWN,
                                                                          Cause.METER_TOO_LOW),
    Diagnosis(Name("homes-1"), Way.UP, Cause.NOTHING)])
def test_each_part_of_a_diagnosis_counts(diagnosis: Diagnosis | None) -> None:
    """Place, direction and cause."""
    assert failed(repaired(diagnosis=diagnosis)) == {Gate.DIAGNOSIS}


def test_a_measurement_that_cannot_be_trusted_is_named() -> None:
    """It fails at the effect with the certificate's reason, whichever side it is of."""
    doubtful = replace(does(Outcome.MET), doubts=("a timer was late",))
    for case in (replace(measured(), handed_in=(doubtful,)), replace(measured(), sound=(doubtful,))):
        results = {result.gate: result for result in judge_gates(drawn(), repaired(), case)}
        assert "a timer was late" in results[Gate.EFFECT].reasons[0]


def robust_against(*events: ControllerRestart | EachCut | HostileSubscriber) -> DrawnExercise:
    """The exercise with other things that a repair must survive."""
    exercise = drawn().exercise
    return replace(drawn(), exercise=replace(exercise, robust=tuple(Robustness(event) for event in events)))


def test_a_restart_of_the_controller_takes_away_what_no_configuration_knows() -> None:
    """From every switch; what stands in interfaces stays."""
    case, nothing = robust_against(ControllerRestart()), Measured((), ())
    for place, fails in (("north", True), ("lab eth0", False)):
        state = repaired(patched=patches({place: ["-a rule"]}))
        results = {result.gate: result.passed for result in judge_gates(case, state, nothing)}
        assert results[Gate.ROBUST] is not fails


def test_each_span_with_a_way_round_is_cut_once() -> None:
    """And a flood is one state more, in which the line that floods does not count."""
    hostile = HostileSubscriber(Name("homes-1"), Name("telephony"), Rate(450_000), Dscp(46))
    case = robust_against(EachCut(), hostile)
    trials = [*ordeals(case)]
    assert [trial.spared for trial in trials] == ["homes-1", "", "", ""]
    assert {fault.span for trial in trials[1:] for fault in trial.apply(case.sound).faults} == {
        "north-east", "east-west", "west-north"}
    assert len(trials[0].apply(case.sound).flows) == len(case.sound.flows) + 1
    harmed = does(Outcome.MISSED), *(does(Outcome.MET) for _ in trials[1:])
    sound = tuple(does(Outcome.MET) for _ in trials)
    results = judge_gates(case, repaired(), Measured((), (), harmed, sound))
    assert all(result.passed for result in results), "its own targets"
    others = tuple(replace(effects, outcomes=tuple(replace(row, flow="homes-2.call.up") for row in effects.outcomes))
                   for effects in harmed)
    results = judge_gates(case, repaired(), Measured((), (), others, sound))
    assert {result.gate for result in results if not result.passed} == {Gate.ROBUST}


def test_what_is_within_its_bound_is_kept_though_it_is_not_shown() -> None:
    """Two states that do the same differ in what their samples show, by chance."""
    shown, unlucky = does(Outcome.MET), does(Outcome.INCONCLUSIVE)
    within = replace(unlucky, outcomes=tuple(replace(row, value=0.0, within=True) for row in unlucky.outcomes))
    for after, fails in ((unlucky, {Gate.EFFECT}), (within, set())):
        assert failed(repaired(), Measured((after,), (shown,), (shown,), (shown,))) == fails
