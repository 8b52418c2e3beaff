"""The first section of the page: the verdicts by commune and service, and what was full."""

from __future__ import annotations

from collections.abc import Sequence

from twin.judge.verdict import Outcome
from twin.report.communes import CommuneVerdicts, commune_verdicts
from twin.report.language.wording import SIGNS, grouped
from twin.report.language.words import Words
from twin.report.markup import Markup, element, join
from twin.report.page.section import Section, Source
from twin.report.page.table import table
from twin.report.summary import Counts, Group, tally
from twin.report.utilisation import FULL, Resource, Utilisation, full, utilisations

COMMUNES, BUSIEST, LINES = 24, 6, 4
"""How many communes, spans or cells, and lines are shown; further communes unfold."""


def overview(given: Source) -> Markup:
    """The section; empty where nothing was judged and nothing counted."""
    words = given.words
    parts = [_communes(commune_verdicts(given.run), given.groups, words), _fullest(utilisations(given.run), words)]
    return element("section", element("h2", words.say("overview")), *parts, id="overview") if any(parts) else Markup()


def _communes(rows: Sequence[CommuneVerdicts], groups: Sequence[Group], words: Words) -> Markup:
    """A row for each commune, a column for each service; the worst communes first."""
    if not rows:
        return Markup()
    shown, rest = rows[:COMMUNES], rows[COMMUNES:]
    others = element("details", element("summary", words.say("communes.others", count=len(rest))),
                     _matrix(rest, groups, words)) if rest else Markup()
    good = sum(row.outcome is Outcome.MET for row in rows)
    lead = words.say("communes.lead", good=good, communes=words.say("communes", count=len(rows)))
    return join([element("h3", words.say("communes.title")), element("p", lead, class_="note"),
                 _matrix(shown, groups, words), others])


def _matrix(rows: Sequence[CommuneVerdicts], groups: Sequence[Group], words: Words) -> Markup:
    heads = (words.say("head.commune"), words.say("head.lines"), *(group.title for group in groups))
    return table(heads, (_commune(row, groups, words) for row in rows), "communes")


def _commune(row: CommuneVerdicts, groups: Sequence[Group], words: Words) -> Markup:
    sign = element("span", SIGNS[row.outcome], class_=f"sign {row.outcome.value}", title=words.outcome(row.outcome))
    title = words.say("communes.elsewhere") if row.title is None else row.title
    return element("tr", element("th", sign, title, scope="row"), element("td", grouped(row.lines)),
                   *(_cell(row.by_service.get(group.service), words) for group in groups))


def _cell(counted: Counts | None, words: Words) -> Markup:
    if counted is None:
        return element("td", "–", class_="none")
    kind, verdicts = counted.outcome, tally(counted, words)
    part = element("span", f" {counted.met}/{counted.total}")
    return element("td", SIGNS[kind], part, class_=kind.value, title=verdicts, aria_label=verdicts)


def _fullest(used: tuple[Utilisation, ...], words: Words) -> Markup:
    """The fullest spans and cells, and the fullest lines."""
    trunks = [each for each in used if each.resource is not Resource.LINE]
    lines = [each for each in used if each.resource is Resource.LINE]
    rows = [*trunks[:BUSIEST], *lines[:LINES]]
    if not rows:
        return Markup()
    return join([element("h3", words.say("full")), element("p", _sentence(trunks, lines, words), class_="note"), table(
        map(words.say, ("head.name", "head.capacity", "head.used", "head.dropped")),
        (_row(each, words) for each in rows), "fullest")])


def _sentence(trunks: Sequence[Utilisation], lines: Sequence[Utilisation], words: Words) -> str:
    """Which spans, cells and lines are full, in words; a mean over the run hides shorter queues."""
    busy, share = full(tuple(trunks)), words.part(FULL, 0)
    shared = (words.say("full.names", share=share, names=", ".join(each.name for each in busy[:BUSIEST])) if busy else
              words.say("full.none", share=share))
    own = words.say("full.lines", number=len(full(tuple(lines))), groups=words.say("line-groups", count=len(lines)))
    return " ".join((shared, *((own,) if lines else ()), words.say("full.means")))


def _row(resource: Utilisation, words: Words) -> Markup:
    gauge = element("span", element("i", style=f"width:{min(resource.used, 1) * 100:.1f}%"), class_="gauge",
                    aria_hidden="true")
    capacity = words.say("air") if resource.capacity is None else words.rate(resource.capacity)
    kind = words.say(f"resource.{resource.resource.name.lower()}")
    named = words.say("resource.of", kind=kind, group=resource.group) if resource.group else kind
    return element("tr", element("th", resource.name, element("small", named), scope="row"),
                   element("td", capacity), element("td", gauge, words.part(resource.used)),
                   element("td", grouped(resource.dropped)), class_="is-full" if resource.used >= FULL else None)


SECTION = Section("overview", "overview", overview)
