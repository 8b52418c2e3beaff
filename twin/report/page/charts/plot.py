"""Charts as HTML: shapes in an SVG that stretches with the page, letters beside it that keep their size."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from twin.report.drawing.axes import Axis
from twin.report.markup import Markup, element, join, path

WIDTH, HEIGHT = 1000.0, 300.0
"""The inner size of every chart's SVG; it is stretched to its box."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A line across the chart at an x or y value with a text, such as a target."""

    value: float
    text: str


@dataclass(frozen=True, slots=True)
class Plot:
    """A chart's axes. x runs to the right, y upwards; None where an axis has no letters."""

    x: Axis
    y: Axis

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Values as a point of the SVG."""
        return self.x.at(x) * WIDTH, (1 - self.y.at(y)) * HEIGHT

    def curve(self, points: Iterable[tuple[float, float]], kind: str, title: str = "") -> Markup:
        """A line through values."""
        return _shape(path(self.point(*point) for point in points), f"curve {kind}", title)

    def steps(self, points: Sequence[tuple[float, float]], kind: str, title: str = "") -> Markup:
        """A staircase: each value holds until the next."""
        corners = [self.point(*points[0])] if points else []
        for x, y in points[1:]:
            place = self.point(x, y)
            corners += [(place[0], corners[-1][1]), place]
        return _shape(path(corners), f"curve {kind}", title)

    def area(self, upper: Sequence[tuple[float, float]], lower: Sequence[tuple[float, float]], kind: str,
             title: str = "") -> Markup:
        """The area between two lines of values."""
        corners = [self.point(*p) for p in upper] + [self.point(*p) for p in reversed(lower)]
        return _shape(path(corners, closed=True), kind, title)


def figure(
    plot: Plot, shapes: Iterable[str], *, text: str, across: Sequence[Mark] = (), along: Sequence[Mark] = (),
    x_ticks: bool = True, size: str = "",
) -> Markup:
    """The chart with grid, letters and marks. text: what it shows, for those who do not see it. across: marks at x
    values (upright lines); along: marks at y values. size: a class of the style sheet that sets the height."""
    x_places, y_places = plot.x.ticks(), [(at, label) for at, label in plot.y.ticks(4) if label]
    grid = [element("path", d=path([(0, (1 - at) * HEIGHT), (WIDTH, (1 - at) * HEIGHT)]), class_="grid")
            for at, _ in y_places]
    lines = [element("path", d=path([(plot.x.at(m.value) * WIDTH, 0), (plot.x.at(m.value) * WIDTH, HEIGHT)]),
                     class_="target") for m in across]
    lines += [element("path", d=path([(0, (1 - plot.y.at(m.value)) * HEIGHT),
                                      (WIDTH, (1 - plot.y.at(m.value)) * HEIGHT)]), class_="target") for m in along]
    picture = element("svg", *grid, *shapes, *lines, viewBox=f"0 0 {WIDTH:g} {HEIGHT:g}",
                      preserveAspectRatio="none", role="img", aria_label=text)
    letters = [element("span", label, class_="tick y", style=f"top:{(1 - at) * 100:.2f}%") for at, label in y_places]
    if x_ticks:
        letters += [element("span", label, class_=_edge("tick x", at), style=f"left:{at * 100:.2f}%")
                    for at, label in x_places]
    letters += [_flag(plot.x.at(m.value), m.text, row) for row, m in enumerate(sorted(across, key=lambda m: m.value))]
    letters += [element("span", m.text, class_="flag along", style=f"top:{(1 - plot.y.at(m.value)) * 100:.2f}%")
                for m in along]
    return element("div", picture, join(letters), class_=f"plot {size}".rstrip())


def _flag(at: float, text: str, row: int) -> Markup:
    """A mark's text, left of its line where there is no room on the right; each on a row of its own."""
    side = f"right:{(1 - at) * 100:.2f}%" if at > 0.5 else f"left:{at * 100:.2f}%"
    return element("span", text, class_="flag", style=f"{side};top:{row * 1.35:.2f}em")


def _edge(kind: str, at: float) -> str:
    return kind + (" first" if at < 0.04 else " last" if at > 0.96 else "")


def _shape(d: str, kind: str, title: str) -> Markup:
    if title:
        return element("path", element("title", title), d=d, class_=kind)
    return element("path", d=d, class_=kind)
