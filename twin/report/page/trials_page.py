"""The page of trials: for each line the limits, the figures by test, charts, and what failed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from twin.core.units import show_rate, show_ratio, show_size, show_time
from twin.judge.verdict import Outcome
from twin.model import Network, Trial
from twin.plan.trials.measurements import Column, Report, Row
from twin.report.markup import Markup, element, join
from twin.report.page.charts.trial_charts import charts
from twin.report.page.table import table
from twin.report.summary import fidelity
from twin.report.terminal.trials import SIGNS, THEORY, WORDS, Sheet, cell, deviation, headline, tests
from twin.report.wording import count

FEW = 2
"""Values of a test that is one figure: that, and its prediction."""
_CLASSES = {True: Outcome.MET.value, False: Outcome.MISSED.value, None: "none"}


def body(network: Network, sheets: Sequence[Sheet], command: str) -> Markup:
    """The page without its frame. command: the command line that gives the same again."""
    trials: dict[str, Trial] = {trial.name: trial for trial in network.trials}
    return join([_head(network, sheets), *(_trial(trials[sheet.report.name], sheet) for sheet in sheets),
                 element("section", element("h2", "Reproduce these trials"),
                         element("p", "Each line was tested alone, without workloads and faults. With the same "
                                 "versions, the virtual lab gives the same figures."),
                         element("pre", element("code", command), tabindex="0"), id="repeat")])


def _head(network: Network, sheets: Sequence[Sheet]) -> Markup:
    outcomes = [sheet.outcome for sheet in sheets]
    worst = next((outcome for outcome in (Outcome.INCONCLUSIVE, Outcome.MISSED) if outcome in outcomes), Outcome.MET)
    words = ((Outcome.MET, "passed"), (Outcome.MISSED, "failed"), (Outcome.INCONCLUSIVE, "inconclusive"))
    numbers = [element("span", element("b", str(outcomes.count(kind))), f" {word}",
                       class_=kind.value if kind in outcomes else "none") for kind, word in words]
    links = [element("li", element("a", sheet.report.name, href=f"#trial-{sheet.report.name}"), " ",
                     element("span", sheet.report.standard, class_=f"tally {sheet.outcome.value}")) for sheet in sheets]
    return element("header", element("p", f"{network.name}: trials of lines", class_="name"),
                   element("h1", headline(sheets)),
                   element("p", network.about, class_="about") if network.about else Markup(),
                   element("p", *numbers, class_="numbers"),
                   element("nav", element("ul", *links), aria_label="Contents"), class_=f"top is-{worst.value}")


def _trial(trial: Trial, sheet: Sheet) -> Markup:
    report = sheet.report
    head = element("header", element("h2", report.name), element("span", report.standard, class_="chip edge-0"),
                   element("span", WORDS[report.passed], class_=f"tally {sheet.outcome.value}"))
    agreed = element("ul", *(element("li", text) for text in _agreed(trial)))
    return element("section", head,
                   element("p", f"Line {trial.line}, {'to' if trial.direction.value == 'down' else 'from'} the "
                           f"subscriber, steps of {show_time(trial.step)}:"),
                   agreed, _single(report), charts(trial, report),
                   *(_test(*test) for test in tests(report) if not _is_single(test[1])),
                   element("ul", *(element("li", note) for note in report.notes), class_="note"),
                   element("p", f"Fidelity {fidelity(sheet.certificate)}.", class_="note"),
                   id=f"trial-{report.name}")


def _agreed(trial: Trial) -> Iterator[str]:
    """A line for each service with its limits."""
    for tested in trial.services:
        parts = [f"{name} {text}" for name, text in (
            ("committed rate", show_rate(tested.cir) if tested.cir else ""),
            ("excess rate", show_rate(tested.eir) if tested.eir else ""),
            ("frames of", show_size(tested.frame) if trial.method.value == "y1564" else ""),
            ("loss at most", show_ratio(tested.loss) if trial.method.value == "y1564" else ""),
            ("mean delay at most", show_time(tested.mean_delay) if tested.mean_delay else ""),
            ("delay variation at most", show_time(tested.delay_variation) if tested.delay_variation else ""),
            ("available at least", show_ratio(tested.available) if tested.available else "")) if text]
        yield f"{tested.service}: {', '.join(parts) or 'measured, no limits'}"


def _is_single(rows: Sequence[Row]) -> bool:
    """Whether a test is one figure without a limit."""
    return len(rows) == 1 and rows[0].passed is None and len(rows[0].values) <= FEW


def _single(report: Report) -> Markup:
    """The tests that are one figure, side by side."""
    single = [(name, rows[0], columns) for name, rows, columns in tests(report) if _is_single(rows)]
    terms = [element("div", element("dt", name), element("dd", ", ".join(
        cell(row, column) + (" predicted" if column.key.endswith(THEORY) else f" {column.head}" * (not column.unit))
        for column in columns))) for name, row, columns in single]
    return element("dl", *terms, class_="terms") if terms else Markup()


def _test(name: str, rows: Sequence[Row], columns: Sequence[Column]) -> Markup:
    """One test of the method, with the deviation of each figure from its prediction."""
    distances = [deviation(row) for row in rows]
    predicted = any(distances)
    heads = ["", *(column.head for column in columns), *(["deviation"] if predicted else []), ""]
    lines: list[Markup] = []
    for row, distance in zip(rows, distances, strict=True):
        cells = [element("td", cell(row, column)) for column in columns]
        cells += [element("td", distance)] if predicted else []
        cells.append(element("td", SIGNS[row.passed], class_=_CLASSES[row.passed]))
        lines.append(element("tr", element("th", row.step, scope="row"), *cells))
        if row.reason:
            lines.append(element("tr", element("td", row.reason, colspan=str(len(heads)),
                                 class_="flow missed" if row.passed is False else "flow")))
    failed = sum(row.passed is False for row in rows)
    failures = element("span", f" {count(failed, 'step')} failed", class_="failures missed") if failed else Markup()
    return join([element("h3", name, failures), table(heads, lines, "trial")])
