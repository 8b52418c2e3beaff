"""Two responses of every point, and the front of those that no other beats in both."""

from __future__ import annotations

from twin.judge.sweep.drawings import ParetoFront
from twin.judge.sweep.fronts import Pair, pairs, pareto_front
from twin.judge.sweep.results import Sweep
from twin.report.drawing.axes import Axis, linear, spanning
from twin.report.language.wording import count, show
from twin.report.markup import Markup, element, path
from twin.report.sweep.pictures.canvas import dot, frame, of_axis, x, y


def draw(sweep: Sweep, drawing: ParetoFront) -> Markup:
    """The picture, or nothing where no point has both responses."""
    known = pairs(sweep, drawing.against, drawing.of)
    if not known:
        return Markup()
    front = pareto_front(known)
    axes = _axis([pair.across.worst or 0.0 for pair in known], known[0].across.unit), \
        _axis([pair.up.worst or 0.0 for pair in known], known[0].up.unit)
    corners = [_at(pair, axes) for pair in front]
    line = element("path", d=path(corners), class_="front")
    dots = [dot(*_at(pair, axes), "best" if pair in front else "point", _words(pair)) for pair in known]
    names = [f"{name} ({'less' if response.lower else 'more'} is better)" for response, name in (
        (known[0].across, drawing.against), (known[0].up, drawing.of))]
    return frame(f"{count(len(front), 'point')} of {len(known)} that no other beats in both",
                 (names[0], of_axis(axes[0])), (names[1], of_axis(axes[1])), [line, *dots])


def _axis(values: list[float], unit: str) -> Axis:
    """From zero on where there is one, else about the values."""
    if min(values) <= 0:
        return linear(max(values), lambda value: show(value, unit))
    return spanning(values, lambda value: show(value, unit))


def _at(pair: Pair, axes: tuple[Axis, Axis]) -> tuple[float, float]:
    return x(axes[0].at(pair.across.worst or 0.0)), y(axes[1].at(pair.up.worst or 0.0))


def _words(pair: Pair) -> str:
    settings = ", ".join(f"{name} {value}" for name, value in pair.point.settings.items())
    figures = ", ".join(show(response.worst, response.unit) for response in (pair.up, pair.across))
    return f"point {pair.point.number}: {settings}: {figures}"
