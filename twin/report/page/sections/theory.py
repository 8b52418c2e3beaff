"""Predictions and measurements: every closed form of a flow, the measured figure, the difference, and a flag."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from twin.judge.run_record import Run
from twin.judge.verdicts.theory_agreement import Agreement
from twin.report.language.wording import predicted_figure
from twin.report.language.words import Words
from twin.report.markup import Markup, element
from twin.report.page.section import Workload
from twin.report.page.table import headings, table

LISTED = 40
"""How many flows of a workload, and disagreements of a run, are listed."""
Rows = Iterable[tuple[str, Agreement]]


def part(work: Workload) -> Markup:
    """The part of a workload's section."""
    return figure([pair.qos.flow for pair in work.pairs], work.given.run.agreements, work.words)


def figure(flows: Sequence[str], agreements: Mapping[str, Sequence[Agreement]], words: Words) -> Markup:
    """The figures of a workload: its worst flow, and the others, folded."""
    of_flows = [(flow, agreements[flow]) for flow in flows if agreements.get(flow)]
    if not of_flows:
        return Markup()
    (worst, first), rest = of_flows[0], of_flows[1:]
    apart = sum(agreement.agrees is False for _, several in of_flows for agreement in several)
    judged = sum(agreement.agrees is not None for _, several in of_flows for agreement in several)
    caption = " " + words.say("theory.agree", flow=worst, flows=words.say("flows", count=len(of_flows)),
                              agree=judged - apart, figures=words.say("figures", count=judged))
    rows = islice(((flow, agreement) for flow, several in rest for agreement in several), LISTED * len(first))
    more = element("details", element("summary", words.say("others")), _table(rows, words, named=True)) \
        if rest else Markup()
    return element("figure", element("figcaption", element("b", words.say("theory")), caption),
                   _table(((worst, agreement) for agreement in first), words, named=False), more)


def summary(run: Run, words: Words) -> Markup:
    """How many predictions agree with the measurement, and every one that does not."""
    judged = [(flow, each) for flow, several in run.agreements.items() for each in several
              if each.agrees is not None]
    if not judged:
        return Markup()
    apart = [pair for pair in judged if not pair[1].agrees]
    agreement = words.say("theory.load", agree=len(judged) - len(apart),
                          figures=words.say("figures", count=len(judged)))
    left = words.say("theory.first", number=LISTED) if apart[LISTED:] else words.say("theory.these") if apart else ""
    return element("div", element("h3", words.say("theory.title")), element("p", f"{agreement} {left}".rstrip()),
                   _table(apart[:LISTED], words, named=True) if apart else Markup())


def _table(rows: Rows, words: Words, *, named: bool) -> Markup:
    heads = (*(("flow",) if named else ()), "metric", "predicted", "measured", "difference", "", "closed-form")
    return table(headings(heads, words),
                 (_row(flow, agreement, words, named) for flow, agreement in rows), "theories")


def _row(flow: str, agreement: Agreement, words: Words, named: bool) -> Markup:
    scale, prediction = agreement.metric.row.scale, agreement.predicted
    value, low, high, measured = (None if figure is None else figure / scale.base for figure in (
        prediction.value, prediction.low, prediction.high, agreement.measured))
    cells = (words.figure(predicted_figure(value, low, high, prediction.tolerance, scale.symbol)),
             words.show(measured, scale.symbol), _difference(agreement, words))
    sign, kind, title = _SIGNS[agreement.agrees]
    name = element("th", words.short(agreement.metric), title=words.title(agreement.metric),
                   scope=None if named else "row")
    return element("tr", *((element("th", flow, scope="row"),) if named else ()), name,
                   *(element("td", cell) for cell in cells),
                   element("td", sign, class_=kind, title=words.say(f"theory.{title}")),
                   element("td", words.recorded(prediction.by), class_="by"))


_SIGNS = {True: ("✓", "met", "agrees"), False: ("≠", "missed", "outside"), None: ("–", None, "not-compared")}


def _difference(agreement: Agreement, words: Words) -> str:
    if agreement.difference is None:
        return "–"
    if agreement.predicted.value is None and agreement.agrees:
        return words.say("within")
    return words.figure(f"{100 * agreement.difference:+.2f} %".replace("-", "−"))
