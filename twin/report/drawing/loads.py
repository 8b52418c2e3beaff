"""What spans and radio cells carried, looked up for drawings and tables; over a radio hop both directions together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from twin.core.units import show_length, show_rate
from twin.judge.run_record import Measured
from twin.judge.verdict import CellLoad, SpanLoad
from twin.report.drawing.scene import Edge


@dataclass(frozen=True, slots=True)
class Loads:
    """spans: by name and direction (forward: from the span's end `a` to its end `b`). cells: by name."""

    spans: Mapping[tuple[str, bool], SpanLoad] = field(default_factory=dict)
    cells: Mapping[str, CellLoad] = field(default_factory=dict)


def loads_of(measured: Measured) -> Loads:
    """The loads of one side of a run."""
    return Loads({(load.span, load.forth): load for load in measured.loads}, {cell.cell: cell for cell in measured.air})


def directions(edge: Edge, names: tuple[str, str]) -> tuple[tuple[bool, str], ...]:
    """The directions in which a span's load is shown, and what to call them: a radio hop has one for both."""
    return ((True, "both ways"),) if edge.radio else ((True, f"to {names[1]}"), (False, f"to {names[0]}"))


def carried(edge: Edge, loads: Loads, forward: bool) -> dict[str, float]:
    """bit/s by class one way over a span; over a radio hop, which is one medium for both, both ways together."""
    rates: dict[str, float] = {}
    for way in (True, False) if edge.radio else (forward,):
        load = loads.spans.get((edge.name, way))
        for kind, rate in load.by_class.items() if load else ():
            rates[kind] = rates.get(kind, 0.0) + rate
    return rates


def usage(edge: Edge, loads: Loads) -> float:
    """What part of a span's capacity is used, 0 to 1: of its busier direction; of both together on a radio hop."""
    return max(sum(carried(edge, loads, way).values()) for way in (True, False)) / edge.capacity


def span_text(edge: Edge, loads: Loads, names: tuple[str, str]) -> str:
    """A span in words: medium, length, capacity, the load of each direction by class, and how busy its air was."""
    lines = [f"{edge.name}: {'radio hop' if edge.radio else 'fibre'} of {show_length(edge.length)}, {_capacity(edge)}"]
    for way, ends in directions(edge, names):
        rates = carried(edge, loads, way)
        if rates:
            parts = ", ".join(f"{kind} {show_rate(rate)}" for kind, rate in rates.items() if rate)
            lines.append(f"{ends}: " + (parts or "nothing"))
    if cell := loads.cells.get(edge.cell or ""):
        lines.append(f"the air of radio cell {cell.cell} was busy for {cell.busy:.1%} of the time")
    elif loads.spans:
        lines.append(f"{usage(edge, loads):.1%} of the capacity is used")
    return "\n".join(lines)


def _capacity(edge: Edge) -> str:
    if edge.cell is not None:
        return f"{show_rate(edge.capacity)} on the air of radio cell {edge.cell}"
    return f"{show_rate(edge.capacity)}{' for both directions together' if edge.radio else ''}"
