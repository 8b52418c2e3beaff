"""Predictions and measurements: every closed form of a flow, the measured figure, the difference, and a flag."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from twin.judge.run_record import Run
from twin.judge.verdicts.theory_agreement import Agreement
from twin.report.markup import Markup, element
from twin.report.page.section import Workload
from twin.report.page.table import table
from twin.report.wording import count, predicted_figure, show

LISTED = 40
"""How many flows of a workload, and disagreements of a run, are listed."""
Rows = Iterable[tuple[str, Agreement]]


def part(work: Workload) -> Markup:
    """The part of a workload's section."""
    return figure([pair.qos.flow for pair in work.pairs], work.given.run.agreements)


def figure(flows: Sequence[str], agreements: Mapping[str, Sequence[Agreement]]) -> Markup:
    """The figures of a workload: its worst flow, and the others, folded."""
    of_flows = [(flow, agreements[flow]) for flow in flows if agreements.get(flow)]
    if not of_flows:
        return Markup()
    (worst, first), rest = of_flows[0], of_flows[1:]
    apart = sum(agreement.agrees is False for _, several in of_flows for agreement in several)
    judged = sum(agreement.agrees is not None for _, several in of_flows for agreement in several)
    caption = f" {worst}; of all {count(len(of_flows), 'flow')}, {judged - apart} of {count(judged, 'figure')} agree"
    rows = islice(((flow, agreement) for flow, several in rest for agreement in several), LISTED * len(first))
    more = element("details", element("summary", "Other flows"), _table(rows, named=True)) if rest else Markup()
    return element("figure", element("figcaption", element("b", "Predictions and measurements"), caption),
                   _table(((worst, agreement) for agreement in first), named=False), more)


def summary(run: Run) -> Markup:
    """How many predictions agree with the measurement, and every one that does not."""
    judged = [(flow, each) for flow, several in run.agreements.items() for each in several
              if each.agrees is not None]
    if not judged:
        return Markup()
    apart = [pair for pair in judged if not pair[1].agrees]
    agreement = (f"{len(judged) - len(apart)} of {count(len(judged), 'figure')} of flows under load agree with their "
                 "predictions, each within its tolerance or bounds.")
    left = f" The first {LISTED} that do not:" if apart[LISTED:] else " These do not:" if apart else ""
    return element("div", element("h3", "Predictions under load"), element("p", agreement + left),
                   _table(apart[:LISTED], named=True) if apart else Markup())


def _table(rows: Rows, *, named: bool) -> Markup:
    heads = (*(("flow",) if named else ()), "metric", "predicted", "measured", "difference", "", "closed form")
    return table(heads, (_row(flow, agreement, named) for flow, agreement in rows), "theories")


def _row(flow: str, agreement: Agreement, named: bool) -> Markup:
    scale, prediction = agreement.metric.row.scale, agreement.predicted
    value, low, high, measured = (None if figure is None else figure / scale.base for figure in (
        prediction.value, prediction.low, prediction.high, agreement.measured))
    cells = (predicted_figure(value, low, high, prediction.tolerance, scale.symbol), show(measured, scale.symbol),
             _difference(agreement))
    sign, kind, title = _SIGNS[agreement.agrees]
    name = element("th", agreement.metric.row.short, title=agreement.metric.row.title, scope=None if named else "row")
    return element("tr", *((element("th", flow, scope="row"),) if named else ()), name,
                   *(element("td", cell) for cell in cells), element("td", sign, class_=kind, title=title),
                   element("td", prediction.by, class_="by"))


_SIGNS = {True: ("✓", "met", "agrees"), False: ("≠", "missed", "outside the tolerance"),
          None: ("–", None, "not compared")}


def _difference(agreement: Agreement) -> str:
    if agreement.difference is None:
        return "–"
    if agreement.predicted.value is None and agreement.agrees:
        return "within"
    return f"{100 * agreement.difference:+.2f} %".replace("-", "−")
