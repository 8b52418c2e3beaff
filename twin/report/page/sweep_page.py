"""The page of a sweep: what varied, the pictures, and the range of each response."""

from __future__ import annotations

from collections.abc import Sequence

from twin.judge.sweep.drawings import Drawing
from twin.judge.sweep.results import Sweep
from twin.report.language.wording import show
from twin.report.markup import Markup, element, join
from twin.report.page.table import table
from twin.report.sweep.pictures import picture
from twin.report.sweep.text import headline


def body(sweep: Sweep, drawings: Sequence[Drawing]) -> Markup:
    """Headline, pictures, tables."""
    terms = [element("div", element("dt", name), element("dd", f"{len(sweep.levels(name))} values"))
             for name in sweep.parameters]
    head = element("header", element("p", "sweep", class_="name"), element("h1", headline(sweep)),
                   element("dl", *terms, class_="terms"), class_=f"top is-{'met' if not sweep.exit_code else 'missed'}")
    drawn = [element("figure", picture(sweep, drawing)) for drawing in drawings]
    pictures = element("section", element("h2", "Pictures"), *drawn, id="pictures") if drawn else Markup()
    return join([head, pictures, element("section", element("h2", "Responses"), _responses(sweep), id="responses")])


def _responses(sweep: Sweep) -> Markup:
    """The least, the median and the largest of each response, and at how many points it keeps its target."""
    return table(("response", "least", "median", "most", "target", "kept at"),
                 (row for name in sweep.response_names if (row := _row(sweep, name))), "policies")


def _row(sweep: Sweep, name: str) -> Markup:
    known = [response for _, response in sweep.of(name) if response.worst is not None]
    values = sorted(response.worst or 0.0 for response in known)
    if not known:
        return Markup()
    targets = {response.target for response in known}
    bound = targets.pop() if len(targets) == 1 else None
    kept = [response.kept for response in known if response.kept is not None]
    sign = "≤" if known[0].lower else "≥"
    figures = [show(value, known[0].unit) for value in (values[0], values[len(values) // 2], values[-1])]
    return element("tr", element("th", name, scope="row"), *(element("td", figure) for figure in figures),
                   element("td", "" if bound is None else f"{sign} {show(bound, known[0].unit)}"),
                   element("td", f"{sum(kept)} of {len(kept)}" if kept else ""))
