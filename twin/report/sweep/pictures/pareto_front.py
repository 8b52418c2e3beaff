"""Two responses of every point, and the front of those that no other beats in both."""

from __future__ import annotations

from twin.judge.sweep.drawings import ParetoFront
from twin.judge.sweep.fronts import Pair, pairs, pareto_front
from twin.judge.sweep.results import Sweep
from twin.report.drawing.axes import Axis, linear, spanning
from twin.report.language.words import Words
from twin.report.markup import Markup, element, path
from twin.report.sweep.pictures.canvas import dot, frame, of_axis, x, y


def draw(sweep: Sweep, drawing: ParetoFront, words: Words) -> Markup:
    """The picture, or nothing where no point has both responses."""
    known = pairs(sweep, drawing.against, drawing.of)
    if not known:
        return Markup()
    front = pareto_front(known)
    axes = _axis([pair.across.worst or 0.0 for pair in known], known[0].across.unit, words), \
        _axis([pair.up.worst or 0.0 for pair in known], known[0].up.unit, words)
    corners = [_at(pair, axes) for pair in front]
    line = element("path", d=path(corners), class_="front")
    dots = [dot(*_at(pair, axes), "best" if pair in front else "point", _tooltip(pair, words)) for pair in known]
    names = [words.say(f"picture.{'less' if response.lower else 'more'}-is-better", response=name)
             for response, name in ((known[0].across, drawing.against), (known[0].up, drawing.of))]
    return frame(words.say("picture.front", count=len(front), known=len(known)),
                 (names[0], of_axis(axes[0])), (names[1], of_axis(axes[1])), [line, *dots])


def _axis(values: list[float], unit: str, words: Words) -> Axis:
    """From zero on where there is one, else about the values."""
    if min(values) <= 0:
        return linear(max(values), lambda value: words.show(value, unit))
    return spanning(values, lambda value: words.show(value, unit))


def _at(pair: Pair, axes: tuple[Axis, Axis]) -> tuple[float, float]:
    return x(axes[0].at(pair.across.worst or 0.0)), y(axes[1].at(pair.up.worst or 0.0))


def _tooltip(pair: Pair, words: Words) -> str:
    settings = ", ".join(f"{name} {value}" for name, value in pair.point.settings.items())
    figures = ", ".join(words.show(response.worst, response.unit) for response in (pair.up, pair.across))
    return words.say("picture.point", number=pair.point.number, settings=settings, figures=figures)
