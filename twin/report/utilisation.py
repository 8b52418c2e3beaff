"""What was full: the utilisation of spans between nodes, of radio cells and of lines, the fullest first."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from twin.judge.run_record import Run
from twin.judge.verdict import SpanLoad
from twin.plan.blueprint import SpanPlan

FULL = 0.9
"""From which utilisation on something is called full."""


class Resource(StrEnum):
    """What is used."""

    SPAN = "span"
    CELL = "radio cell"
    LINE = "line"


@dataclass(frozen=True, slots=True)
class Utilisation:
    """How full something was. used: part of its capacity, or of a radio cell's time. capacity: bit/s, None of a cell.
    group: the line group of a line; it is its fullest line that stands here."""

    resource: Resource
    name: str
    used: float
    dropped: int
    capacity: int | None = None
    group: str = ""


def utilisations(run: Run) -> tuple[Utilisation, ...]:
    """All spans outside radio cells by direction, all cells, and the fullest line of each line group."""
    cells = [Utilisation(Resource.CELL, cell.cell, cell.busy, cell.dropped) for cell in run.qos.air]
    spans = {span.name: span for span in run.blueprint.spans if span.cell is None}
    groups = {host.span: host.line_group for host in run.blueprint.hosts if host.line_group is not None}
    both = [_of_span(load, spans[load.span], groups.get(load.span)) for load in run.qos.loads if load.span in spans]
    of_spans = _sum_shared(both)
    lines: dict[str, Utilisation] = {}
    for each in sorted(of_spans, key=_order):
        if each.resource is Resource.LINE:
            lines.setdefault(each.group, each)
    trunks = [each for each in of_spans if each.resource is Resource.SPAN]
    return tuple(sorted((*cells, *trunks, *lines.values()), key=_order))


def full(resources: tuple[Utilisation, ...]) -> tuple[Utilisation, ...]:
    """Those that are full."""
    return tuple(each for each in resources if each.used >= FULL)


def _order(utilisation: Utilisation) -> tuple[float, str]:
    return -utilisation.used, utilisation.name


def _of_span(load: SpanLoad, span: SpanPlan, group: str | None) -> Utilisation:
    ends = (span.a.node, span.b.node) if load.forth else (span.b.node, span.a.node)
    name = " ↔ ".join((span.a.node, span.b.node)) if span.shared else " → ".join(ends)
    return Utilisation(Resource.SPAN if group is None else Resource.LINE, name,
                       sum(load.by_class.values()) / load.capacity, sum(load.dropped.values()), load.capacity,
                       group or "")


def _sum_shared(directions: list[Utilisation]) -> list[Utilisation]:
    """The two directions of a half-duplex radio hop, which have one name, as one."""
    by_name: dict[str, Utilisation] = {}
    for direction in directions:
        other = by_name.get(direction.name)
        by_name[direction.name] = direction if other is None else Utilisation(
            direction.resource, direction.name, direction.used + other.used, direction.dropped + other.dropped,
            direction.capacity, direction.group)
    return list(by_name.values())
