"""The page of a run: its head, and the sections in their order."""

from __future__ import annotations

from twin.core.progress import counted
from twin.judge.run_record import Run
from twin.report.language.words import Words
from twin.report.markup import Markup, join
from twin.report.page.section import Section, source
from twin.report.page.sections import fidelity, network, overview, repeat, services
from twin.report.page.sections.header import head

SECTIONS: tuple[Section, ...] = (overview.SECTION, network.SECTION, services.SECTION, fidelity.SECTION, repeat.SECTION)
"""All sections, as they follow one another."""


def body(run: Run, words: Words) -> Markup:
    """The page without its frame."""
    given = source(run, words)
    return join([head(given, SECTIONS), *(section.render(given) for section in counted("render sections", SECTIONS))])
