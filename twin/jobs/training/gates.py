"""The five gates: from what was planned, what was handed in and what it does, to what passed, and why not. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from twin.emulation.readback.configuration import Difference, configuration, differences
from twin.jobs.training.exercise import ControllerRestart, Diagnosis, Gate, PowerCycle
from twin.jobs.training.exercise_file import DrawnExercise
from twin.jobs.training.measuring.effects import Effects
from twin.jobs.training.robustness import ordeals
from twin.judge.verdict import Outcome
from twin.plan.blueprint import Blueprint, FaultPlan


@dataclass(frozen=True, slots=True)
class HandedIn:
    """What a trainee hands in.

    configured: the state that the configuration knows, after all changes. patched: how what runs differs from it, as
    read back (changes made by hand, which no configuration knows). flows: the names of those that run, None: all.
    """

    configured: Blueprint
    diagnosis: Diagnosis | None = None
    patched: tuple[Difference, ...] = ()
    flows: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """What states do: the handed-in one and the sound one, each with every seed; and the same in each ordeal of the
    exercise, with the first."""

    handed_in: tuple[Effects, ...]
    sound: tuple[Effects, ...]
    handed_in_tried: tuple[Effects, ...] = ()
    sound_tried: tuple[Effects, ...] = ()


@dataclass(frozen=True, slots=True)
class GateResult:
    """Whether a gate was passed, and what speaks against it."""

    gate: Gate
    passed: bool
    reasons: tuple[str, ...] = ()


def patches(deviations: Mapping[str, Sequence[str]]) -> tuple[Difference, ...]:
    """How what runs differs from its configuration. deviations: as a live twin reads them, by place, with "-" before
    what only runs and "+" before what only is configured."""
    return tuple(Difference(place, tuple(line[1:] for line in lines if line.startswith("+")),
                            tuple(line[1:] for line in lines if line.startswith("-")))
                 for place, lines in deviations.items())


def by_hand_broken(configured: Blueprint, present: Sequence[FaultPlan]) -> tuple[FaultPlan, ...]:
    """What is cut or degraded in a live twin and no configuration says so."""
    known = {fault.name for fault in configured.faults}
    return tuple(fault for fault in present if fault.name not in known)


def broken_places(faults: Sequence[FaultPlan]) -> tuple[Difference, ...]:
    """The same as differences of what runs from its configuration."""
    return tuple(Difference(fault.name, ("as planned",), (f"{fault.kind} by hand",)) for fault in faults)


def judge_gates(drawn: DrawnExercise, handed_in: HandedIn, measured: Measured) -> tuple[GateResult, ...]:
    """The five gates, in their order."""
    reasons = {
        Gate.CAUSE: cause(drawn.sound, handed_in),
        Gate.EFFECT: effect(measured.sound, measured.handed_in),
        Gate.ROBUST: robust(drawn, handed_in, measured),
        Gate.LOAD: load(drawn.sound, handed_in),
        Gate.DIAGNOSIS: diagnosis(drawn.exercise.diagnosis, handed_in.diagnosis),
    }
    return tuple(GateResult(gate, not texts, texts) for gate, texts in
                 ((gate, tuple(against)) for gate, against in reasons.items()))


def cause(sound: Blueprint, handed_in: HandedIn) -> Iterator[str]:
    """Whether what stands is what was planned: the configuration, and what runs."""
    for difference in differences(configuration(sound), configuration(handed_in.configured)):
        yield f"{difference.place} is not as planned: {_shown(difference)}"
    for difference in handed_in.patched:
        yield f"{difference.place} runs what is not configured: {_shown(difference)}"


def effect(sound: Iterable[Effects], handed_in: Iterable[Effects]) -> Iterator[str]:
    """Whether every target that the sound network meets is kept, and none is missed that it does not miss."""
    for before, after in zip(sound, handed_in, strict=True):
        yield from (f"seed {after.seed}: the measurement cannot be trusted: {doubt}"
                    for doubt in {**dict.fromkeys(before.doubts), **dict.fromkeys(after.doubts)})
        lost = sorted((before.targets(Outcome.MET) - after.kept)
                      | (after.targets(Outcome.MISSED) - before.targets(Outcome.MISSED)))
        if lost:
            yield f"seed {after.seed}: {len(lost)} targets not kept, among them {lost[0][1].value} of {lost[0][0]}"


def robust(drawn: DrawnExercise, handed_in: HandedIn, measured: Measured) -> Iterator[str]:
    """Whether the repair outlives what may happen."""
    switches = {switch.name for switch in drawn.sound.switches}
    patched = {difference.place for difference in handed_in.patched}
    for entry in drawn.exercise.robust:
        match entry.event:
            case PowerCycle(switch) if switch in patched:
                yield f"after a power cycle of {switch}, what was changed by hand is gone"
            case ControllerRestart() if switches & patched:
                yield f"once the controller starts anew, what was changed by hand in {min(switches & patched)} is gone"
    for ordeal, before, after in zip(ordeals(drawn), measured.sound_tried, measured.handed_in_tried, strict=True):
        own = {flow.name for flow in drawn.sound.flows if flow.line == ordeal.spared}
        yield from (f"{ordeal.what}: {reason}" for reason in effect([before.without(own)], [after.without(own)]))


def load(sound: Blueprint, handed_in: HandedIn) -> Iterator[str]:
    """Whether subscribers are offered the same as before."""
    if handed_in.configured.policy != sound.policy:
        yield f"the policy is {handed_in.configured.policy.name}, not {sound.policy.name}"
    if handed_in.configured.flows != sound.flows:
        yield "the load is another one"
    if handed_in.flows is not None:
        stopped = sorted({flow.name for flow in sound.flows} - handed_in.flows)
        if stopped:
            yield f"{len(stopped)} flows were stopped, among them {stopped[0]}"


def diagnosis(right: Diagnosis, given: Diagnosis | None) -> Iterator[str]:
    """Whether place, direction and cause were named."""
    if given is None:
        yield "no diagnosis was made"
        return
    pairs: Sequence[tuple[str, str, str]] = (("place", right.place, given.place),
                                             ("direction", right.direction, given.direction),
                                             ("cause", right.cause, given.cause))
    yield from (f"the {what} is not {named}" for what, wanted, named in pairs if wanted != named)


def _shown(difference: Difference) -> str:
    planned, present = difference.first[:1], difference.second[:1]
    return f"{(planned or ('nothing',))[0]} is planned, {(present or ('nothing',))[0]} stands"
