"""The head of the page: the verdict in a sentence, the figures of the run, and the contents."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from twin.judge.verdict import Outcome
from twin.report.markup import Markup, element
from twin.report.page.section import Section, Source
from twin.report.page.sections.services import tally
from twin.report.summary import Counts, Group, counts, fidelity, headline, worst_sentence
from twin.report.wording import SIGNS


def head(given: Source, sections: Iterable[Section]) -> Markup:
    """Name, headline, figures of the run, and a line for each service and section that leads there."""
    run = given.run
    context, total = run.context, counts(run.verdicts)
    outcome = total.outcome if run.qos.certificate.valid else Outcome.INCONCLUSIVE
    figures = (("seed", str(context.seed)), ("lab", context.lab), ("measured", f"{context.seconds:g} s"),
               ("emulated", f"{context.emulated_seconds:g} s in {context.wall_seconds:.1f} s"),
               ("started", context.started_at), ("digest", context.digest[:16]))
    terms = [element("div", element("dt", name), element("dd", value)) for name, value in figures]
    return element(
        "header", element("p", run.network.name, class_="name"), element("h1", headline(run)),
        element("p", worst_sentence(run), class_="lead") if worst_sentence(run) else Markup(),
        element("p", run.network.about, class_="about") if run.network.about else Markup(), _numbers(total),
        element("p", element("a", "Fidelity", href="#fidelity"), f" {fidelity(run.qos.certificate)}.", class_="note"),
        element("dl", *terms, class_="terms"), _contents(given.groups, sections), class_=f"top is-{outcome.value}")


def _numbers(total: Counts) -> Markup:
    parts = ((Outcome.MET, total.met), (Outcome.MISSED, total.missed), (Outcome.INCONCLUSIVE, total.inconclusive))
    return element("p", *(element("span", element("b", str(number)), f" {SIGNS[kind]} {kind.value}",
                                  class_=kind.value if number else "none") for kind, number in parts), class_="numbers")


def _contents(groups: Iterable[Group], sections: Iterable[Section]) -> Markup:
    services = [element("li", element("a", group.title, href=f"#service-{group.service}"), " ", tally(group.counts))
                for group in groups]
    entries = [[element("li", element("a", section.title, href=f"#{section.anchor}"))] if section.title else services
               for section in sections]
    return element("nav", element("ul", *chain.from_iterable(entries)), aria_label="Contents")
