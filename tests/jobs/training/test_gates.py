"""The five gates: each fails for its own reason, and for no other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from twin.jobs.training.effects import Effects, TargetOutcome
from twin.jobs.training.exercise import Cause, Diagnosis, Gate, Way
from twin.jobs.training.exercise_file import DrawnExercise, draw_exercise
from twin.jobs.training.gates import HandedIn, Measured, judge_gates, patches
from twin.judge.verdict import Outcome
from twin.model import Metric, Name
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
    return Measured((does(outcome),), (sound,), {"north-east": does(cut)}, {"north-east": sound})


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
