"""The head of the page: the verdict in a sentence, the figures of the run, and the contents."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from twin.judge.verdict import Outcome
from twin.report.language.wording import SIGNS
from twin.report.language.words import Words
from twin.report.markup import Markup, element
from twin.report.page.section import Section, Source
from twin.report.page.sections.services import tally
from twin.report.summary import Counts, counts, fidelity, headline, worst_sentence


def head(given: Source, sections: Iterable[Section]) -> Markup:
    """Name, headline, figures of the run, and a line for each service and section that leads there."""
    run, words = given.run, given.words
    context, total, worst = run.context, counts(run.verdicts), worst_sentence(run, given.words)
    outcome = total.outcome if run.qos.certificate.valid else Outcome.INCONCLUSIVE
    emulated, wall = (words.figure(text) for text in (f"{context.emulated_seconds:g} s",
                                                      f"{context.wall_seconds:.1f} s"))
    figures = (("seed", str(context.seed)), ("lab", context.lab), ("measured", words.figure(f"{context.seconds:g} s")),
               ("emulated", words.say("term.emulated.in", emulated=emulated, wall=wall)),
               ("started", context.started_at), ("digest", context.digest[:16]))
    terms = [element("div", element("dt", words.say(f"term.{name}")), element("dd", value)) for name, value in figures]
    return element(
        "header", element("p", run.network.name, class_="name"), element("h1", headline(run, words)),
        element("p", worst, class_="lead") if worst else Markup(),
        element("p", run.network.about, class_="about") if run.network.about else Markup(), _numbers(total, words),
        element("p", element("a", words.say("fidelity"), href="#fidelity"),
                f"{words.say('colon')}{fidelity(run.qos.certificate, words)}.", class_="note"),
        element("dl", *terms, class_="terms"), _contents(given, sections), class_=f"top is-{outcome.value}")


def _numbers(total: Counts, words: Words) -> Markup:
    parts = ((Outcome.MET, total.met), (Outcome.MISSED, total.missed), (Outcome.INCONCLUSIVE, total.inconclusive))
    return element("p", *(element("span", element("b", str(number)), f" {SIGNS[kind]} {words.outcome(kind)}",
                                  class_=kind.value if number else "none") for kind, number in parts), class_="numbers")


def _contents(given: Source, sections: Iterable[Section]) -> Markup:
    words = given.words
    services = [element("li", element("a", group.title, href=f"#service-{group.service}"), " ",
                        tally(group.counts, words)) for group in given.groups]
    entries = [[element("li", element("a", words.say(section.title), href=f"#{section.anchor}"))] if section.title
               else services for section in sections]
    return element("nav", element("ul", *chain.from_iterable(entries)), aria_label=words.say("contents"))
