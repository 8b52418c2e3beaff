"""A response over two parameters: a cell for each pair of levels, darker for more, framed where a target is missed."""

from __future__ import annotations

from twin.judge.sweep.drawings import HeatMap
from twin.judge.sweep.magnitude import ordered
from twin.judge.sweep.results import Response, Sweep
from twin.report.language.words import Words
from twin.report.markup import Markup, element
from twin.report.sweep.pictures.canvas import Scale, frame, label, x, y

PALE, WRITTEN = 0.12, 12
"""The least opacity of a cell; up to how many columns the values are written."""


def draw(sweep: Sweep, drawing: HeatMap, words: Words) -> Markup:
    """The map, or nothing where no point has the response."""
    cells = _cells(sweep, drawing)
    if not cells:
        return Markup()
    columns, rows = (ordered(sweep.levels(name)) for name in (drawing.across, drawing.up))
    known = [response.worst for response in cells.values() if response.worst is not None]
    ends = (min(known), max(known))
    shapes = [shape for place, response in cells.items()
              for shape in _cell((response, words),
                                 (columns.index(place[0]) / len(columns), rows.index(place[1]) / len(rows)),
                                 (1 / len(columns), 1 / len(rows)), ends)]
    return frame(words.say("picture.worst-of-cell", response=drawing.of), (drawing.across, _middles(columns)),
                 (drawing.up, _middles(rows)), shapes, gridded=False)


def _cells(sweep: Sweep, drawing: HeatMap) -> dict[tuple[str, str], Response]:
    """The worst response of each pair of levels."""
    cells: dict[tuple[str, str], Response] = {}
    for point, response in sweep.of(drawing.of):
        place = point.settings[drawing.across], point.settings[drawing.up]
        if response.worst is not None and (place not in cells or _worse(response, cells[place])):
            cells[place] = response
    return cells


def _worse(response: Response, other: Response) -> bool:
    sign = 1 if response.lower else -1
    return sign * (response.worst or 0.0) > sign * (other.worst or 0.0)


def _middles(levels: tuple[str, ...]) -> Scale:
    step = -(-len(levels) // 10)
    return Scale(tuple(((index + 0.5) / len(levels), level) for index, level in enumerate(levels))[::step],
                 lambda part: part)


def _cell(shown: tuple[Response, Words], corner: tuple[float, float], size: tuple[float, float],
          ends: tuple[float, float]) -> list[Markup]:
    response, words = shown
    value = response.worst or 0.0
    part = (value - ends[0]) / (ends[1] - ends[0]) if ends[1] > ends[0] else 0.5
    left, top = x(corner[0]), y(corner[1] + size[1])
    width, height = x(size[0]) - x(0), y(0) - y(size[1])
    figure = words.show(value, response.unit)
    cell = element("rect", element("title", f"{figure}, {response.flow}".rstrip(", ")), x=left + 1.5, y=top + 1.5,
                   width=width - 3, height=height - 3, fill_opacity=PALE + (0.75 - PALE) * part,
                   class_="cell missed" if response.kept is False else "cell")
    written = [label(figure, left + width / 2, top + height / 2 + 4, kind="name strong")] \
        if size[0] >= 1 / WRITTEN else []
    return [cell, *written]
