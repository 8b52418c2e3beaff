"""A response along one parameter, a line for each setting of the others, and where each leaves its target."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from twin.judge.sweep.drawings import Frontier
from twin.judge.sweep.fronts import Course, courses
from twin.judge.sweep.results import Response, Sweep
from twin.report.drawing.axes import Axis, linear, spanning
from twin.report.language.words import Words
from twin.report.markup import Markup, element, path
from twin.report.sweep.pictures.canvas import Scale, dot, frame, label, of_axis, of_levels, x, y

COLOURS = 8


def draw(sweep: Sweep, drawing: Frontier, words: Words) -> Markup:
    """The picture, or nothing where no point has the response."""
    lines = courses(sweep, drawing.of, drawing.along)
    known = [response for line in lines for _, response in line.steps if response.worst is not None]
    if not known:
        return Markup()
    targets = _targets(lines)
    values = [response.worst or 0.0 for response in known] + [*targets.values()]
    axis = _axis(values, known[0].unit, words)
    scale, places = of_levels(sweep.levels(drawing.along))
    shapes = [shape for number, line in enumerate(lines)
              for shape in _line(line, number, (scale, places), (axis, words))]
    if targets:
        corners = [(x(scale.at(places[level])), y(axis.at(target))) for level, target in targets.items()]
        if len({*targets.values()}) == 1:
            corners = [(x(0), corners[0][1]), (x(1), corners[0][1])]
        shapes.append(element("path", d=path(corners), class_="bound"))
        bound = words.say("picture.target", target=words.show([*targets.values()][-1], known[0].unit))
        shapes.append(label(bound, x(1), corners[-1][1] - 5, anchor="end"))
    breaking = sum(bool(line.breaks) for line in lines)
    title = words.say("picture.crossing", response=drawing.of, parameter=drawing.along, breaking=breaking,
                      count=len(lines))
    return frame(title, (drawing.along, scale), (drawing.of, of_axis(axis)), shapes)


def _targets(lines: Sequence[Course]) -> dict[str, float]:
    """The target at each level, in their order; none where lines have different ones at a level."""
    known = {(level, response.target) for line in lines for level, response in line.steps}
    levels = [level for level, _ in max(lines, key=lambda line: len(line.steps)).steps]
    by_level = {level: target for level, target in known if target is not None}
    return {level: by_level[level] for level in levels if level in by_level} if len(known) == len(by_level) else {}


def _axis(values: list[float], unit: str, words: Words) -> Axis:
    if min(values) <= 0:
        return linear(max(values), lambda value: words.show(value, unit))
    return spanning(values, lambda value: words.show(value, unit))


def _line(line: Course, number: int, across: tuple[Scale, Mapping[str, float]], up: tuple[Axis, Words]
          ) -> Iterator[Markup]:
    """The line, its points, and marks where it crosses the target."""
    (scale, places), (axis, words) = across, up
    steps = [(level, response) for level, response in line.steps if response.worst is not None]
    corners = [(x(scale.at(places[level])), y(axis.at(response.worst or 0.0))) for level, response in steps]
    if len(corners) > 1:
        yield element("path", element("title", line.others), d=path(corners), class_=f"line c{number % COLOURS}")
    for place, (level, response) in zip(corners, steps, strict=True):
        yield dot(*place, _kind(response), f"{line.others or words.say('picture.all')}, {level}"
                  f"{words.say('table.colon')}{words.show(response.worst, response.unit)}")
    for _, _, crossing in line.breaks:
        if crossing is not None:
            left, top = x(scale.at(crossing.magnitude)), y(axis.at(crossing.target))
            yield element("path", d=path([(left, top - 9), (left, top + 9)]), class_="crossing")


def _kind(response: Response) -> str:
    return "point" if response.kept is None else "kept" if response.kept else "broken"
