"""Grades what was handed in: measures it beside the sound network in virtual labs, and judges the five gates."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from twin.core.seeds import stream_seed
from twin.core.units import Time
from twin.jobs.experiment.on_host import OnProgress
from twin.jobs.training.effects import Effects, effects
from twin.jobs.training.exercise import SpanCut
from twin.jobs.training.exercise_file import DrawnExercise
from twin.jobs.training.gates import GateResult, HandedIn, Measured, judge_gates
from twin.model import FaultKind
from twin.plan.blueprint import Blueprint, FaultPlan


@dataclass(frozen=True, slots=True)
class Grade:
    """The gates of a handed-in state, and the effects that they stand on."""

    gates: tuple[GateResult, ...]
    measured: Measured

    @property
    def passed(self) -> bool:
        """Whether all gates were."""
        return all(result.passed for result in self.gates)


def grade(drawn: DrawnExercise, handed_in: HandedIn, secret: str, cache: Path, on_progress: OnProgress) -> Grade:
    """Grade a state. secret: from which the seeds are drawn that nobody has seen. cache: as `effects` has it.

    The same state and secret give the same grade, digests included. Raises what `effects` raises.
    """
    exercise = drawn.exercise
    seeds = [stream_seed(drawn.seed, f"{secret} held-out {number}", 31) for number in range(exercise.seeds)]
    cuts: list[str] = [entry.event.span for entry in exercise.robust if isinstance(entry.event, SpanCut)]
    states = [(blueprint, seed) for blueprint in (drawn.sound, handed_in.configured) for seed in seeds]
    states += [(_cut(blueprint, span, exercise.seconds), seeds[0]) for blueprint in
               (drawn.sound, handed_in.configured) for span in cuts]
    done = iter(effects(drawn.network, states, exercise.seconds, cache, on_progress))
    sound, own = (tuple(next(done) for _ in seeds) for _ in range(2))
    sound_cut, own_cut = ({span: next(done) for span in cuts} for _ in range(2))
    measured = Measured(handed_in=own, sound=sound, handed_in_cut=own_cut, sound_cut=sound_cut)
    return Grade(judge_gates(drawn, handed_in, measured), measured)


def symptom_shows(drawn: DrawnExercise, untouched: Effects) -> bool:
    """Whether every target that the exercise names as a symptom is missed."""
    missed = {(row.workload, row.metric, row.flow) for row in untouched.outcomes if row.outcome == "missed"}
    lines = {flow.name: flow.line for flow in drawn.sound.flows}
    seen = {(workload, metric, lines[flow]) for workload, metric, flow in missed}
    return all((symptom.workload, symptom.metric, symptom.line) in seen for symptom in drawn.exercise.symptom)


def _cut(blueprint: Blueprint, span: str, seconds: Time) -> Blueprint:
    fault = FaultPlan(at=Time(seconds // 3), kind=FaultKind.CUT, span=span)
    return replace(blueprint, faults=(*blueprint.faults, fault))
