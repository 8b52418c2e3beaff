"""The part of the page about one service: its targets against what was measured, and the charts of its delays."""

from __future__ import annotations

from twin.judge.statistics.confidence import RISK
from twin.judge.verdict import Interval, Outcome
from twin.report.language.wording import SIGNS, grouped
from twin.report.language.words import Words
from twin.report.markup import Markup, element, join
from twin.report.page.charts import time_series
from twin.report.page.charts.delay_distribution import distribution
from twin.report.page.charts.target_bars import bullet, strip
from twin.report.page.section import Part, Section, Source, Workload
from twin.report.page.sections import call_quality, delay_breakdown, dialled_calls, theory
from twin.report.page.table import headings, table
from twin.report.summary import Counts, Group, Row, badness

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
    colour, words = given.colour(group.service_class), given.words
    kind = words.say("of-class", name=group.service_class) if group.service_class else ""
    head = element("header", element("h2", group.title), element("span", kind, class_=f"chip edge-{colour}"),
                   tally(group.counts, words))
    workloads = list(dict.fromkeys(row.workload for row in group.rows))
    return element("section", head, _targets(group, given, colour), *_notes(group, words),
                   *(_workload(name, group, given, colour) for name in workloads), _all(group, words),
                   id=f"service-{group.service}", class_=f"service tint-{colour}")


def tally(counts: Counts, words: Words) -> Markup:
    """How verdicts came out, in words with signs."""
    parts = ((Outcome.MISSED, counts.missed), (Outcome.INCONCLUSIVE, counts.inconclusive), (Outcome.MET, counts.met))
    return element("span", *(element("span", f"{SIGNS[kind]} {number} {words.outcome(kind)}", class_=kind.value)
                             for kind, number in parts if number), class_="tally")


def _targets(group: Group, given: Source, colour: int) -> Markup:
    """A row for each workload and metric, worst first."""
    words = given.words
    heads = ("workload", "worst-flow", "relative", "target", "measured", "without-qos", "predicted", "samples",
             "confidence", "flows-met")
    head = element("tr", *(element("th", words.say(f"head.{name}"), scope="col") for name in heads))
    rows = [_target(row, colour, given.interval(row.worst), words) for row in group.rows]
    key = (words.say("targets.note"), element("i", class_="diamond"), words.say("targets.diamond"))
    return join([element("table", element("thead", head), element("tbody", *rows), class_="targets"),
                 element("p", *key, class_="note how")])


def _target(row: Row, colour: int, limits: Interval, words: Words) -> Markup:
    worst, counts = row.worst, row.counts
    cells = (
        ("worst-flow", f"{worst.source} → {worst.sink}", "flow"),
        ("", bullet(worst, colour, limits), "bar"),
        ("target", words.bound(worst), ""),
        ("measured", words.show_beside(worst.value, worst.unit, worst.target), "measured"),
        ("without-qos", words.show(worst.baseline, worst.unit) + ("°" if row.no_evidence else ""), ""),
        ("predicted", words.predicted(worst) + ("†" if row.by_theory else ""),
         "missed" if worst.agrees is False else ""),
        ("samples", grouped(worst.samples), ""),
        ("confidence", words.figure(_percent(worst.confidence)), ""),
        ("flows-met", words.say("of", part=counts.met, whole=counts.total), ""),
    )
    outcome = words.outcome(worst.verdict)
    name = join([element("span", SIGNS[worst.verdict], class_=f"sign {worst.verdict.value}", title=outcome,
                         role="img", aria_label=outcome),
                 element("b", row.workload), " ",
                 element("span", words.short(row.metric), title=words.title(row.metric))])
    return element("tr", element("th", name, scope="row"), *(
        element("td", text, class_=kind or None, data_label=words.say(f"head.{label}") if label else None)
        for label, text, kind in cells), class_=f"is-{worst.verdict.value}")


def _percent(confidence: float | None) -> str:
    if confidence is None:
        return "–"
    if abs(confidence - (1 - RISK)) < 1e-9 or abs(confidence - RISK) < 1e-9:
        return f"{'≥' if confidence > RISK else '≤'} {confidence * 100:g} %"
    return "> 99.9 %" if confidence > 0.999 else f"{confidence * 100:.1f} %"


def _notes(group: Group, words: Words) -> list[Markup]:
    """Which targets are no evidence for QoS, and why something is inconclusive or remarkable."""
    notes, named = [], {row: f"{row.workload} {words.short(row.metric)}" for row in group.rows}
    easy = [named[row] for row in group.rows if row.no_evidence]
    if easy:
        notes.append(words.say("note.no-evidence", names=", ".join(easy)))
    theory = [f"{named[row]} ({words.say('flows', count=row.by_theory)})" for row in group.rows if row.by_theory]
    if theory:
        notes.append(words.say("note.by-theory", names=", ".join(theory)))
    for row in group.rows:
        explained = [v for v in row.verdicts if v.reason]
        if row.harmed:
            notes.append(words.say("note.harmed", name=named[row], count=len(row.harmed)))
        if explained:
            first, rest = explained[0], len(explained) - 1
            more = words.say("note.more", count=rest) if rest else ""
            notes.append(words.say("note.reason", sign=SIGNS[first.verdict], name=named[row], flow=first.flow,
                                   reason=words.recorded(first.reason), more=more))
    return [element("p", text, class_="note") for text in notes]


def _workload(name: str, group: Group, given: Source, colour: int) -> Markup:
    """The charts of one workload: its worst flow, all flows over time, and the delay by span."""
    verdicts = sorted((v for v in group.verdicts if v.workload == name),
                      key=lambda verdict: (not verdict.metric.row.drawing.leads, badness(verdict)))
    pairs = [given.pairs[flow] for flow in dict.fromkeys(v.flow for v in verdicts) if flow in given.pairs]
    if not pairs:
        return Markup()
    words, worst, drawn = given.words, pairs[0].qos.flow, pairs[:FLOWS_DRAWN]
    over_time = words.say("chart.and-others", flow=worst, count=len(drawn) - 1) if drawn[1:] else worst
    noun = next((v.metric.row.drawing.times for v in verdicts if v.metric.row.drawing.times), "packets")
    named = words.say(f"sample.{noun.replace(' ', '-')}")
    rows = [row for row in group.rows if row.workload == name]
    dots = _titled(words.say("chart.dots"), words.say("chart.dots.note"), strip(rows, colour, words))
    delays = [
        _titled(words.say("chart.delay" if noun == "packets" else "chart.time", thing=named),
                words.say("chart.delay.note", flow=worst, thing=named),
                distribution(pairs[0], colour, verdicts, words)),
        _titled(words.say("chart.delay-over-time" if noun == "packets" else "chart.time-over-time", thing=named),
                over_time, time_series.delay(drawn, colour, verdicts, words)),
    ]
    rates = _titled(words.say("chart.throughput"), over_time, time_series.throughput(drawn, colour, verdicts, words))
    left, right = (delays[0], join([delays[1], dots])) if any(delays) else (rates, dots)
    return element("div", element("h3", name), element("div", left, element("div", right), class_="pair"),
                   *(part(Workload(given, pairs, colour)) for part in PARTS), class_="workload")


def _titled(title: str, caption: str, chart: Markup) -> Markup:
    return element("figure", element("figcaption", element("b", title), " ", caption), chart) if chart else Markup()


def _all(group: Group, words: Words) -> Markup:
    """Every verdict of the service as a table."""
    verdicts = sorted(group.verdicts, key=badness)
    heads = ("flow", "metric", "target", "measured", "without-qos", "predicted", "samples", "verdict")
    rows = [element(
        "tr", element("th", v.flow, scope="row"),
        *(element("td", cell) for cell in (
            words.short(v.metric), words.bound(v), words.show_beside(v.value, v.unit, v.target),
            words.show(v.baseline, v.unit), words.predicted(v), str(v.samples))),
        element("td", f"{SIGNS[v.verdict]} {words.outcome(v.verdict)}", class_=v.verdict.value),
        data_outcome=words.outcome(v.verdict)) for v in verdicts[:VERDICTS_LISTED]]
    left = words.say("all.left", number=VERDICTS_LISTED) if len(verdicts) > VERDICTS_LISTED else ""
    return element("details", element("summary", words.say("all", count=len(verdicts)) + left),
                   table(headings(heads, words), rows, "all"))


SECTION = Section("services", "", services)
