"""The part of the page about the network: the drawing with its loads, and the busiest spans over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from twin.plan.paths import flow_paths
from twin.report.graph import Loads, by_span, drawing, legend, scale, usage
from twin.report.layout import TALL, WIDE
from twin.report.markup import Markup, element, join
from twin.report.page.axis import Axis, linear
from twin.report.page.plot import Mark, Plot, figure
from twin.report.scene import Edge, Scene, scene
from twin.report.wording import count
from twin.units import NS_PER_S, show_length, show_rate
from twin.verify.run import Run
from twin.verify.verdict import SpanLoad

BUSIEST = 4
"""How many spans between nodes, and how many lines, are drawn over time."""
ROWS = 400
"""How many rows of spans the table shows."""


def network(run: Run) -> Markup:
    """The section: drawing (wide and tall, one of which is shown), legend, table, busiest spans over time."""
    what, loads = scene(run.network, run.blueprint), by_span(run.qos.loads)
    classes = run.blueprint.classes
    pictures = [element("div", drawing(what, loads, classes, frame), class_=kind)
                for kind, frame in (("for-wide", WIDE), ("for-tall", TALL))]
    note = (f"Each span carries its load beside it, right of the direction of travel, one strip a service class; 10 px "
            f"stand for {show_rate(10 * scale(what, loads, WIDE))} in the wide drawing. A heavy line is the ring, "
            "dashes are radio hops. Percentages: part of the capacity used. ")
    if what.mapped:
        note += "Sites stand as on the map, eased apart; ≈ marks a position that is assumed."
    return element(
        "section", element("h2", "Network"), element("div", legend(classes), class_="legend"), *pictures,
        element("p", note, class_="note"), _table(what, loads, classes), _busiest(run, what, loads), id="network")


def _table(what: Scene, loads: Loads, classes: Sequence[str]) -> Markup:
    """The loads of all spans between nodes as a table: the drawing for those who do not see it."""
    edges = sorted(what.edges, key=lambda edge: (-usage(edge, loads), edge.name))
    rows = [_row(edge, forth, loads.get((edge.name, forth)), classes, usage(edge, loads))
            for edge in edges[: ROWS // 2] for forth in (True, False)]
    heads = ("span", "to", "medium", "capacity", *classes, "dropped", "used")
    table = element("table", element("thead", element("tr", *(element("th", h, scope="col") for h in heads))),
                    element("tbody", *rows), class_="loads")
    left = f", the {ROWS // 2} busiest of {len(edges)}" if len(edges) > ROWS // 2 else ""
    return element("details", element("summary", f"Loads of all spans as a table{left}"),
                   element("div", table, class_="scroll", tabindex="0"))


def _row(edge: Edge, forth: bool, load: SpanLoad | None, classes: Sequence[str], used: float) -> Markup:
    by_class = load.by_class if load else {}
    dropped = sum(load.dropped.values()) if load else 0
    medium = f"{'radio' if edge.radio else 'fibre'}, {show_length(edge.length)}"
    cells = [edge.b if forth else edge.a, medium, show_rate(edge.capacity),
             *(show_rate(by_class[kind]) if by_class.get(kind) else "–" for kind in classes), str(dropped),
             f"{used:.1%}"]
    return element("tr", element("th", edge.name, scope="row"), *(element("td", cell) for cell in cells))


@dataclass(frozen=True, slots=True)
class _Way:
    """A direction of a span: what it is called, how full it was, and bit/s of each class in each step."""

    title: str
    used: float
    capacity: int
    classes: dict[str, list[float]]


def _busiest(run: Run, what: Scene, loads: Loads) -> Markup:
    drawn = {edge.name for edge in what.edges}
    ranked = sorted(loads.values(), key=lambda load: (-_used(load), load.span, load.forth))
    between = [load for load in ranked if load.span in drawn][:BUSIEST]
    lines = [load for load in ranked if load.span not in drawn and not load.span.endswith("-uplink")][:2]
    ways = _ways(run, [*between, *lines])
    step = next((figures.throughput.step for figures in run.qos.figures), NS_PER_S)
    charts = [_timeline(way, step, run.blueprint.classes) for way in ways if any(way.classes.values())]
    if not charts:
        return Markup()
    note = "What the measured flows brought across, as their receivers counted it; the capacity includes overhead."
    return join([element("h3", "Busiest spans over time"), element("p", note, class_="note"),
                 element("div", *charts, class_="pair")])


def _used(load: SpanLoad) -> float:
    return sum(load.by_class.values()) / load.capacity if load.capacity else 0.0


def _ways(run: Run, loads: Sequence[SpanLoad]) -> list[_Way]:
    """The directions with the throughput of the flows that cross them, summed by class."""
    wanted = {(load.span, load.forth): load for load in loads}
    sums: dict[tuple[str, bool], dict[str, list[float]]] = {way: {} for way in wanted}
    figures = {each.flow: each for each in run.qos.figures}
    paths = flow_paths(run.blueprint)
    for flow in run.blueprint.flows:
        if flow.name in figures:
            values = figures[flow.name].throughput.values
            for hop in paths[flow.name]:
                if (hop.span, hop.forth) in sums:
                    held = sums[hop.span, hop.forth]
                    held[flow.service_class] = _added(held.get(flow.service_class, []), values)
    ends = {span.name: (span.a.node, span.b.node) for span in run.blueprint.spans}
    return [_Way(f"{ends[name][not forth]} → {ends[name][forth]}", _used(load), load.capacity, sums[name, forth])
            for (name, forth), load in wanted.items()]


def _added(one: Sequence[float], other: Sequence[float]) -> list[float]:
    long, short = (one, other) if len(one) >= len(other) else (other, one)
    return [value + (short[k] if k < len(short) else 0.0) for k, value in enumerate(long)]


def _timeline(way: _Way, step: int, classes: Sequence[str]) -> Markup:
    """Throughput of a direction over time, one class upon the other."""
    steps = max(len(values) for values in way.classes.values())
    base, layers = [0.0] * steps, []
    for index, kind in enumerate(classes):
        top = _added(base, way.classes.get(kind, []))
        layers.append((index, kind, base, top))
        base = top
    most = max(base)
    marks = [Mark(float(way.capacity), f"capacity {show_rate(way.capacity)}")] if way.capacity <= 2.5 * most else []
    plot = Plot(Axis(0.0, steps * step / NS_PER_S, False, lambda s: f"{s:g} s"),
                linear(max(most, *(mark.value for mark in marks)) if marks else most, show_rate))
    seconds = [(k + 0.5) * step / NS_PER_S for k in range(steps)]
    shapes = [plot.area(list(zip(seconds, top, strict=True)), list(zip(seconds, low, strict=True)),
                        f"fill-{index % 8}", kind) for index, kind, low, top in layers if kind in way.classes]
    means = ", ".join(f"{kind} {show_rate(sum(v) / len(v))}" for kind, v in sorted(way.classes.items()) if v)
    text = f"Throughput from {way.title.replace('→', 'to')} over {count(steps, 'step')}; means: {means}."
    used = f" {way.used:.0%} of {show_rate(way.capacity)} used; {means}"
    caption = element("figcaption", element("b", way.title), used)
    return element("figure", caption, figure(plot, shapes, text=text, along=marks))
