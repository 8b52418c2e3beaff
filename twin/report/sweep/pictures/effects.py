"""The main effect of every level of every parameter, with its interval."""

from __future__ import annotations

from twin.judge.sweep import effects
from twin.judge.sweep.drawings import Effects
from twin.judge.sweep.results import Sweep
from twin.report.drawing.axes import Axis
from twin.report.language.words import Words
from twin.report.markup import Markup, element, path
from twin.report.sweep.pictures.canvas import Scale, dot, frame, of_axis, x, y


def draw(sweep: Sweep, drawing: Effects, words: Words) -> Markup:
    """The picture, or nothing where nothing varies or no point has the response."""
    known = effects.effects(sweep, drawing.of)
    if not known:
        return Markup()
    unit = next(response.unit for _, response in sweep.of(drawing.of))
    ends = [end for effect in known for end in (effect.change, effect.low, effect.high, 0.0) if end is not None]
    margin = (max(ends) - min(ends) or 1.0) * 0.06
    axis = Axis(min(ends) - margin, max(ends) + margin, False, lambda value: _signed(value, unit, words))
    places = {index: 1 - (index + 0.5) / len(known) for index in range(len(known))}
    rows = Scale(tuple((places[index], f"{effect.parameter} {effect.level}") for index, effect in
                       enumerate(known)), lambda part: part)
    zero = element("path", d=path([(x(axis.at(0.0)), y(0)), (x(axis.at(0.0)), y(1))]), class_="bound")
    shapes = [shape for index, effect in enumerate(known) for shape in _row(effect, places[index], axis, (unit, words))]
    return frame(words.say("picture.effects", response=drawing.of),
                 (words.say("picture.change"), of_axis(axis)), ("", rows), [zero, *shapes])


def _row(effect: effects.Effect, place: float, axis: Axis, shown: tuple[str, Words]) -> list[Markup]:
    """A level's mark and interval; shown: the unit and the words of figures."""
    label = shown[1].say("picture.effect", level=f"{effect.parameter} {effect.level}",
                        change=_signed(effect.change, *shown), points=effect.points)
    mark = dot(x(axis.at(effect.change)), y(place), "best", label)
    if effect.low is None or effect.high is None:
        return [mark]
    return [element("path", d=path([(x(axis.at(effect.low)), y(place)), (x(axis.at(effect.high)), y(place))]),
                    class_="interval"), mark]


def _signed(value: float, unit: str, words: Words) -> str:
    return ("+" if value > 0 else "−" if value < 0 else "") + words.show(abs(value), unit)
