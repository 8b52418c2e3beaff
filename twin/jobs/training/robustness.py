"""What happens to a handed-in state by the third gate: the states that are measured beside it, and what is compared.
Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from twin.core.units import Time
from twin.jobs.training.exercise import EachCut, HostileSubscriber, SpanCut
from twin.jobs.training.exercise_file import DrawnExercise
from twin.model import FaultKind
from twin.plan.blueprint import Blueprint, FaultPlan
from twin.plan.configuration_changes import AddFlood
from twin.plan.forwarding.loop_check import single_failures


@dataclass(frozen=True, slots=True)
class Ordeal:
    """Something that happens while a state is measured. what: in words. apply: the state in which it happens.
    spared: the line whose own targets do not count."""

    what: str
    apply: Callable[[Blueprint], Blueprint]
    spared: str = ""


def ordeals(drawn: DrawnExercise) -> Iterator[Ordeal]:
    """All that is measured: cuts and floods; what a power cycle or a restart takes away is known without."""
    cuts: dict[str, None] = {}
    for entry in drawn.exercise.robust:
        match entry.event:
            case SpanCut(span):
                cuts[span] = None
            case EachCut():
                cuts |= {span: None for broken in single_failures(drawn.sound) for span in sorted(broken.spans)}
            case HostileSubscriber() as hostile:
                yield _flooded(drawn, hostile)
    yield from (_with_cut(drawn, span) for span in cuts)


def _with_cut(drawn: DrawnExercise, span: str) -> Ordeal:
    """A span that is cut a third into the measurement; one that is cut already stays so."""
    fault = FaultPlan(at=Time(drawn.exercise.seconds // 3), kind=FaultKind.CUT, span=span)

    def cut(blueprint: Blueprint) -> Blueprint:
        if any(known.span == span for known in blueprint.faults):
            return blueprint
        return replace(blueprint, faults=(*blueprint.faults, fault))

    return Ordeal(f"with {span} cut", cut)


def _flooded(drawn: DrawnExercise, hostile: HostileSubscriber) -> Ordeal:
    flood = AddFlood(hostile.line, hostile.service, hostile.rate, hostile.dscp)
    return Ordeal(f"with a flood from {hostile.line}", lambda state: flood.apply(drawn.network, state), hostile.line)
