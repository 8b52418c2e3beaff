"""What all pictures of a sweep share: the frame, its axes with letters, and the document round it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from twin.judge.sweep.magnitude import magnitudes, ordered
from twin.report.drawing.axes import Axis, spanning
from twin.report.markup import Markup, element, path
from twin.report.resources import resource

WIDTH, HEIGHT = 720.0, 420.0
LEFT, RIGHT, TOP, BOTTOM = 132.0, 20.0, 40.0, 56.0
"""What is kept free for letters, px."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Places of values, 0 to 1, and the letters beside some of them."""

    ticks: tuple[tuple[float, str], ...]
    at: Callable[[float], float]


def of_axis(axis: Axis) -> Scale:
    """The scale of an axis of numbers."""
    return Scale(tuple(axis.ticks(5)), axis.at)


def of_levels(levels: Sequence[str]) -> tuple[Scale, dict[str, float]]:
    """The scale of a parameter, by size where its levels are numbers and else in even steps; what each level is on it.
    """
    numbers = magnitudes(ordered(levels))
    if numbers is not None and len(numbers) > 1 and numbers[0] > 0:
        axis = spanning(numbers, str)
        places = dict(zip(ordered(levels), numbers, strict=True))
        step = -(-len(numbers) // 8)
        return Scale(tuple((axis.at(value), level) for level, value in [*places.items()][::step]), axis.at), places
    places = {level: (index + 0.5) / len(levels) for index, level in enumerate(ordered(levels))}
    return Scale(tuple((place, level) for level, place in places.items()), lambda place: place), places


def x(part: float) -> float:
    """Where a part of the way to the right is, px."""
    return LEFT + part * (WIDTH - LEFT - RIGHT)


def y(part: float) -> float:
    """Where a part of the way upwards is, px."""
    return HEIGHT - BOTTOM - part * (HEIGHT - TOP - BOTTOM)


def frame(title: str, across: tuple[str, Scale], up: tuple[str, Scale], shapes: Iterable[Markup], *,
          gridded: bool = True) -> Markup:
    """A picture: its title above, names and letters of both axes, a grid, and the shapes on it."""
    grid = [element("path", d=path([(x(0), y(at)), (x(1), y(at))]), class_="grid") for at, _ in up[1].ticks
            if gridded]
    letters = [_text(label, x(at), HEIGHT - BOTTOM + 18, "middle") for at, label in across[1].ticks]
    letters += [_text(label, LEFT - 8, y(at) + 4, "end") for at, label in up[1].ticks]
    names = [_text(title, LEFT, 20, "start", "name strong"), _text(across[0], x(1), HEIGHT - 12, "end"),
             _text(up[0], LEFT, TOP - 6, "start")]
    return element("svg", element("title", title), *grid, *shapes, *letters, *names, class_="drawing picture",
                   role="img", viewBox=f"0 0 {WIDTH:g} {HEIGHT:g}")


def _text(words: str, left: float, top: float, anchor: str, kind: str = "name") -> Markup:
    return element("text", words, x=left, y=top, text_anchor=anchor, class_=kind, font_size=12.0)


def label(words: str, left: float, top: float, *, anchor: str = "middle", kind: str = "name") -> Markup:
    """Letters on a picture."""
    return _text(words, left, top, anchor, kind)


def dot(left: float, top: float, kind: str, words: str) -> Markup:
    """A point, with what it is for whoever rests the mouse on it."""
    return element("circle", element("title", words), cx=left, cy=top, r=4.0, class_=kind)


def document(picture: Markup) -> str:
    """The picture as an SVG document of its own, which follows the reader's light or dark preference."""
    style = "".join(map(resource, ("colours.css", "drawing/drawing.css", "sweep/pictures/pictures.css")))
    head, _, rest = picture.partition(">")
    return f'{head} xmlns="http://www.w3.org/2000/svg">{element("style", Markup(style))}{rest}\n'
