"""Costing of a small territory: quantities and money that can be computed by hand, who pays, designs, and bad input."""

from __future__ import annotations

from functools import cache
from xml.etree.ElementTree import fromstring

import pytest

from tests.territory.sizing.networks import DEMAND, demanding
from twin.api import CostOptions, cost_network, costing_csv, costing_json, costing_svg, costing_text
from twin.core.errors import ExitCode, TopologyError
from twin.territory.economics.results import Costing, ItemCost, Structure

COSTS = """
costs:
  horizon: 6 years
  budget: 300 kEUR
  public-rate: 4 %
  private-rate: 10 %
  public-share: 50 %
  items:
    trench: {price: 50 EUR, per: metre, year: 2003, life: 20 years, low: 40 EUR, high: 90 EUR}
    mast: {price: 20 kEUR, per: relay, year: 2003, life: 5 years}
    hop: {price: 10 kEUR, per: radio-hop, year: 2003, life: 5 years}
    access: {price: 119.60 EUR, vat: 19.6 %, per: line, offers: [home, pro], year: 2003, trend: -10 %, life: 4 years}
    staff: {price: 40 kEUR, per: network, due: year, year: 2003}
    loop: {price: 10 EUR, per: line, due: month, year: 2003}
  tariffs:
    homes: {price: 29.90 EUR, vat: 19.6 %, offers: [home, village], year: 2003, low: 23.92 EUR, high: 35.88 EUR}
    offices: {price: 50 EUR, offers: [pro], year: 2003}
"""


@cache
def costed(costs: str = COSTS, stage: str | None = None) -> Costing:
    return cost_network(demanding(demand=DEMAND + costs), stage, CostOptions(draws=50, points=256, seed=3))


def item(costing: Costing, name: str) -> ItemCost:
    return next(each for each in costing.items if each.item == name)


def test_a_sheet_by_hand() -> None:
    """At 40 % of 1,000 and 50 households and of 100 businesses: 440 lines in town and 20 in the village; 3 km of fibre
    at 50 EUR; 100 EUR without tax in 2003, less a tenth a year: 59.05 EUR in 2008."""
    costing = costed()
    assert costing.stage.name == "mature"
    assert item(costing, "trench").investment == pytest.approx(150_000)
    assert item(costing, "access").quantity == pytest.approx(440)
    assert item(costing, "access").price == pytest.approx(100 * 0.9 ** 5)
    assert item(costing, "loop").yearly == pytest.approx(460 * 120)
    assert item(costing, "trench").yearly == pytest.approx(150_000 * 0.07 / (1 - 1.07 ** -20))


def test_money_of_the_years_by_hand() -> None:
    """Revenue: 420 households at 25 EUR and 40 businesses at 50 EUR a month, at the take-up of the mature year; the
    first year 10 and not 40 %. The hop is upgraded at once: its targets break before."""
    years = {each.year: each for each in costed().years}
    assert [*years] == [*range(2003, 2009)]
    assert years[2008].revenue == pytest.approx(12 * (420 * 25 + 40 * 50))
    assert years[2003].revenue == pytest.approx(years[2008].revenue / 4)
    assert years[2008].operation == pytest.approx(40_000 + 460 * 120)
    assert years[2003].take_up == pytest.approx(0.1) and years[2008].take_up == pytest.approx(0.4)
    assert costed().designs[0].holds_to < 0.1 and item(costed(), "hop").quantity == 1
    assert years[2003].investment == pytest.approx(150_000 + 20_000 + 110 * 100 + 10_000)
    assert sum(each.residual for each in costed().years) > 0


def test_communes_pay_the_whole_between_them() -> None:
    """By either way; none less than it causes or more than alone; the village costs its mast and lines beyond towns."""
    costing = costed()
    for parts in ([site.shapley for site in costing.sites], [site.by_load for site in costing.sites]):
        assert sum(parts) == pytest.approx(costing.yearly)
    assert all(site.incremental <= site.shapley <= site.alone for site in costing.sites)
    assert all(site.incremental <= site.by_load <= site.alone for site in costing.sites)
    village = next(site for site in costing.sites if site.site == "village")
    assert not village.town and costing.beyond_towns == pytest.approx(village.incremental)


def test_value_and_rates_agree() -> None:
    """The internal rate is above the private rate just where the value is positive, and so is take-up above
    break-even."""
    costing = costed()
    assert costing.internal_rate is not None and costing.break_even is not None
    assert (costing.value > 0) is (costing.internal_rate > 0.10) is (costing.break_even < 0.4)


def test_the_public_pays_what_is_never_earned_back() -> None:
    """Of a network that earns nothing: all of it, under each structure; the capital of the company is shared."""
    poor = costed(COSTS.replace("29.90", "0").replace("50 EUR, offers", "0 EUR, offers").replace(
        ", low: 23.92 EUR, high: 35.88 EUR", ""))
    by = {share.structure: share for share in poor.shares}
    assert poor.break_even is None and poor.value < 0
    assert by[Structure.CONCESSION].contribution == pytest.approx(-poor.value)
    assert all(share.contribution > 0 for share in poor.shares)
    rich = {share.structure: share for share in costed().shares}
    assert rich[Structure.OWNER].public == pytest.approx(rich[Structure.OWNER].private)
    assert rich[Structure.OWNER].rate == pytest.approx(0.07)


def test_more_upgrades_cost_more_and_hold_more() -> None:
    """And a budget that is too little is said."""
    designs = costed().designs
    assert [design.holds_to for design in designs] == sorted(design.holds_to for design in designs)
    assert [design.investment for design in designs] == sorted(design.investment for design in designs)
    assert all(design.within is (design.investment <= 300_000) for design in designs)
    assert costed().exit_code is ExitCode.MET
    assert costed(COSTS.replace("300 kEUR", "100 kEUR")).exit_code is ExitCode.MISSED


def test_only_what_has_a_range_is_varied() -> None:
    """Take-up, which always has, a cost and a tariff: more of a tariff is worth more, more of a cost less."""
    effects = {effect.parameter: effect for effect in costed().effects}
    assert {*effects} == {"take-up", "trench", "homes"}
    assert effects["trench"].at_low > costed().value > effects["trench"].at_high
    assert effects["homes"].at_low < costed().value < effects["homes"].at_high
    assert (effects["homes"].low, effects["homes"].high) == pytest.approx((20, 30))


def test_reports_have_every_commune_and_item() -> None:
    """In text, JSON and CSV."""
    text = costing_text(costed())
    assert all(word in text for word in ("trench", "village", "concession", "as described", "take-up"))
    assert '"beyond_towns"' in costing_json(costed())
    assert len(costing_csv(costed()).splitlines()) == 1 + 2


def test_the_picture_has_a_dot_for_each_design() -> None:
    """Well-formed, with the budget, and what lies within it."""
    root = fromstring(costing_svg(costed()))
    dots = [each.get("class") for each in root.iter("{http://www.w3.org/2000/svg}circle")]
    assert dots == ["kept" if design.within else "broken" for design in costed().designs]
    assert "budget 300 kEUR" in "".join(root.itertext())


def test_a_network_without_costs_is_refused() -> None:
    """With what to write."""
    with pytest.raises(TopologyError, match=r"costs: says nothing of what must be paid for; write costs with items"):
        costed("")


def test_stages_without_years_or_households_are_refused_together() -> None:
    """Prices are of years, and take-up is of households: each problem with its place, all at once."""
    demand = DEMAND.replace("{year: 2003, ", "{").replace("households: 40 %", "households: 0 %") + COSTS
    with pytest.raises(TopologyError) as raised:
        cost_network(demanding(demand=demand), "mature", CostOptions(draws=5, points=8))
    assert [problem.path for problem in raised.value.problems] == ["demand.stages.launch.year",
                                                                   "demand.stages.mature.households"]
    assert all(problem.place.line and problem.remedy for problem in raised.value.problems)
