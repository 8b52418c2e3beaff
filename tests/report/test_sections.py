"""A section of the report is one file and one row: what lies in twin/report/page/sections is in a table there."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from twin.report.page import run_page, sections
from twin.report.page.sections import services

SHARED = {"header", "radio_cells"}
"""The head of the page, which lists the sections, and what stands in the section about the network."""


def test_every_section_and_part_is_registered() -> None:
    """Each file has a section of the page, or a part of each workload's, and it is in the table."""
    for name in {module.name for module in iter_modules(sections.__path__)} - SHARED:
        module = import_module(f"{sections.__name__}.{name}")
        section, part = getattr(module, "SECTION", None), getattr(module, "part", None)
        assert section in run_page.SECTIONS or part in services.PARTS, name


def test_anchors_differ() -> None:
    """Each section can be linked to."""
    anchors = [section.anchor for section in run_page.SECTIONS]
    assert len({*anchors}) == len(anchors)
