"""Draw a network: SVG in our own layout (with loads, if there are any), DOT for Graphviz, Mermaid for wikis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import hypot

from twin.core.units import show_length, show_rate
from twin.judge.verdict import SpanLoad
from twin.model import Network
from twin.plan.blueprint import Blueprint
from twin.report.drawing.initial_positions import Point
from twin.report.drawing.label_placement import Label, Wanted, place
from twin.report.drawing.layout import WIDE, Frame, Layout, layout
from twin.report.drawing.scene import Edge, Kind, Node, Scene, scene
from twin.report.markup import Markup, element, join, path
from twin.report.resources import resource
from twin.report.wording import count

LANE = 15.0
"""Width in px of the most loaded direction of a span; all others are drawn to the same scale."""
BUSY = 0.25
"""From which part of the capacity on the load is written beside a span."""
Loads = Mapping[tuple[str, bool], SpanLoad]
"""What each span carried, by its name and direction (forth: from its end `a` to its end `b`)."""


@dataclass(frozen=True, slots=True)
class _Picture:
    scene: Scene
    layout: Layout
    loads: Loads
    classes: Sequence[str]
    scale: float
    """bit/s a px."""


def by_span(loads: Sequence[SpanLoad]) -> dict[tuple[str, bool], SpanLoad]:
    """Loads by span and direction."""
    return {(load.span, load.forth): load for load in loads}


def svg(network: Network, blueprint: Blueprint) -> str:
    """The network alone as an SVG document of its own, which follows the reader's light or dark preference."""
    style = element("style", Markup(resource("colours.css") + resource("drawing/drawing.css")))
    picture = drawing(scene(network, blueprint), {}, blueprint.classes, WIDE)
    opening, _, rest = picture.partition(">")
    return f'{opening} xmlns="http://www.w3.org/2000/svg">{style}{rest}\n'


def drawing(scene: Scene, loads: Loads, classes: Sequence[str], frame: Frame) -> Markup:
    """The network as an SVG element; each span is a pipe, filled by class as far as it is loaded."""
    picture = _Picture(scene, layout(scene, frame), loads, classes, scale(scene, loads, frame))
    spans = [_span(picture, edge) for edge in scene.edges]
    nodes = [_node(node, picture.layout.nodes[node.name]) for node in scene.nodes]
    names = [_label(label) for label in labels(scene, picture.layout, loads)]
    what = f"{scene.title}: {count(len(scene.nodes), 'node')} at {count(len(scene.places), 'site')}, joined by " \
           f"{count(len(scene.edges), 'span')}."
    return element("svg", element("title", what), element("g", *spans), element("g", *nodes),
                   element("g", *names, aria_hidden="true"), class_="drawing", role="img",
                   viewBox=f"0 0 {frame.width:g} {frame.height:g}")


def scale(scene: Scene, loads: Loads, frame: Frame) -> float:
    """How many bit/s one px of a span's width stands for."""
    most = max((sum(carried(edge, loads, way).values()) for edge in scene.edges for way in (True, False)), default=0.0)
    return most / LANE * WIDE.near / frame.near or 1.0


def span_text(edge: Edge, loads: Loads, names: tuple[str, str]) -> str:
    """A span in words: medium, length, capacity, and the load of each direction by class."""
    what = f"{edge.name}: {'radio hop' if edge.radio else 'fibre'} of {show_length(edge.length)}, " \
           f"{show_rate(edge.capacity)}{' for both directions together' if edge.radio else ''}"
    lines = [what]
    for way, ends in directions(edge, names):
        rates = carried(edge, loads, way)
        if rates:
            parts = ", ".join(f"{kind} {show_rate(rate)}" for kind, rate in rates.items() if rate)
            lines.append(f"{ends}: " + (parts or "nothing"))
    if loads:
        lines.append(f"{usage(edge, loads):.1%} of the capacity is used")
    return "\n".join(lines)


def directions(edge: Edge, names: tuple[str, str]) -> tuple[tuple[bool, str], ...]:
    """The directions in which a span's load is told, and what to call them: a radio hop has one for both."""
    return ((True, "both ways"),) if edge.radio else ((True, f"to {names[1]}"), (False, f"to {names[0]}"))


def carried(edge: Edge, loads: Loads, forward: bool) -> dict[str, float]:
    """bit/s by class one way over a span; over a radio hop, which is one medium for both, both ways together."""
    rates: dict[str, float] = {}
    for way in (True, False) if edge.radio else (forward,):
        load = loads.get((edge.name, way))
        for kind, rate in load.by_class.items() if load else ():
            rates[kind] = rates.get(kind, 0.0) + rate
    return rates


def usage(edge: Edge, loads: Loads) -> float:
    """What part of a span's capacity is used, 0 to 1: of its busier direction; of both together on a radio hop."""
    return max(sum(carried(edge, loads, way).values()) for way in (True, False)) / edge.capacity


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
    title = element("title", span_text(edge, picture.loads, (edge.a, edge.b)))
    kinds = ["span", "radio" if edge.radio else "fibre", *(["ring"] if edge.ring else [])]
    lanes = _lane(picture, edge, True, a, b) + ([] if edge.radio else _lane(picture, edge, False, b, a))
    return element("g", title, *lanes, element("path", d=path([a, b]), class_="wire"),
                   element("path", d=path([a, b]), class_="touch"), class_=" ".join(kinds))


def _lane(picture: _Picture, edge: Edge, forward: bool, a: Point, b: Point) -> list[Markup]:
    """The load one way as strips right of the line a to b, one a class, as wide as the class's rate; of a radio hop
    the load of both ways, on both sides of the line."""
    rates = carried(edge, picture.loads, forward)
    inner, strips = -sum(rates.values()) / picture.scale / 2 if edge.radio else 1.5, []
    for index, kind in enumerate(picture.classes):
        wide = rates.get(kind, 0.0) / picture.scale
        if wide > 0.02:
            corners = [*_shifted(a, b, inner), *reversed(_shifted(a, b, inner + wide))]
            strips.append(element("path", d=path(corners, closed=True), class_=f"fill-{index % 8}"))
            inner += wide
    return strips


def _shifted(a: Point, b: Point, by: float) -> tuple[Point, Point]:
    """The segment moved `by` px to the right of its direction (y grows downwards)."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    long = hypot(dx, dy) or 1.0
    x, y = -dy / long * by, dx / long * by
    return (a[0] + x, a[1] + y), (b[0] + x, b[1] + y)


def _node(node: Node, at: Point) -> Markup:
    lines = f", {count(node.lines, 'line')}, {node.emulated} of them emulated" if node.lines else ""
    return element("g", element("title", f"{node.title} ({node.kind}{lines})"), glyph(node.kind, at),
                   class_=f"node {node.kind}")


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


def labels(scene: Scene, drawn: Layout, loads: Loads) -> list[Label]:
    """The names of places and head-ends, and how full the busy spans are, where they cover nothing else."""
    small = drawn.frame.width < 600
    wanted = []
    for spot in scene.places:
        title = f"≈ {spot.title}" if spot.assumed and scene.mapped else spot.title
        wanted.append(Wanted(title, drawn.places[spot.name], 11 if small else 13.5, 14, True))
    for node in scene.nodes:
        if node.kind is Kind.HEAD_END:
            wanted.append(Wanted(node.title, drawn.nodes[node.name], 9.5 if small else 11.5, 10))
    for edge in scene.edges:
        if (part := usage(edge, loads)) >= BUSY:
            (ax, ay), (bx, by) = drawn.nodes[edge.a], drawn.nodes[edge.b]
            wanted.append(Wanted(f"{part:.0%}", ((ax + bx) / 2, (ay + by) / 2), 9.5 if small else 11.5, 9))
    return place(wanted, list(drawn.nodes.values()), drawn.segments(scene.edges), drawn.frame)


def _label(label: Label) -> Markup:
    return element("text", label.text, x=label.x, y=label.y, text_anchor=label.anchor, font_size=label.size,
                   class_="name strong" if label.strong else "name")


def legend(classes: Sequence[str]) -> Markup:
    """What colours and signs mean, as HTML."""
    kinds = [element("span", element("svg", glyph(kind, (10, 10)), viewBox="0 0 20 20", class_=f"node {kind} sign",
                                     aria_hidden="true"), kind.value.replace("-", "‑"), class_="key")
             for kind in Kind]
    colours = [element("span", element("i", class_=f"swatch back-{index % 8}"), name, class_="key")
               for index, name in enumerate(classes)]
    return join([*colours, *kinds])
