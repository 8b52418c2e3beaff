"""The page of a run: its head, and the sections in their order."""

from __future__ import annotations

from twin.judge.run_record import Run
from twin.report.markup import Markup, join
from twin.report.page.section import Section, source
from twin.report.page.sections import fidelity, network, repeat, services
from twin.report.page.sections.header import head

SECTIONS: tuple[Section, ...] = (fidelity.SECTION, network.SECTION, services.SECTION, repeat.SECTION)
"""All sections, as they follow one another."""


def body(run: Run) -> Markup:
    """The page without its frame."""
    given = source(run)
    return join([head(given, SECTIONS), *(section.render(given) for section in SECTIONS)])
