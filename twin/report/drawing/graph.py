"""Draw a network: SVG in our own layout (with loads, if there are any), DOT for Graphviz, Mermaid for wikis."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import hypot
from statistics import fmean

from twin.core.units import show_length, show_rate
from twin.model import Network
from twin.plan.blueprint import Blueprint
from twin.report.drawing.initial_positions import Point
from twin.report.drawing.label_placement import Label, Wanted, place
from twin.report.drawing.layout import LAYOUTS, WIDE, Frame, Layout, layout
from twin.report.drawing.legend import LEGEND, below, glyph
from twin.report.drawing.light_placement import LIGHT, Spot, light_spots
from twin.report.drawing.loads import Loads, carried, span_text, usage
from twin.report.drawing.scene import Edge, Kind, Node, Scene, scene
from twin.report.language.words import ENGLISH, Words
from twin.report.markup import Markup, element, path
from twin.report.resources import resource

LANE = 15.0
"""Width in px of the most loaded direction of a span; all others are drawn to the same scale."""
BUSY = 0.25
"""From which part of the capacity on the load is written beside a span."""


@dataclass(frozen=True, slots=True)
class _Picture:
    scene: Scene
    layout: Layout
    loads: Loads
    colours: Mapping[str, int]
    scale: float
    """bit/s a px."""
    words: Words


def svg(network: Network, blueprint: Blueprint) -> str:
    """The network alone as an SVG document of its own, which follows the reader's light or dark preference."""
    style = element("style", Markup(resource("colours.css") + resource("drawing/drawing.css")))
    what = scene(network, blueprint)
    picture = element("svg", element("title", _summary(what, ENGLISH)), style,
                      *_shapes(what, Loads(), {}, WIDE, ENGLISH),
                      below(what, WIDE), class_="drawing", role="img", xmlns="http://www.w3.org/2000/svg",
                      viewBox=f"0 0 {WIDE.width:g} {WIDE.height + LEGEND:g}")
    return f"{picture}\n"


def drawing(scene: Scene, loads: Loads, colours: Mapping[str, int], frame: Frame, words: Words = ENGLISH, *,
            lights: bool = False) -> Markup:
    """The network as an SVG element; each span is a pipe, filled by class (in the colours of these numbers) as far as
    it is loaded. lights: beside each node is a light for each line group on it, which a page lets shine."""
    return element("svg", element("title", _summary(scene, words)),
                   *_shapes(scene, loads, colours, frame, words, lights=lights),
                   class_="drawing", role="img", viewBox=f"0 0 {frame.width:g} {frame.height:g}")


def _summary(scene: Scene, words: Words) -> str:
    return words.say("drawing", title=scene.title, nodes=words.say("nodes", count=len(scene.nodes)),
                     sites=words.say("sites", count=len(scene.places)),
                     spans=words.say("spans", count=len(scene.edges)))


def _shapes(scene: Scene, loads: Loads, colours: Mapping[str, int], frame: Frame, words: Words, *,
            lights: bool = False) -> tuple[Markup, ...]:
    """Spans, over them the nodes, and texts on top."""
    picture = _Picture(scene, layout(scene, frame), loads, colours, scale(scene, loads, frame), words)
    spans = [_span(picture, edge) for edge in scene.edges]
    nodes = [_node(node, picture.layout.nodes[node.name], words) for node in scene.nodes]
    spots = _spots(scene, frame) if lights else {}
    taken = [position for spot in spots.values() for position in spot]
    names = [_label(label) for label in labels(scene, picture.layout, loads, words, taken=taken)]
    return (element("g", *spans), element("g", *nodes), element("g", *names, aria_hidden="true"),
            *(_light(node, name, position) for node in scene.nodes if node.name in spots
              for name, position in zip(node.groups, spots[node.name], strict=True)))


@lru_cache(maxsize=LAYOUTS)
def _spots(scene: Scene, frame: Frame) -> dict[str, Spot]:
    """Where the lights of each node stand: in the same places in each language."""
    drawn = layout(scene, frame)
    return light_spots({node.name: len(node.groups) for node in scene.nodes}, drawn.nodes,
                       drawn.segments(scene.edges), frame)


def scale(scene: Scene, loads: Loads, frame: Frame) -> float:
    """How many bit/s one px of a span's width stands for."""
    most = max((sum(carried(edge, loads, way).values()) for edge in scene.edges for way in (True, False)), default=0.0)
    return most / LANE * WIDE.near / frame.near or 1.0


def dot(network: Network, blueprint: Blueprint) -> str:
    """The network in Graphviz's language."""
    what = scene(network, blueprint)
    shapes = {Kind.SWITCH: "box", Kind.DSLAM: "component", Kind.RELAY: "triangle", Kind.HEAD_END: "cylinder"}
    lines = [f"graph {_quoted(what.title)} {{", "  layout=neato; overlap=false; node [fontname=sans];"]
    lines += [f"  {_quoted(n.name)} [label={_quoted(n.title)}, shape={shapes[n.kind]}];" for n in what.nodes]
    for edge in what.edges:
        style = "dashed" if edge.radio else "bold" if edge.ring else "solid"
        label = _quoted(f"{show_rate(edge.capacity)}, {show_length(edge.length)}")
        lines.append(f"  {_quoted(edge.a)} -- {_quoted(edge.b)} [label={label}, style={style}];")
    return "\n".join([*lines, "}", ""])


def mermaid(network: Network, blueprint: Blueprint) -> str:
    """The network in Mermaid's language."""
    what = scene(network, blueprint)
    keys = {node.name: f"n{index}" for index, node in enumerate(what.nodes)}
    shapes = {Kind.SWITCH: "[{}]", Kind.DSLAM: "[[{}]]", Kind.RELAY: "({})", Kind.HEAD_END: "[({})]"}
    lines = ["graph LR"]
    lines += [f"  {keys[n.name]}" + shapes[n.kind].format(f'"{_plain(n.title)}"') for n in what.nodes]
    for edge in what.edges:
        arrow = "-.-" if edge.radio else "===" if edge.ring else "---"
        lines.append(f'  {keys[edge.a]} {arrow}|"{show_rate(edge.capacity)}"| {keys[edge.b]}')
    return "\n".join([*lines, ""])


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _plain(text: str) -> str:
    return text.replace("#", "#35;").replace('"', "#quot;").replace("<", "#lt;")


def _span(picture: _Picture, edge: Edge) -> Markup:
    a, b = picture.layout.nodes[edge.a], picture.layout.nodes[edge.b]
    title = element("title", span_text(edge, picture.loads, (edge.a, edge.b), picture.words))
    kinds = ["span", "radio" if edge.radio else "fibre", *(["ring"] if edge.ring else [])]
    lanes = _lane(picture, edge, True, a, b) + ([] if edge.radio else _lane(picture, edge, False, b, a))
    return element("g", title, *lanes, element("path", d=path([a, b]), class_="wire"),
                   element("path", d=path([a, b]), class_="touch"), class_=" ".join(kinds),
                   data_span=edge.name)


def _lane(picture: _Picture, edge: Edge, forward: bool, a: Point, b: Point) -> list[Markup]:
    """The load one way as strips right of the line a to b, one a class, as wide as the class's rate; of a radio hop
    the load of both ways, on both sides of the line."""
    rates = carried(edge, picture.loads, forward)
    inner, strips = -sum(rates.values()) / picture.scale / 2 if edge.radio else 1.5, []
    for kind, colour in picture.colours.items():
        wide = rates.get(kind, 0.0) / picture.scale
        if wide > 0.02:
            corners = [*_shifted(a, b, inner), *reversed(_shifted(a, b, inner + wide))]
            strips.append(element("path", d=path(corners, closed=True), class_=f"fill-{colour}"))
            inner += wide
    return strips


def _shifted(a: Point, b: Point, by: float) -> tuple[Point, Point]:
    """The segment moved `by` px to the right of its direction (y grows downwards)."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    long = hypot(dx, dy) or 1.0
    x, y = -dy / long * by, dx / long * by
    return (a[0] + x, a[1] + y), (b[0] + x, b[1] + y)


def _node(node: Node, at: Point, words: Words) -> Markup:
    kind = words.say(f"kind.{node.kind.value}")
    lines = words.say("node.lines", lines=words.say("lines", count=node.lines), emulated=node.emulated)
    return element("g", element("title", f"{node.title} ({kind}{lines if node.lines else ''})"), glyph(node.kind, at),
                   class_=f"node {node.kind}", data_node=node.name)


def _light(node: Node, group: str, at: Point) -> Markup:
    """A light that says nothing yet."""
    x, y = at
    return element("g", element("title", group), element("circle", cx=x, cy=y, r=LIGHT / 2 - 0.5),
                   element("text", x=x, y=y + 3.7, text_anchor="middle", font_size=10.5),
                   class_="group", data_group=group, data_at=node.name)


def labels(scene: Scene, drawn: Layout, loads: Loads, words: Words = ENGLISH, *, taken: Sequence[Point] = ()
           ) -> list[Label]:
    """The names of places and head-ends; and where they cover nothing else, capacities, how full the busy spans are and
    how busy the air of radio cells. taken: points beside nodes that texts keep clear of."""
    small = drawn.frame.width < 600
    wanted = []
    for spot in scene.places:
        title = f"≈ {spot.title}" if spot.assumed and scene.mapped else spot.title
        wanted.append(Wanted(title, drawn.places[spot.name], 11 if small else 13.5, 14, True))
    for node in scene.nodes:
        if node.kind is Kind.HEAD_END:
            wanted.append(Wanted(node.title, drawn.nodes[node.name], 9.5 if small else 11.5, 10))
    for text, at in span_labels(scene, drawn, loads, words):
        wanted.append(Wanted(text, at, 9 if small else 10.5, 9, optional=True))
    return place(wanted, [*drawn.nodes.values(), *taken], drawn.segments(scene.edges), drawn.frame)


def span_labels(scene: Scene, drawn: Layout, loads: Loads, words: Words = ENGLISH) -> Iterator[tuple[str, Point]]:
    """What stands beside spans, the fullest first, and where."""
    hops: dict[str, list[Point]] = {}
    for edge in scene.edges:
        hops.setdefault(edge.cell or "", []).append(_middle(drawn, edge))
    for name, cell in sorted(loads.cells.items()):
        spots = hops.get(name, [])
        if len(spots) > 1:
            middle = fmean(x for x, _ in spots), fmean(y for _, y in spots)
            yield words.say("label.cell", cell=name, share=words.part(cell.busy, 0)), middle
    for edge in sorted(scene.edges, key=lambda edge: -usage(edge, loads)):
        part, air = usage(edge, loads), loads.cells.get(edge.cell or "")
        full = f", {words.part(part, 0)}" if part >= BUSY and edge.cell is None else ""
        if air and len(hops[air.cell]) == 1:
            full = ", " + words.say("label.air", share=words.part(air.busy, 0))
        yield words.rate(edge.capacity) + full, _middle(drawn, edge)


def _middle(drawn: Layout, edge: Edge) -> Point:
    (ax, ay), (bx, by) = drawn.nodes[edge.a], drawn.nodes[edge.b]
    return (ax + bx) / 2, (ay + by) / 2


def _label(label: Label) -> Markup:
    return element("text", label.text, x=label.x, y=label.y, text_anchor=label.anchor, font_size=label.size,
                   class_="name strong" if label.strong else "name")
