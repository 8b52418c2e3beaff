"""The page of trials: for each line the limits, the figures by test, charts, and what failed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from twin.judge.verdict import Outcome
from twin.model import Method, Network, Trial
from twin.plan.trials.measurements import Column, Report, Row
from twin.report.language.words import Words
from twin.report.markup import Markup, element, join
from twin.report.page.charts.trial_charts import charts
from twin.report.page.table import table
from twin.report.summary import fidelity
from twin.report.terminal.trials import RESULTS, SIGNS, THEORY, Sheet, cell, deviation, headline, tests, why

FEW = 2
"""Values of a test that is one figure: that, and its prediction."""
_CLASSES = {True: Outcome.MET.value, False: Outcome.MISSED.value, None: "none"}


def body(network: Network, sheets: Sequence[Sheet], command: str, words: Words) -> Markup:
    """The page without its frame. command: the command line that gives the same again."""
    trials: dict[str, Trial] = {trial.name: trial for trial in network.trials}
    return join([_head(network, sheets, words),
                 *(_trial(trials[sheet.report.name], sheet, words) for sheet in sheets),
                 element("section", element("h2", words.say("trials.repeat")),
                         element("p", words.say("trials.alone")),
                         element("pre", element("code", command), tabindex="0"), id="repeat")])


def _head(network: Network, sheets: Sequence[Sheet], words: Words) -> Markup:
    outcomes = [sheet.outcome for sheet in sheets]
    worst = next((outcome for outcome in (Outcome.INCONCLUSIVE, Outcome.MISSED) if outcome in outcomes), Outcome.MET)
    kinds = ((Outcome.MET, "trial.passed"), (Outcome.MISSED, "trial.failed"),
             (Outcome.INCONCLUSIVE, "outcome.inconclusive"))
    numbers = [element("span", element("b", str(outcomes.count(kind))), f" {words.say(key)}",
                       class_=kind.value if kind in outcomes else "none") for kind, key in kinds]
    links = [element("li", element("a", sheet.report.name, href=f"#trial-{sheet.report.name}"), " ",
                     element("span", sheet.report.standard, class_=f"tally {sheet.outcome.value}")) for sheet in sheets]
    return element("header", element("p", words.say("trials.title", network=network.name), class_="name"),
                   element("h1", headline(sheets, words)),
                   element("p", network.about, class_="about") if network.about else Markup(),
                   element("p", *numbers, class_="numbers"),
                   element("nav", element("ul", *links), aria_label=words.say("contents")),
                   class_=f"top is-{worst.value}")


def _trial(trial: Trial, sheet: Sheet, words: Words) -> Markup:
    report = sheet.report
    head = element("header", element("h2", report.name), element("span", report.standard, class_="chip edge-0"),
                   element("span", words.say(RESULTS[report.passed]), class_=f"tally {sheet.outcome.value}"))
    agreed = element("ul", *(element("li", text) for text in _agreed(trial, words)))
    return element("section", head,
                   element("p", words.say(f"trial.line.{trial.direction.value}", line=trial.line,
                                          step=words.time(trial.step))),
                   agreed, _single(report, words), charts(trial, report, words),
                   *(_test(*test, words) for test in tests(report) if not _is_single(test[1])),
                   element("ul", *(element("li", words.recorded(note)) for note in report.notes), class_="note"),
                   element("p", words.say("trial.fidelity", certificate=fidelity(sheet.certificate, words)),
                           class_="note"),
                   id=f"trial-{report.name}")


def _agreed(trial: Trial, words: Words) -> Iterator[str]:
    """A line for each service with its limits."""
    activation = trial.method is Method.Y1564
    for tested in trial.services:
        parts = [words.say(f"limit.{key}", value=text) for key, text in (
            ("cir", words.rate(tested.cir) if tested.cir else ""),
            ("eir", words.rate(tested.eir) if tested.eir else ""),
            ("frame", words.size(tested.frame) if activation else ""),
            ("loss", words.ratio(tested.loss) if activation else ""),
            ("mean-delay", words.time(tested.mean_delay) if tested.mean_delay else ""),
            ("delay-variation", words.time(tested.delay_variation) if tested.delay_variation else ""),
            ("available", words.ratio(tested.available) if tested.available else "")) if text]
        yield f"{tested.service}{words.say('table.colon')}{', '.join(parts) or words.say('trial.measured')}"


def _is_single(rows: Sequence[Row]) -> bool:
    """Whether a test is one figure without a limit."""
    return len(rows) == 1 and rows[0].passed is None and len(rows[0].values) <= FEW


def _single(report: Report, words: Words) -> Markup:
    """The tests that are one figure, side by side."""
    terms = [element("div", element("dt", words.recorded(name)), element("dd", ", ".join(
        _figure(rows[0], column, words) for column in columns)))
        for name, rows, columns in tests(report) if _is_single(rows)]
    return element("dl", *terms, class_="terms") if terms else Markup()


def _figure(row: Row, column: Column, words: Words) -> str:
    """A figure, with what it is where its unit does not say it."""
    value = cell(row, column, words)
    if column.key.endswith(THEORY):
        return words.say("predicted", value=value)
    return value if column.unit else f"{value} {words.recorded(column.head)}"


def _test(name: str, rows: Sequence[Row], columns: Sequence[Column], words: Words) -> Markup:
    """One test of the method, with the deviation of each figure from its prediction."""
    distances = [deviation(row, words) for row in rows]
    predicted = any(distances)
    heads = ["", *(words.recorded(column.head) for column in columns),
             *([words.say("head.deviation")] if predicted else []), ""]
    lines: list[Markup] = []
    for row, distance in zip(rows, distances, strict=True):
        cells = [element("td", cell(row, column, words)) for column in columns]
        cells += [element("td", distance)] if predicted else []
        cells.append(element("td", SIGNS[row.passed], class_=_CLASSES[row.passed]))
        lines.append(element("tr", element("th", words.recorded(row.step), scope="row"), *cells))
        if row.reason:
            lines.append(element("tr", element("td", why(row, words), colspan=str(len(heads)),
                                 class_="flow missed" if row.passed is False else "flow")))
    failed = sum(row.passed is False for row in rows)
    failures = element("span", f" {words.say('trial.steps-failed', count=failed)}", class_="failures missed") \
        if failed else Markup()
    return join([element("h3", words.recorded(name), failures), table(heads, lines, "trial")])
