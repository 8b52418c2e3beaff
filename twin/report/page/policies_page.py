"""The page that shows targets against policies, with a link to the report of each."""

from __future__ import annotations

from twin.judge.verdict import Outcome
from twin.report.markup import Markup, element, join
from twin.report.page.table import scrolling, table
from twin.report.policy_comparison import Cell, Contest, Line, Rival, headline, said
from twin.report.wording import predicted


def body(made: Contest) -> Markup:
    """Headline, how each policy came out, and the table."""
    run = made.best.run
    outcome = Outcome.MET if made.best.counts.met == made.best.counts.total > 0 else Outcome.MISSED
    terms = (("seed", str(run.context.seed)), ("lab", run.context.lab), ("measured", f"{run.context.seconds:g} s"))
    head = element(
        "header", element("p", run.network.name, class_="name"), element("h1", headline(made)),
        element("p", "The same subscribers do the same, at the same moments, under each policy; the best one stands "
                "first. A figure is that of the worst flow that the target holds for.", class_="lead"),
        element("dl", *(element("div", element("dt", name), element("dd", value)) for name, value in terms),
                class_="terms"), class_=f"top is-{outcome.value}")
    return join([head, element("section", element("h2", "Targets and policies"), _table(made), id="targets"),
                 element("section", element("h2", "Policies"), _policies(made), id="policies")])


def _table(made: Contest) -> Markup:
    heads = ("workload", "metric", "target",
             *(element("a", rival.policy, href=f"{rival.policy}/report.html") for rival in made.rivals))
    return scrolling(table(heads, (*map(_line, made.lines), _sums(made)), "rivals"))


def _line(line: Line) -> Markup:
    return element("tr", element("th", line.workload, scope="row"), element("td", line.metric.row.title),
                   element("td", line.target), *map(_cell, line.cells))


def _cell(cell: Cell) -> Markup:
    if cell.worst is None:
        return element("td", "–")
    hint = f"{cell.worst.flow}; {cell.counts}" + (f"; {predicted(cell.worst)} predicted"
                                                  if cell.worst.predicted is not None else "")
    return element("td", said(cell), class_=cell.counts.outcome.value, title=hint)


def _sums(made: Contest) -> Markup:
    return element("tr", element("th", "met", scope="row", colspan="3"),
                   *(element("td", f"{rival.counts.met} of {rival.counts.total}") for rival in made.rivals))


def _policies(made: Contest) -> Markup:
    heads = ("policy", "scheduler", "what each class gets before a span of the network", "digest")
    return table(heads, map(_policy, made.rivals))


def _policy(rival: Rival) -> Markup:
    policy = rival.run.blueprint.policy
    return element("tr", element("th", policy.name, scope="row"), element("td", policy.scheduler.value),
                   element("td", _parts(rival)), element("td", element("code", rival.run.context.digest[:16])))


def _parts(rival: Rival) -> str:
    """The bands before the fastest span, as parts of it or as weights."""
    orders = [end.scheduler for span in rival.run.blueprint.spans for end in (span.a, span.b) if end.scheduler]
    if not orders:
        return "–"
    order = max(orders, key=lambda one: one.rate)
    if len(order.bands) == 1:
        return "one queue for all"
    weights = min((band.quantum for band in order.bands if band.quantum), default=1)
    said_of = [f"{band.service_class} {100 * band.guarantee / order.rate:.3g} %" if band.guarantee
               else f"{band.service_class} first" if not band.quantum
               else f"{band.service_class} weight {band.quantum / weights:.3g}" for band in order.bands]
    return ", ".join(said_of)
