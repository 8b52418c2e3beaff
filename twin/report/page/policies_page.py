"""The page that shows targets against policies, with a link to the report of each."""

from __future__ import annotations

from twin.judge.verdict import Outcome
from twin.plan.blueprint import Band, Scheduler
from twin.report.language.words import Words
from twin.report.markup import Markup, element, join
from twin.report.page.table import headings, table
from twin.report.policy_comparison import Cell, Line, PolicyComparison, PolicyResult, cell_text, headline
from twin.report.summary import tally


def body(comparison: PolicyComparison, words: Words) -> Markup:
    """Headline, how each policy came out, and the table."""
    run = comparison.best.run
    outcome = Outcome.MET if comparison.best.counts.met == comparison.best.counts.total > 0 else Outcome.MISSED
    terms = (("seed", str(run.context.seed)), ("lab", run.context.lab),
             ("measured", words.figure(f"{run.context.seconds:g} s")))
    head = element(
        "header", element("p", run.network.name, class_="name"), element("h1", headline(comparison, words)),
        element("p", words.say("policies.lead"), class_="lead"),
        element("dl", *(element("div", element("dt", words.say(f"term.{name}")), element("dd", value))
                        for name, value in terms), class_="terms"), class_=f"top is-{outcome.value}")
    return join([head, element("section", element("h2", words.say("policies.targets")), _table(comparison, words),
                               id="targets"),
                 element("section", element("h2", words.say("policies")), _policies(comparison, words),
                         id="policies")])


def _table(comparison: PolicyComparison, words: Words) -> Markup:
    heads = (*headings(("workload", "metric", "target"), words),
             *(element("a", result.policy, href=f"{result.policy}/report.html") for result in comparison.results))
    return table(heads, (*(_line(line, words) for line in comparison.lines), _sums(comparison, words)), "policies")


def _line(line: Line, words: Words) -> Markup:
    return element("tr", element("th", line.workload, scope="row"),
                   element("td", words.short(line.metric), title=words.title(line.metric)),
                   element("td", words.figure(line.target)), *(_cell(cell, words) for cell in line.cells))


def _cell(cell: Cell, words: Words) -> Markup:
    if cell.worst is None:
        return element("td", "–")
    hint = [cell.worst.flow, tally(cell.counts, words)]
    if cell.worst.predicted is not None:
        hint.append(words.say("predicted", value=words.predicted(cell.worst)))
    return element("td", cell_text(cell, words), class_=cell.counts.outcome.value, title=words.clauses(hint))


def _sums(comparison: PolicyComparison, words: Words) -> Markup:
    return element("tr", element("th", words.say("outcome.met"), scope="row", colspan="3"), *(
        element("td", words.say("of", part=result.counts.met, whole=result.counts.total))
        for result in comparison.results))


def _policies(comparison: PolicyComparison, words: Words) -> Markup:
    heads = headings(("policy", "scheduler", "shares", "digest"), words)
    return table(heads, (_policy(result, words) for result in comparison.results), "schedulers")


def _policy(result: PolicyResult, words: Words) -> Markup:
    policy = result.run.blueprint.policy
    return element("tr", element("th", policy.name, scope="row"), element("td", policy.scheduler.value),
                   element("td", _parts(result, words)), element("td", element("code", result.run.context.digest[:16])))


def _parts(result: PolicyResult, words: Words) -> str:
    """The bands before the fastest span, as parts of it or as weights."""
    schedulers = [end.scheduler for span in result.run.blueprint.spans for end in (span.a, span.b) if end.scheduler]
    if not schedulers:
        return "–"
    scheduler = max(schedulers, key=lambda scheduler: scheduler.rate)
    if len(scheduler.bands) == 1:
        return words.say("policies.one-queue")
    return ", ".join(_share(band, scheduler, words) for band in scheduler.bands)


def _share(band: Band, scheduler: Scheduler, words: Words) -> str:
    """What one class gets: a part of the rate, or of what its parent gets; all it asks for; or a weight."""
    if band.guarantee:
        part = words.figure(f"{band.service_class} {100 * band.guarantee / scheduler.rate:.3g} %")
        parent = None if band.parent is None else scheduler.parents[band.parent].name
        return part if parent is None else words.say("policies.part-of", part=part, parent=parent)
    if not band.quantum:
        return words.say("policies.first", name=band.service_class)
    least = min(each.quantum for each in scheduler.bands if each.quantum)
    return words.say("policies.weight", name=band.service_class, weight=words.figure(f"{band.quantum / least:.3g}"))
