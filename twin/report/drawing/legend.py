"""What the signs, lines and colours of a drawing mean: as HTML above a report's map, as SVG below a drawing alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from twin.report.drawing.initial_positions import Point
from twin.report.drawing.layout import Frame
from twin.report.drawing.scene import Kind, Scene
from twin.report.language.words import ENGLISH, Words
from twin.report.markup import Markup, element, join, path

LEGEND = 30.0
"""Height of the legend below a drawing, px."""
_LINES = ("fibre", "fibre ring", "radio")
_LETTER = 6.1
"""Width of a letter of the legend's size, generously, px."""


def glyph(kind: Kind, at: Point) -> Markup:
    """The sign of a kind of node."""
    x, y = at
    match kind:
        case Kind.SWITCH:
            return element("rect", x=x - 8, y=y - 8, width=16.0, height=16.0, rx=3.0)
        case Kind.DSLAM:
            return element("rect", x=x - 6, y=y - 6, width=12.0, height=12.0, rx=1.0)
        case Kind.RELAY:
            return element("path", d=path([(x, y - 8), (x + 7.5, y + 5.5), (x - 7.5, y + 5.5)], closed=True))
        case Kind.HEAD_END:
            return element("circle", cx=x, cy=y, r=6.5)


def legend(scene: Scene, colours: Mapping[str, int], words: Words = ENGLISH) -> Markup:
    """What colours and signs mean, as HTML."""
    classes = [element("span", element("i", class_=f"swatch back-{colour}"), name, class_="key")
               for name, colour in colours.items()]
    signs = [element("span", element("svg", sign, viewBox="0 0 20 20", class_=f"{kind} sign", aria_hidden="true"),
                     text, class_="key") for kind, sign, text in _signs(scene, words)]
    assumed = [element("span", words.say("legend.assumed"), class_="key")] if _has_assumed(scene) else []
    return join([*classes, *signs, *assumed])


def below(scene: Scene, frame: Frame, words: Words = ENGLISH) -> Markup:
    """What signs mean, in a row below the drawing."""
    x, y, parts = 16.0, frame.height + LEGEND / 2 - 2, list[Markup]()
    for kind, sign, text in _signs(scene, words):
        parts.append(element("g", sign, transform=f"translate({x:g} {y - 10:g})", class_=kind))
        parts.append(_words(text, x + 24, y))
        x += 24 + _LETTER * len(text) + 18
    assumed = [_words(words.say("legend.assumed"), x, y)] if _has_assumed(scene) else []
    return element("g", *parts, *assumed, class_="legend")


def _words(text: str, x: float, y: float) -> Markup:
    return element("text", text, x=x, y=y + 4, font_size=11.5, class_="name")


def _has_assumed(scene: Scene) -> bool:
    return scene.mapped and any(place.assumed for place in scene.places)


def _signs(scene: Scene, words: Words) -> Iterator[tuple[str, Markup, str]]:
    """Of each kind of node and line that there is: its classes in the style sheet, its sign round (10, 10), words."""
    there = {node.kind for node in scene.nodes}
    yield from ((f"node {kind}", glyph(kind, (10.0, 10.0)), words.say(f"legend.{kind.value}"))
                for kind in Kind if kind in there)
    drawn = {"radio" if edge.radio else "fibre ring" if edge.ring else "fibre" for edge in scene.edges}
    yield from ((f"span {kind}", element("path", d=path([(0.0, 10.0), (20.0, 10.0)]), class_="wire"),
                 words.say(f"legend.{kind.replace(' ', '-')}")) for kind in _LINES if kind in drawn)
