"""Upgrades by hand: a hop that gets one radio and later another, which replaces it; and what designs are built of."""

from __future__ import annotations

from math import inf

import pytest

from tests.territory.sizing.networks import demanding
from twin.core.units import Length, Price, Rate, Ratio, Years
from twin.model import CostItem, Costs, Driver, Medium, Name, Stage
from twin.plan import plan
from twin.territory.economics.accounts import Book
from twin.territory.economics.assets import Asset, assets
from twin.territory.economics.designs import designs, invested, middle
from twin.territory.economics.users import users
from twin.territory.sizing.results import Drivers, LinkKind, SpanRate, Upgrade

HOP = CostItem(name=Name("hop"), price=Price(1000_00), year=2003, per=Driver.RADIO_HOP, life=Years(10))
KIT = CostItem(name=Name("kit"), price=Price(10_00), year=2003, per=Driver.KIT, life=Years(10))
ASSETS = (Asset(Driver.RADIO_HOP, "hop", 1, {"village": 1.0}, since=0.1, until=0.5, step=0, later=1),
          Asset(Driver.RADIO_HOP, "hop", 1, {"village": 1.0}, since=0.5, step=1),
          Asset(Driver.KIT, "relay", 100, {"village": 1.0}))
STAGE = Stage(name=Name("mature"), households=Ratio(400_000), businesses=Ratio(400_000), year=2005)


def book(*curve: float) -> Book:
    return Book(Costs(items=(HOP, KIT)), ASSETS, tuple(range(2003, 2003 + len(curve))), curve, 2.5)


def upgrade(before: float, after: float) -> Upgrade:
    return Upgrade("hop", LinkKind.RADIO, Rate(5_000_000), new=Rate(8_000_000), medium=Medium.RADIO, before=before,
                   after=after)


def test_an_upgrade_is_bought_in_the_year_in_which_its_take_up_is_reached() -> None:
    """At 5 % of the stage none, at 20 % the first, at 100 % the second; kits as lines come."""
    own = book(0.05, 0.2, 1.0)
    assert own.accounts(middle(own)).investment[0].tolist() == pytest.approx([50, 1000 + 150, 1000 + 800])


def test_an_upgrade_that_is_passed_in_one_year_is_never_bought() -> None:
    """From 5 % to 100 %: the second alone."""
    own = book(0.05, 1.0, 1.0)
    assert own.accounts(middle(own)).investment[0].tolist() == pytest.approx([50, 1000 + 950, 0])
    assert invested(own, STAGE) == pytest.approx(2000)


def test_a_design_has_the_last_of_its_upgrades_of_each_hop() -> None:
    """None, one hop, one hop: the second instead of the first; and lines as far as its targets hold."""
    drawn = [*designs(book(0.05, 1.0, 1.0), [upgrade(0.1, 0.5), upgrade(0.5, 1.2)], STAGE, 1500.0)]
    assert [design.network for design in drawn] == pytest.approx([0, 1000, 1000])
    assert [design.lines for design in drawn] == pytest.approx([100, 500, 1000])
    assert [design.holds_to for design in drawn] == pytest.approx([0.04, 0.2, 0.4])
    assert [design.within for design in drawn] == [True, True, False]


def test_fibre_to_a_relay_needs_a_trench_and_each_upgrade_its_take_up() -> None:
    """A radio from a fifth of the take-up on, and from three fifths on fibre, over the 2 km of the hop."""
    network = demanding()
    span = SpanRate("relay-uplink", LinkKind.RADIO, Medium.FIBRE, Length(2000), Rate(5_000_000), Rate(100_000_000))
    step = Upgrade("relay-uplink", LinkKind.RADIO, Rate(5_000_000), new=Rate(8_448_000), medium=Medium.RADIO,
                   before=0.2, after=0.6)
    fibre = Upgrade("relay-uplink", LinkKind.RADIO, Rate(8_448_000), new=Rate(100_000_000), medium=Medium.FIBRE,
                    before=0.6, after=1.2)
    using = users(network, plan(network), network.demand.stages[1])
    built = assets(network, Drivers((), {}, {}, (span,), (step, fibre), {}), using)
    assert [(each.driver, each.quantity, each.since, each.until) for each in built if each.step is not None] == [
        (Driver.RADIO_HOP, 1, 0.2, 0.6), (Driver.INTERFACE, 1, 0.6, inf), (Driver.METRE, 2000, 0.6, inf)]
    assert all(each.loads.keys() == {"village"} for each in built if each.step is not None)


def test_all_sites_behind_a_ring_use_each_of_its_spans() -> None:
    """Whole, each way takes the shorter side; round a cut, every span carries the town and the village."""
    network = demanding()
    using = users(network, plan(network), network.demand.stages[1])
    assert all(using[span].keys() == {"town", "village"} for span in ("a-b", "b-c", "c-a"))
    assert using["dslam-uplink"].keys() == {"town"} and using["relay-uplink"].keys() == {"village"}
    assert using["a-b"][Name("town")] > 0 and using["b-c"][Name("town")] == 0
