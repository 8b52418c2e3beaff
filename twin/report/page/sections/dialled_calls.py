"""Dialled calls of a workload: a table of those offered, carried, answered and blocked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from twin.judge.verdict import FlowFigures
from twin.model import Metric
from twin.plan.blueprint import Dialling, Flow, SipSignalling
from twin.report.language.words import ENGLISH, Words
from twin.report.markup import Markup, element
from twin.report.page.charts.delay_distribution import Pair
from twin.report.page.section import Workload
from twin.report.page.table import figure, headings

FLOWS_LISTED = 40
"""How many flows the table shows."""


def part(work: Workload) -> Markup:
    """The part of a workload's section."""
    return table(work.pairs, work.flows, work.words)


def table(pairs: Sequence[Pair], flows: Mapping[str, Flow], words: Words = ENGLISH) -> Markup:
    """The flows that signal, in the order given; nothing where there are none."""
    rows = [_row(pair, flow.traffic.dialling, words) for pair in pairs[:FLOWS_LISTED]
            if (flow := flows.get(pair.qos.flow)) and isinstance(flow.traffic, SipSignalling)
            and pair.qos.carried is not None]
    if not rows:
        return Markup()
    heads = ("flow", "offered", "carried", "dialled", "answered", "blocked", "blocked-without-qos")
    return figure(words.say("dialled"), headings(heads, words), rows, words.say("dialled.note"))


def _row(pair: Pair, dialling: Dialling, words: Words) -> Markup:
    figures, without = pair.qos, pair.baseline
    cells = (words.figure(f"{dialling.offered:.4g} E"), words.figure(f"{figures.carried or 0.0:.4g} E"),
             str(figures.sent), str(figures.received), _blocked(figures, words), _blocked(without, words))
    return element("tr", element("th", figures.flow, scope="row"), *(element("td", cell) for cell in cells))


def _blocked(figures: FlowFigures | None, words: Words) -> str:
    value = figures.values.get(Metric.BLOCKING) if figures else None
    return "–" if value is None else words.ratio(value)
