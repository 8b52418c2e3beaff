"""The part of the page about one service: its targets against what was measured, and the charts of its delays."""

from __future__ import annotations

from twin.judge.statistics.confidence import RISK
from twin.judge.verdict import Interval, Outcome
from twin.report.markup import Markup, element, join
from twin.report.page.charts import time_series
from twin.report.page.charts.delay_distribution import distribution
from twin.report.page.charts.target_bars import bullet, strip
from twin.report.page.section import Part, Section, Source, Workload
from twin.report.page.sections import call_quality, delay_breakdown, dialled_calls, theory
from twin.report.page.table import table
from twin.report.summary import Counts, Group, Row, badness
from twin.report.wording import SIGNS, bound, count, grouped, predicted, show, show_beside

FLOWS_DRAWN = 24
"""How many flows of a workload are drawn over time."""
VERDICTS_LISTED = 1500
"""How many verdicts of a service are listed; verdicts.json holds them all."""
PARTS: tuple[Part, ...] = (dialled_calls.part, call_quality.part, delay_breakdown.part, theory.part)
"""What the section shows of each workload under its charts, in this order."""


def services(given: Source) -> Markup:
    """A section for each service, as the run's verdicts are grouped."""
    return join([_service(group, given) for group in given.groups])


def _service(group: Group, given: Source) -> Markup:
    """The section of one service."""
    colour = given.colour(group.service_class)
    kind = f"class {group.service_class}" if group.service_class else ""
    head = element("header", element("h2", group.title), element("span", kind, class_=f"chip edge-{colour}"),
                   tally(group.counts))
    workloads = list(dict.fromkeys(row.workload for row in group.rows))
    return element("section", head, _targets(group, given, colour), *_notes(group),
                   *(_workload(name, group, given, colour) for name in workloads), _all(group),
                   id=f"service-{group.service}", class_=f"service tint-{colour}")


def tally(counts: Counts) -> Markup:
    """How verdicts came out, in words with signs."""
    parts = ((Outcome.MISSED, counts.missed), (Outcome.INCONCLUSIVE, counts.inconclusive), (Outcome.MET, counts.met))
    return element("span", *(element("span", f"{SIGNS[kind]} {number} {kind.value}", class_=kind.value)
                             for kind, number in parts if number), class_="tally")


def _targets(group: Group, given: Source, colour: int) -> Markup:
    """A row for each workload and metric, worst first."""
    heads = ("workload", "worst flow", "relative to the target", "target", "measured", "without QoS", "predicted",
             "samples", "confidence", "flows met")
    head = element("tr", *(element("th", name, scope="col") for name in heads))
    rows = [_target(row, colour, given.interval(row.worst)) for row in group.rows]
    key = ("The vertical line is the target, the tinted side misses it; the thin line is the confidence interval; ",
           element("i", class_="diamond"), " is the value without QoS.")
    return join([element("table", element("thead", head), element("tbody", *rows), class_="targets"),
                 element("p", *key, class_="note how")])


def _target(row: Row, colour: int, limits: Interval) -> Markup:
    worst, counts = row.worst, row.counts
    cells = (
        ("worst flow", f"{worst.source} → {worst.sink}", "flow"),
        ("", bullet(worst, colour, limits), "bar"),
        ("target", bound(worst), ""),
        ("measured", show_beside(worst.value, worst.unit, worst.target), "measured"),
        ("without QoS", show(worst.baseline, worst.unit) + ("°" if row.no_evidence else ""), ""),
        ("predicted", predicted(worst) + ("†" if row.by_theory else ""), "missed" if worst.agrees is False else ""),
        ("samples", grouped(worst.samples), ""),
        ("confidence", _percent(worst.confidence), ""),
        ("flows met", f"{counts.met} of {counts.total}", ""),
    )
    name = join([element("span", SIGNS[worst.verdict], class_=f"sign {worst.verdict.value}", title=worst.verdict.value,
                         role="img", aria_label=worst.verdict.value),
                 element("b", row.workload), " ", element("span", row.metric.row.short, title=row.metric.row.title)])
    return element("tr", element("th", name, scope="row"),
                   *(element("td", text, class_=kind or None, data_label=label or None) for label, text, kind in cells),
                   class_=f"is-{worst.verdict.value}")


def _percent(confidence: float | None) -> str:
    if confidence is None:
        return "–"
    if abs(confidence - (1 - RISK)) < 1e-9 or abs(confidence - RISK) < 1e-9:
        return f"{'≥' if confidence > RISK else '≤'} {confidence * 100:g} %"
    return "> 99.9 %" if confidence > 0.999 else f"{confidence * 100:.1f} %"


def _notes(group: Group) -> list[Markup]:
    """Which targets are no evidence for QoS, and why something is inconclusive or remarkable."""
    notes = []
    easy = [f"{row.workload} {row.metric.row.short}" for row in group.rows if row.no_evidence]
    if easy:
        notes.append(f"° {', '.join(easy)}: also met without QoS, no evidence for QoS.")
    theory = [f"{row.workload} {row.metric.row.short} ({count(row.by_theory, 'flow')})" for row in group.rows
              if row.by_theory]
    if theory:
        notes.append(f"† {', '.join(theory)}: the run is too short to show it. Theory bounds the figure on this side "
                     "of the target, and what was measured agrees.")
    for row in group.rows:
        name, explained = f"{row.workload} {row.metric.row.short}", [v for v in row.verdicts if v.reason]
        if row.harmed:
            notes.append(f"✗ {name}: {count(len(row.harmed), 'flow')} would meet the target without QoS.")
        if explained:
            first, rest = explained[0], len(explained) - 1
            more = f" (and {count(rest, 'more flow')})" if rest else ""
            notes.append(f"{SIGNS[first.verdict]} {name}, {first.flow}: {first.reason}{more}.")
    return [element("p", text, class_="note") for text in notes]


def _workload(name: str, group: Group, given: Source, colour: int) -> Markup:
    """The charts of one workload: its worst flow, all flows over time, and the delay by span."""
    verdicts = sorted((v for v in group.verdicts if v.workload == name),
                      key=lambda verdict: (not verdict.metric.row.drawing.leads, badness(verdict)))
    pairs = [given.pairs[flow] for flow in dict.fromkeys(v.flow for v in verdicts) if flow in given.pairs]
    if not pairs:
        return Markup()
    worst, drawn = pairs[0].qos.flow, pairs[:FLOWS_DRAWN]
    thin = f"; thin lines: {count(len(drawn) - 1, 'other flow')}" if drawn[1:] else ""
    thing = next((v.metric.row.drawing.times for v in verdicts if v.metric.row.drawing.times), "packets")
    rows = [row for row in group.rows if row.workload == name]
    dots = _titled("All flows against their targets", "one dot per flow; the line is the target", strip(rows, colour))
    delays = [
        _titled("Delay distribution" if thing == "packets" else f"Time of {thing}",
                f"{worst}: share of {thing} that took longer; histogram below",
                distribution(pairs[0], colour, verdicts)),
        _titled("Delay over time" if thing == "packets" else f"Time of {thing} over time", worst + thin,
                time_series.delay(drawn, colour, verdicts)),
    ]
    rates = _titled("Throughput over time", worst + thin, time_series.throughput(drawn, colour, verdicts))
    left, right = (delays[0], join([delays[1], dots])) if any(delays) else (rates, dots)
    return element("div", element("h3", name), element("div", left, element("div", right), class_="pair"),
                   *(part(Workload(given, pairs, colour)) for part in PARTS), class_="workload")


def _titled(title: str, caption: str, chart: Markup) -> Markup:
    return element("figure", element("figcaption", element("b", title), " ", caption), chart) if chart else Markup()


def _all(group: Group) -> Markup:
    """Every verdict of the service as a table."""
    verdicts = sorted(group.verdicts, key=badness)
    heads = ("flow", "metric", "target", "measured", "without QoS", "predicted", "samples", "verdict")
    rows = [element(
        "tr", element("th", v.flow, scope="row"),
        *(element("td", cell) for cell in (
            v.metric.row.short, bound(v), show_beside(v.value, v.unit, v.target), show(v.baseline, v.unit),
            predicted(v), str(v.samples))),
        element("td", f"{SIGNS[v.verdict]} {v.verdict.value}", class_=v.verdict.value), data_outcome=v.verdict.value)
        for v in verdicts[:VERDICTS_LISTED]]
    left = f" (the worst {VERDICTS_LISTED}; verdicts.json has all)" if len(verdicts) > VERDICTS_LISTED else ""
    return element("details", element("summary", f"All {count(len(verdicts), 'verdict')}{left}"),
                   table(heads, rows, "all"))


SECTION = Section("services", "", services)
