"""The part of the page about the network: the drawing with its loads, and the busiest spans over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from twin.core.units import NS_PER_S
from twin.judge.run_record import Run
from twin.judge.verdict import SpanLoad
from twin.plan.blueprint import Blueprint, SpanPlan
from twin.plan.forwarding.paths import flow_paths
from twin.report.drawing.axes import Axis, linear
from twin.report.drawing.graph import BUSY, drawing, scale
from twin.report.drawing.layout import TALL, WIDE
from twin.report.drawing.legend import legend
from twin.report.drawing.loads import Loads, carried, directions, loads_of, usage
from twin.report.drawing.scene import Edge, Scene, scene
from twin.report.language.wording import grouped
from twin.report.language.words import Words
from twin.report.markup import Markup, element, join
from twin.report.page.charts.plot import Mark, Plot, figure
from twin.report.page.section import Section, Source
from twin.report.page.sections.radio_cells import airtime
from twin.report.page.table import table

BUSIEST = 4
"""How many spans are drawn over time, beside lines."""
BUSIEST_LINES = 2
"""How many lines are drawn over time."""
ROWS = 400
"""How many rows of spans the table shows."""


def network(given: Source) -> Markup:
    """The section: drawing (wide and tall, one of which is shown), legend, table, busiest spans over time."""
    run, words = given.run, given.words
    what, loads = scene(run.network, run.blueprint), loads_of(run.qos)
    pictures = [element("div", drawing(what, loads, given.colours, frame, words), class_=kind)
                for kind, frame in (("for-wide", WIDE), ("for-tall", TALL))]
    note = words.say("network.note", scale=words.rate(10 * scale(what, loads, WIDE)), share=words.part(BUSY, 0))
    if what.mapped:
        note += " " + words.say("network.mapped")
    return element(
        "section", element("h2", words.say("network")),
        element("div", legend(what, given.colours, words), class_="legend"), *pictures,
        element("p", note, class_="note"), _table(what, loads, run.blueprint, words), airtime(run, words),
        _busiest(given, loads), id="network")


def _table(what: Scene, loads: Loads, blueprint: Blueprint, words: Words) -> Markup:
    """The loads of all spans between nodes as a table: the drawing for those who do not see it; and of stations of
    radio cells whose queues stand before several hops."""
    classes, spans = blueprint.classes, {span.name for span in blueprint.spans}
    edges = sorted(what.edges, key=lambda edge: (-usage(edge, loads), edge.name))
    rows = [_row(edge, way, loads, classes, words)
            for edge in edges[: ROWS // 2] for way, _ in directions(edge, (edge.a, edge.b), words)]
    heads = (*map(words.say, ("head.span", "head.to", "head.medium", "head.capacity")), *classes,
             *map(words.say, ("head.dropped", "head.used")))
    rows += [_station(load, classes, words) for (name, _), load in sorted(loads.spans.items()) if name not in spans]
    title = (words.say("network.table.busiest", number=ROWS // 2, spans=len(edges)) if len(edges) > ROWS // 2
             else words.say("network.table"))
    return element("details", element("summary", title), table(heads, rows, "loads"))


def _row(edge: Edge, forth: bool, loads: Loads, classes: Sequence[str], words: Words) -> Markup:
    ends = dict(directions(edge, (edge.a, edge.b), words))[forth]
    rates = carried(edge, loads, forth)
    ways = (True, False) if edge.radio else (forth,)
    dropped = sum(sum(load.dropped.values()) for way in ways if (load := loads.spans.get((edge.name, way))))
    medium = f"{words.say('medium.radio' if edge.radio else 'medium.fibre')}, {words.length(edge.length)}"
    cells = [ends, medium, words.rate(edge.capacity),
             *(words.rate(rates[kind]) if rates.get(kind) else "–" for kind in classes), grouped(dropped),
             words.part(sum(rates.values()) / edge.capacity)]
    return element("tr", element("th", edge.name, scope="row"), *(element("td", cell) for cell in cells))


def _station(load: SpanLoad, classes: Sequence[str], words: Words) -> Markup:
    """A station that sends over several hops: what it sent over all of them together."""
    cells = [words.say("network.hops"), words.say("medium.radio"), words.rate(load.capacity),
             *(words.rate(load.by_class[kind]) if load.by_class.get(kind) else "–" for kind in classes),
             grouped(sum(load.dropped.values())), words.part(sum(load.by_class.values()) / load.capacity)]
    return element("tr", element("th", load.span, scope="row"), *(element("td", cell) for cell in cells))


@dataclass(frozen=True, slots=True)
class _Way:
    """A direction of a span (both of a radio hop): its name, part of the capacity used, bit/s by class and step."""

    title: str
    used: float
    capacity: int
    classes: dict[str, list[float]]


def _busiest(given: Source, loads: Loads) -> Markup:
    run, words, ways = given.run, given.words, _ways(given.run, loads)
    step = next((figures.throughput.step for figures in run.qos.figures), NS_PER_S)
    charts = [_timeline(way, step, given.colours, words) for way in ways if any(way.classes.values())]
    if not charts:
        return Markup()
    return join([element("h3", words.say("busiest")), element("p", words.say("busiest.note"), class_="note"),
                 element("div", *charts, class_="pair")])


def _ways(run: Run, loads: Loads) -> list[_Way]:
    """The busiest spans between nodes and the busiest lines, with the throughput of the flows that cross them."""
    spans = {span.name: span for span in run.blueprint.spans}
    lines = {host.span for host in run.blueprint.hosts if host.line_group is not None}
    used: dict[tuple[str, bool], float] = {}
    for (name, forth), load in loads.spans.items():
        if name not in spans:
            continue
        way = name, forth or spans[name].shared is not None
        used[way] = used.get(way, 0.0) + sum(load.by_class.values()) / load.capacity
    ranked = sorted(used, key=lambda way: (-used[way], way))
    chosen = [way for way in ranked if way[0] not in lines][:BUSIEST]
    chosen += [way for way in ranked if way[0] in lines][:BUSIEST_LINES]
    sums = _throughput(run, set(chosen))
    return [_Way(_title(span := spans[name], forth), used[name, forth],
                 (span.forward if forth else span.reverse).rate, sums[name, forth]) for name, forth in chosen]


def _title(span: SpanPlan, forth: bool) -> str:
    ends = (span.a.node, span.b.node) if forth else (span.b.node, span.a.node)
    return (" ↔ " if span.shared else " → ").join(ends)


def _throughput(run: Run, ways: set[tuple[str, bool]]) -> dict[tuple[str, bool], dict[str, list[float]]]:
    """The throughput of the flows that cross each direction, summed by class."""
    sums: dict[tuple[str, bool], dict[str, list[float]]] = {way: {} for way in ways}
    figures = {each.flow: each for each in run.qos.figures}
    shared = {span.name for span in run.blueprint.spans if span.shared}
    paths = flow_paths(run.blueprint)
    for flow in run.blueprint.flows:
        for hop in paths[flow.name] if flow.name in figures else ():
            held = sums.get((hop.span, hop.forward or hop.span in shared))
            if held is not None:
                values = figures[flow.name].throughput.values
                held[flow.service_class] = _added(held.get(flow.service_class, []), values)
    return sums


def _added(first: Sequence[float], second: Sequence[float]) -> list[float]:
    long, short = (first, second) if len(first) >= len(second) else (second, first)
    return [value + (short[k] if k < len(short) else 0.0) for k, value in enumerate(long)]


def _timeline(way: _Way, step: int, colours: Mapping[str, int], words: Words) -> Markup:
    """Throughput of a direction over time, classes stacked."""
    steps = max(len(values) for values in way.classes.values())
    base, layers = [0.0] * steps, []
    for kind, colour in colours.items():
        top = _added(base, way.classes.get(kind, []))
        layers.append((colour, kind, base, top))
        base = top
    most = max(base)
    capacity = words.rate(way.capacity)
    marks = [Mark(float(way.capacity), words.say("capacity", rate=capacity))] if way.capacity <= 2.5 * most else []
    plot = Plot(Axis(0.0, steps * step / NS_PER_S, False, lambda s: words.figure(f"{s:g} s")),
                linear(max(most, *(mark.value for mark in marks)) if marks else most, words.rate))
    seconds = [(k + 0.5) * step / NS_PER_S for k in range(steps)]
    shapes = [plot.area(list(zip(seconds, top, strict=True)), list(zip(seconds, low, strict=True)),
                        f"fill-{colour}", kind) for colour, kind, low, top in layers if kind in way.classes]
    means = ", ".join(f"{kind} {words.rate(sum(v) / len(v))}" for kind, v in sorted(way.classes.items()) if v)
    text = words.say("busiest.text", count=steps, title=way.title, means=means)
    used = " " + words.say("busiest.used", share=words.part(way.used, 0), capacity=capacity, means=means)
    caption = element("figcaption", element("b", way.title), used)
    return element("figure", caption, figure(plot, shapes, text=text, along=marks))


SECTION = Section("network", "network", network)
