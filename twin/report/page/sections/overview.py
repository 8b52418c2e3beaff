"""The first section of the page: the verdicts by commune and service, and what was full."""

from __future__ import annotations

from collections.abc import Sequence

from twin.core.units import show_rate
from twin.judge.verdict import Outcome
from twin.report.communes import CommuneVerdicts, commune_verdicts
from twin.report.markup import Markup, element, join
from twin.report.page.section import Section, Source
from twin.report.page.table import table
from twin.report.summary import Counts, Group
from twin.report.utilisation import FULL, Resource, Utilisation, full, utilisations
from twin.report.wording import SIGNS, count, grouped

COMMUNES, BUSIEST, LINES = 24, 6, 4
"""How many communes, spans or cells, and lines are shown; further communes unfold."""


def overview(given: Source) -> Markup:
    """The section; empty where nothing was judged and nothing counted."""
    parts = [_communes(commune_verdicts(given.run), given.groups), _fullest(utilisations(given.run))]
    return element("section", element("h2", "Overview"), *parts, id="overview") if any(parts) else Markup()


def _communes(rows: Sequence[CommuneVerdicts], groups: Sequence[Group]) -> Markup:
    """A row for each commune, a column for each service; the worst communes first."""
    if not rows:
        return Markup()
    shown, rest = rows[:COMMUNES], rows[COMMUNES:]
    others = element("details", element("summary", f"The other {count(len(rest), 'commune')}"),
                     _matrix(rest, groups)) if rest else Markup()
    good = sum(row.outcome is Outcome.MET for row in rows)
    lead = (f"All targets are met in {good} of {count(len(rows), 'commune')}. Each cell: how many targets of the flows "
            "measured there are met.")
    return join([element("h3", "Verdicts by commune and service"), element("p", lead, class_="note"),
                 _matrix(shown, groups), others])


def _matrix(rows: Sequence[CommuneVerdicts], groups: Sequence[Group]) -> Markup:
    heads = ("commune", "lines", *(group.title for group in groups))
    return table(heads, (_commune(row, groups) for row in rows), "communes")


def _commune(row: CommuneVerdicts, groups: Sequence[Group]) -> Markup:
    sign = element("span", SIGNS[row.outcome], class_=f"sign {row.outcome.value}", title=row.outcome.value)
    return element("tr", element("th", sign, row.title, scope="row"), element("td", grouped(row.lines)),
                   *(_cell(row.by_service.get(group.service)) for group in groups))


def _cell(tally: Counts | None) -> Markup:
    if tally is None:
        return element("td", "–", class_="none")
    kind = tally.outcome
    part = element("span", f" {tally.met}/{tally.total}")
    return element("td", SIGNS[kind], part, class_=kind.value, title=str(tally), aria_label=str(tally))


def _fullest(used: tuple[Utilisation, ...]) -> Markup:
    """The fullest spans and cells, and the fullest lines."""
    trunks = [each for each in used if each.resource is not Resource.LINE]
    lines = [each for each in used if each.resource is Resource.LINE]
    rows = [*trunks[:BUSIEST], *lines[:LINES]]
    if not rows:
        return Markup()
    return join([element("h3", "What is full"), element("p", _sentence(trunks, lines), class_="note"), table(
        ("name", "capacity", "used", "dropped"), map(_row, rows), "fullest")])


def _sentence(trunks: Sequence[Utilisation], lines: Sequence[Utilisation]) -> str:
    """Which spans, cells and lines are full, in words; a mean over the run hides shorter queues."""
    busy = full(tuple(trunks))
    shared = (f"Used to {FULL:.0%} or more: {', '.join(each.name for each in busy[:BUSIEST])}." if busy else
              f"No span between nodes and no radio cell is used to {FULL:.0%}.")
    own = f" In {len(full(tuple(lines)))} of {count(len(lines), 'line group')}, a line is." if lines else ""
    return f"{shared}{own} Means over the measured time; a queue may fill for shorter."


def _row(resource: Utilisation) -> Markup:
    gauge = element("span", element("i", style=f"width:{min(resource.used, 1) * 100:.1f}%"), class_="gauge",
                    aria_hidden="true")
    capacity = "air" if resource.capacity is None else show_rate(resource.capacity)
    kind = f"{resource.resource.value} of {resource.group}" if resource.group else resource.resource.value
    return element("tr", element("th", resource.name, element("small", kind), scope="row"),
                   element("td", capacity), element("td", gauge, f"{resource.used:.1%}"),
                   element("td", grouped(resource.dropped)), class_="is-full" if resource.used >= FULL else None)


SECTION = Section("overview", "Overview", overview)
