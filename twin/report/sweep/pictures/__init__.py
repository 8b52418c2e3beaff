"""The pictures of a sweep: each kind a file with its `draw`, and a row of `PICTURES`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twin.judge.sweep.drawings import Drawing, Effects, Frontier, HeatMap, ParetoFront
from twin.judge.sweep.results import Sweep
from twin.report.language.words import ENGLISH, Words
from twin.report.markup import Markup
from twin.report.sweep.pictures import effects, frontier, heat_map, pareto_front

PICTURES: dict[type, Callable[[Sweep, Any, Words], Markup]] = {
    HeatMap: heat_map.draw, ParetoFront: pareto_front.draw, Frontier: frontier.draw, Effects: effects.draw}
"""What draws each kind."""


def picture(sweep: Sweep, drawing: Drawing, words: Words = ENGLISH) -> Markup:
    """A drawing of a sweep as an SVG element; empty where no point has what it shows."""
    return PICTURES[type(drawing)](sweep, drawing, words)


def file_name(drawing: Drawing) -> str:
    """What its file is called: "heat-map-theory.call.mean-delay-down-up.svg"."""
    return "-".join([drawing.kind.value, *drawing.responses, *drawing.varied]) + ".svg"
