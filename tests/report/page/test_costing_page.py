"""The page of a costing: headline, designs beside the budget, the tornado, and both languages."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

import pytest

from tests.territory.economics.test_cost import COSTS
from tests.territory.sizing.networks import DEMAND, demanding
from twin.api import Costing, CostOptions, Language, cost_network, costing_html
from twin.report.language.words import ENGLISH
from twin.report.page.costing_page import headline, money


@cache
def costing() -> Costing:
    return cost_network(demanding(demand=DEMAND + COSTS), None, CostOptions(draws=10, points=64, seed=3))


@pytest.mark.parametrize("language", Language)
def test_the_page_has_its_sections_in_both_languages(language: Language) -> None:
    """Designs, tornado, who pays, communes, items; figures as the language writes them."""
    page = costing_html(costing(), language)
    assert [part for part in ("frontier", "tornado", "shares", "communes", "items") if f'id="{part}"' not in page] == []
    assert ("Qui paie" in page) == (language is Language.FRENCH) and f'lang="{language}"' in page
    assert all(f">{each.site}<" in page for each in costing().sites)


def test_the_headline_says_what_is_invested_beside_the_budget() -> None:
    """Within it, beyond it, or where there is none."""
    invested = money(costing().investment, ENGLISH)
    for budget, note in ((None, "to be invested"), (1e9, "within the budget of 1 GEUR"), (1e3, "more than the budget")):
        text = headline(replace(costing(), budget=budget), ENGLISH)
        assert invested in text and note.replace("1 GEUR", money(1e9, ENGLISH)) in text


def test_bars_of_the_tornado_lie_between_the_ends() -> None:
    """One for each parameter, within the width; the widest reaches from one side to the other."""
    page = costing_html(costing())
    bars = [tuple(map(float, bar)) for bar in re.findall(r'class="value back-0" style="left:([\d.]+)%;width:([\d.]+)%',
                                                         page)]
    assert len(bars) == len(costing().effects) > 1
    assert all(left >= 0 and left + width <= 100.1 for left, width in bars)
    assert max(width for _, width in bars) == pytest.approx(100, abs=0.2)


@pytest.mark.parametrize(("euros", "shown"), [(4_987_000, "4.99 MEUR"), (370_400, "370 kEUR"), (-25e5, "−2.5 MEUR"),
                                              (29.9, "29.9 EUR"), (0, "0 EUR")])
def test_money_has_three_figures(euros: float, shown: str) -> None:
    """And its sign."""
    assert money(euros, ENGLISH) == shown
