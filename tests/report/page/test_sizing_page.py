"""The page of a sizing: what links carry on the map, headline, and both languages."""

from __future__ import annotations

from functools import cache

import pytest

from tests.territory.sizing.networks import demanding
from twin.api import Language, Sizing, SizingOptions, size_network, sizing_html
from twin.plan import plan
from twin.report.drawing.loads import carried
from twin.report.drawing.scene import scene
from twin.report.language.words import ENGLISH
from twin.report.page.sizing_page import headline, loads_at


@cache
def sized() -> Sizing:
    return size_network(demanding("10 Mbit/s"), "mature", SizingOptions(draws=20))


def test_the_map_shows_what_links_carry() -> None:
    """Each direction of a span, and a radio hop as both together."""
    network = demanding("10 Mbit/s")
    what = scene(network, plan(network))
    loads = loads_at(what, [week for week in sized().links if week.cut is None], 12)
    for name, towards, forth in (("dslam-uplink", "dslam", True), ("dslam-uplink", "b", False),
                                 ("relay-uplink", "both ways", True)):
        edge = next(edge for edge in what.edges if edge.name == name)
        week = next(week for week in sized().links if week.cut is None
                    and (week.link.name, week.link.towards) == (name, towards))
        assert sum(carried(edge, loads, forth).values()) == pytest.approx(week.load[12], rel=1e-6)


def test_the_headline_says_where_the_first_target_breaks() -> None:
    """With the take-up, which the table repeats."""
    first = headline(sized(), ENGLISH)
    assert "the first target breaks at" in first and sized().break_evens[0].link in first


@pytest.mark.parametrize("language", Language)
def test_the_page_has_its_sections_in_both_languages(language: Language) -> None:
    """Maps, weeks, curves, break-even take-up, upgrades, links; figures as the language writes them."""
    page = sizing_html(demanding("10 Mbit/s"), sized(), language)
    assert [part for part in ("maps", "weeks", "curves", "breaks-at", "upgrades", "links")
            if f'id="{part}"' not in page] == []
    assert ("Renforcements" in page) == (language is Language.FRENCH) and f'lang="{language}"' in page
