"""What spans and radio cells carried, looked up for drawings and tables; over a radio hop both directions together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from twin.judge.run_record import Measured
from twin.judge.verdict import CellLoad, SpanLoad
from twin.report.drawing.scene import Edge
from twin.report.language.words import ENGLISH, Words


@dataclass(frozen=True, slots=True)
class Loads:
    """spans: by name and direction (forward: from the span's end `a` to its end `b`). cells: by name."""

    spans: Mapping[tuple[str, bool], SpanLoad] = field(default_factory=dict)
    cells: Mapping[str, CellLoad] = field(default_factory=dict)


def loads_of(measured: Measured) -> Loads:
    """The loads of one side of a run."""
    return Loads({(load.span, load.forth): load for load in measured.loads}, {cell.cell: cell for cell in measured.air})


def directions(edge: Edge, names: tuple[str, str], words: Words) -> tuple[tuple[bool, str], ...]:
    """The directions in which a span's load is shown, and what to call them: a radio hop has one for both."""
    if edge.radio:
        return ((True, words.say("way.both")),)
    return (True, words.say("way.to", name=names[1])), (False, words.say("way.to", name=names[0]))


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


def span_text(edge: Edge, loads: Loads, names: tuple[str, str], words: Words = ENGLISH) -> str:
    """A span in words: medium, length, capacity, the load of each direction by class, and how busy its air was."""
    lines = [words.say("span.radio" if edge.radio else "span.fibre", name=edge.name, length=words.length(edge.length),
                       capacity=_capacity(edge, words))]
    for way, ends in directions(edge, names, words):
        rates = carried(edge, loads, way)
        if rates:
            parts = ", ".join(f"{kind} {words.rate(rate)}" for kind, rate in rates.items() if rate)
            lines.append(words.say("span.load", way=ends, load=parts or words.say("span.nothing")))
    if cell := loads.cells.get(edge.cell or ""):
        lines.append(words.say("span.air", cell=cell.cell, share=words.part(cell.busy)))
    elif loads.spans:
        lines.append(words.say("span.used", share=words.part(usage(edge, loads))))
    return "\n".join(lines)


def _capacity(edge: Edge, words: Words) -> str:
    rate = words.rate(edge.capacity)
    if edge.cell is not None:
        return words.say("span.on-air", rate=rate, cell=edge.cell)
    return words.say("span.both", rate=rate) if edge.radio else rate
