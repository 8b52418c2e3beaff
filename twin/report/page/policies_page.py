"""The page that shows targets against policies, with a link to the report of each."""

from __future__ import annotations

from twin.judge.verdict import Outcome
from twin.report.markup import Markup, element, join
from twin.report.page.table import table
from twin.report.policy_comparison import Cell, Line, PolicyComparison, PolicyResult, cell_text, headline
from twin.report.wording import predicted


def body(comparison: PolicyComparison) -> Markup:
    """Headline, how each policy came out, and the table."""
    run = comparison.best.run
    outcome = Outcome.MET if comparison.best.counts.met == comparison.best.counts.total > 0 else Outcome.MISSED
    terms = (("seed", str(run.context.seed)), ("lab", run.context.lab), ("measured", f"{run.context.seconds:g} s"))
    head = element(
        "header", element("p", run.network.name, class_="name"), element("h1", headline(comparison)),
        element("p", "Each policy carries the same load at the same moments; the best comes first. A figure is that "
                "of the worst flow of a target.", class_="lead"),
        element("dl", *(element("div", element("dt", name), element("dd", value)) for name, value in terms),
                class_="terms"), class_=f"top is-{outcome.value}")
    return join([head, element("section", element("h2", "Targets and policies"), _table(comparison), id="targets"),
                 element("section", element("h2", "Policies"), _policies(comparison), id="policies")])


def _table(comparison: PolicyComparison) -> Markup:
    heads = ("workload", "metric", "target",
             *(element("a", result.policy, href=f"{result.policy}/report.html") for result in comparison.results))
    return table(heads, (*map(_line, comparison.lines), _sums(comparison)), "policies")


def _line(line: Line) -> Markup:
    row = line.metric.row
    return element("tr", element("th", line.workload, scope="row"), element("td", row.short, title=row.title),
                   element("td", line.target), *map(_cell, line.cells))


def _cell(cell: Cell) -> Markup:
    if cell.worst is None:
        return element("td", "–")
    hint = f"{cell.worst.flow}; {cell.counts}" + (f"; {predicted(cell.worst)} predicted"
                                                  if cell.worst.predicted is not None else "")
    return element("td", cell_text(cell), class_=cell.counts.outcome.value, title=hint)


def _sums(comparison: PolicyComparison) -> Markup:
    return element("tr", element("th", "met", scope="row", colspan="3"),
                   *(element("td", f"{result.counts.met} of {result.counts.total}") for result in comparison.results))


def _policies(comparison: PolicyComparison) -> Markup:
    heads = ("policy", "scheduler", "share of each class", "digest")
    return table(heads, map(_policy, comparison.results), "schedulers")


def _policy(result: PolicyResult) -> Markup:
    policy = result.run.blueprint.policy
    return element("tr", element("th", policy.name, scope="row"), element("td", policy.scheduler.value),
                   element("td", _parts(result)), element("td", element("code", result.run.context.digest[:16])))


def _parts(result: PolicyResult) -> str:
    """The bands before the fastest span, as parts of it or as weights."""
    schedulers = [end.scheduler for span in result.run.blueprint.spans for end in (span.a, span.b) if end.scheduler]
    if not schedulers:
        return "–"
    scheduler = max(schedulers, key=lambda scheduler: scheduler.rate)
    if len(scheduler.bands) == 1:
        return "one queue for all"
    weights = min((band.quantum for band in scheduler.bands if band.quantum), default=1)
    parents = [parent.name for parent in scheduler.parents]
    shares = [f"{band.service_class} {100 * band.guarantee / scheduler.rate:.3g} %"
              f"{'' if band.parent is None else f' of {parents[band.parent]}'}" if band.guarantee
               else f"{band.service_class} first" if not band.quantum
               else f"{band.service_class} weight {band.quantum / weights:.3g}" for band in scheduler.bands]
    return ", ".join(shares)
