"""What happens to a handed-in state by the third gate: the states that are measured beside it, and what is compared.
Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from twin.core.units import Time
from twin.jobs.training.exercise import HostileSubscriber
from twin.jobs.training.exercise_checks import cut_spans
from twin.jobs.training.exercise_file import DrawnExercise
from twin.model import FaultKind
from twin.plan.blueprint import Blueprint, FaultPlan
from twin.plan.configuration_changes import AddFlood


@dataclass(frozen=True, slots=True)
class Ordeal:
    """Something that happens while a state is measured. what: in words. apply: the state in which it happens.
    spared: the line whose own targets do not count. cut: the span that is cut; "" for none."""

    what: str
    apply: Callable[[Blueprint], Blueprint]
    spared: str = ""
    cut: str = ""


def ordeals(drawn: DrawnExercise) -> Iterator[Ordeal]:
    """All that is measured: cuts and floods; what a power cycle or a restart takes away is known without."""
    for entry in drawn.exercise.robust:
        if isinstance(entry.event, HostileSubscriber):
            yield _flooded(drawn, entry.event)
    yield from (_with_cut(drawn, span) for span in cut_spans(drawn.exercise, drawn.sound))


def _with_cut(drawn: DrawnExercise, span: str) -> Ordeal:
    """A span that is cut a third into the measurement; one that is cut already stays so."""
    fault = FaultPlan(at=Time(drawn.exercise.seconds // 3), kind=FaultKind.CUT, span=span)

    def cut(blueprint: Blueprint) -> Blueprint:
        if any(known.span == span for known in blueprint.faults):
            return blueprint
        return replace(blueprint, faults=(*blueprint.faults, fault))

    return Ordeal(f"with {span} cut", cut, cut=span)


def _flooded(drawn: DrawnExercise, hostile: HostileSubscriber) -> Ordeal:
    flood = AddFlood(hostile.line, hostile.service, hostile.rate, hostile.dscp)
    return Ordeal(f"with a flood from {hostile.line}", lambda state: flood.apply(drawn.network, state), hostile.line)
