"""What every section of a run's page is made from, and what it says of itself; run_page.py has the table of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from twin.judge.run_record import Run
from twin.judge.verdict import Interval, Verdict
from twin.model import Network
from twin.plan.blueprint import Flow
from twin.report.class_colours import class_colours
from twin.report.drawing.scene import Kind, scene
from twin.report.language.words import Words
from twin.report.markup import Markup
from twin.report.page.charts.delay_distribution import Pair
from twin.report.summary import Group, groups


@dataclass(frozen=True, slots=True)
class Source:
    """What the sections are made from, looked up once, and the words in which they say it. colours: of service classes,
    in the order of the blueprint."""

    run: Run
    words: Words
    groups: Sequence[Group]
    pairs: Mapping[str, Pair]
    span_names: Mapping[str, str]
    colours: Mapping[str, int]

    def interval(self, verdict: Verdict) -> Interval:
        """What the true value of a verdict lies between, in its unit; without ends where that is not known."""
        pair, base = self.pairs.get(verdict.flow), verdict.metric.row.scale.base
        known = pair.qos.intervals.get(verdict.metric) if pair else None
        if known is None:
            return Interval(None, None, 0, 0.0)
        low, high = (None if end is None else end / base for end in (known.low, known.high))
        return replace(known, low=low, high=high)

    def colour(self, service_class: str) -> int:
        """The number of a class's colour; of none, that of standard traffic."""
        return self.colours.get(service_class, 3)


def source(run: Run, words: Words) -> Source:
    """Look up figures by flow, and names of spans for people."""
    without = {figures.flow: figures for figures in (run.baseline.figures if run.baseline else ())}
    pairs = {figures.flow: Pair(figures, without.get(figures.flow)) for figures in run.qos.figures}
    known = class_colours(run.network.classes)
    colours = {name: known[name] for name in run.blueprint.classes}
    return Source(run, words, groups(run), pairs, _span_names(run.network, run, words), colours)


def _span_names(network: Network, run: Run, words: Words) -> dict[str, str]:
    """Spans as "from – to", by the titles of sites where the nodes are the only ones of their kind there."""
    titles = {place.name: place.title for place in scene(network, run.blueprint).places}
    names = {node.name: node.title if node.kind is Kind.HEAD_END else
             f"{words.say(f'kind.{node.kind.value}')} {titles[node.place]}"
             for node in scene(network, run.blueprint).nodes}
    return {span.name: f"{names.get(span.a.node, span.a.node)} – {names.get(span.b.node, span.b.node)}"
            for span in run.blueprint.spans}


@dataclass(frozen=True, slots=True)
class Workload:
    """The flows of one workload, the worst first, and the number of their class's colour."""

    given: Source
    pairs: Sequence[Pair]
    colour: int

    @property
    def words(self) -> Words:
        """Those of the page."""
        return self.given.words

    @property
    def flows(self) -> Mapping[str, Flow]:
        """The flows of the blueprint by name."""
        return {flow.name: flow for flow in self.given.run.blueprint.flows}


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the page. anchor: its id. title: the key of its entry in the contents; "" where it adds entries of
    its own or none. render: its markup, which is empty where it does not apply."""

    anchor: str
    title: str
    render: Callable[[Source], Markup]


Part = Callable[[Workload], Markup]
"""A part of a workload's section: its markup, which is empty where it does not apply."""
