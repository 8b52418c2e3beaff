"""The page of a sweep: what varied, the pictures, and the range of each response."""

from __future__ import annotations

from collections.abc import Sequence

from twin.judge.sweep.drawings import Drawing
from twin.judge.sweep.results import Sweep
from twin.report.language import wording
from twin.report.language.words import Words
from twin.report.markup import Markup, element, join
from twin.report.page.table import table
from twin.report.sweep.pictures import picture
from twin.report.sweep.text import RANGE, headline


def body(sweep: Sweep, drawings: Sequence[Drawing], words: Words) -> Markup:
    """Headline, pictures, tables."""
    terms = [element("div", element("dt", name),
                     element("dd", words.say("sweep.values", count=len(sweep.levels(name)))))
             for name in sweep.parameters]
    head = element("header", element("p", words.say("sweep.title"), class_="name"),
                   element("h1", headline(sweep, words)), element("dl", *terms, class_="terms"),
                   class_=f"top is-{'met' if not sweep.exit_code else 'missed'}")
    drawn = [element("figure", picture(sweep, drawing, words)) for drawing in drawings]
    pictures = element("section", element("h2", words.say("sweep.pictures")), *drawn, id="pictures") \
        if drawn else Markup()
    return join([head, pictures, element("section", element("h2", words.say("sweep.responses")),
                                         _responses(sweep, words), id="responses")])


def _responses(sweep: Sweep, words: Words) -> Markup:
    """The least, the median and the largest of each response, and at how many points it keeps its target."""
    heads = [words.say(f"head.{key}") for key in ("response", *RANGE, "target", "kept-at")]
    return table(heads, (row for name in sweep.response_names if (row := _row(sweep, name, words))), "policies")


def _row(sweep: Sweep, name: str, words: Words) -> Markup:
    known = [response for _, response in sweep.of(name) if response.worst is not None]
    values = sorted(response.worst or 0.0 for response in known)
    if not known:
        return Markup()
    targets = {response.target for response in known}
    bound = targets.pop() if len(targets) == 1 else None
    kept = [response.kept for response in known if response.kept is not None]
    sign = "≤" if known[0].lower else "≥"
    figures = [words.show(value, known[0].unit) for value in (values[0], values[len(values) // 2], values[-1])]
    return element("tr", element("th", name, scope="row"), *(element("td", figure) for figure in figures),
                   element("td", "" if bound is None else words.figure(f"{sign} {wording.show(bound, known[0].unit)}")),
                   element("td", words.say("sweep.kept", kept=sum(kept), known=len(kept)) if kept else ""))
