"""Grades what was handed in: measures it beside the sound network in virtual labs, and judges the five gates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from twin.core.seeds import stream_seed
from twin.jobs.experiment.on_host import OnProgress
from twin.jobs.training.exercise_file import DrawnExercise
from twin.jobs.training.gates import GateResult, HandedIn, Measured, judge_gates
from twin.jobs.training.measuring.effects import effects
from twin.jobs.training.robustness import ordeals
from twin.plan.blueprint import Blueprint


@dataclass(frozen=True, slots=True)
class Grade:
    """The gates of a handed-in state, and the effects that they stand on."""

    gates: tuple[GateResult, ...]
    measured: Measured

    @property
    def passed(self) -> bool:
        """Whether all gates were."""
        return all(result.passed for result in self.gates)


def held_out_seeds(secret: str, count: int) -> list[int]:
    """Seeds that nobody has seen who does not know the secret; the same for each state that is compared."""
    return [stream_seed(number, f"held-out {secret}", 31) for number in range(count)]


def compared(drawn: DrawnExercise, configured: Blueprint, secret: str) -> list[tuple[Blueprint, int]]:
    """The states that are measured for a grade, each with its seed: the sound one and the handed-in one with each seed,
    then both in each ordeal with the first."""
    both, seeds = (drawn.sound, configured), held_out_seeds(secret, drawn.exercise.seeds)
    states = [(blueprint, seed) for blueprint in both for seed in seeds]
    return states + [(trial.apply(blueprint), seeds[0]) for blueprint in both for trial in ordeals(drawn)]


def grade(drawn: DrawnExercise, handed_in: HandedIn, secret: str, cache: Path, on_progress: OnProgress) -> Grade:
    """Grade a state. secret: from which the seeds are drawn that nobody has seen. cache: as `effects` has it.

    The same state and secret give the same grade, digests included. Raises what `effects` raises.
    """
    measured = measure(drawn, handed_in.configured, secret, cache, on_progress)
    return Grade(judge_gates(drawn, handed_in, measured), measured)


def measure(drawn: DrawnExercise, state: Blueprint, secret: str, cache: Path, on_progress: OnProgress) -> Measured:
    """What a state does beside the sound one, by itself and in each ordeal; as `grade`."""
    exercise, trials = drawn.exercise, [*ordeals(drawn)]
    states = compared(drawn, state, secret)
    done = iter(effects(drawn.network, states, exercise.seconds, cache, on_progress))
    sound, own = (tuple(next(done) for _ in range(exercise.seeds)) for _ in range(2))
    sound_tried, own_tried = (tuple(next(done) for _ in trials) for _ in range(2))
    return Measured(handed_in=own, sound=sound, handed_in_tried=own_tried, sound_tried=sound_tried)


def symptom_shows(drawn: DrawnExercise, measured: Measured) -> bool:
    """Whether every target that the exercise names as a symptom is measured, and some direction does not keep it."""
    return all(kept and not all(kept) for kept in _symptoms_kept(drawn, measured))


def symptom_gone(drawn: DrawnExercise, measured: Measured) -> bool:
    """Whether every target that it names is measured and kept. A flow that is stopped does not complain, which is
    nothing that keeps its target."""
    return all(kept and all(kept) for kept in _symptoms_kept(drawn, measured))


def _symptoms_kept(drawn: DrawnExercise, measured: Measured) -> Iterator[list[bool]]:
    """Of each symptom, whether its target is kept, of each flow that has it; with the first seed."""
    lines = {flow.name: flow.line for flow in drawn.sound.flows}
    tried = dict(zip((ordeal.cut for ordeal in ordeals(drawn)), measured.handed_in_tried, strict=True))
    for symptom in drawn.exercise.symptom:
        state = measured.handed_in[0] if symptom.cut is None else tried[symptom.cut]
        yield [(row.flow, row.metric) in state.kept for row in state.outcomes
               if (row.workload, row.metric, lines[row.flow]) == (symptom.workload, symptom.metric, symptom.line)]
