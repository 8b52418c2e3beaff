"""Shared cost: parts add up, the closed form of the Shapley value is the one by its definition, and nobody pays more
than alone or less than what it causes."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.territory.economics.theory.allocation import (
    Shared,
    alone,
    by_load,
    cost_of,
    incremental,
    shapley,
)

USERS = ("castres", "mazamet", "noailhac", "boissezon")
LOADS = st.dictionaries(st.sampled_from(USERS), st.floats(0.1, 100), min_size=1)
COSTS = st.lists(st.builds(Shared, st.floats(0, 1e6), LOADS, st.booleans()), max_size=5)


@given(COSTS)
def test_parts_add_up_to_the_whole(costs: list[Shared]) -> None:
    """Either way."""
    whole = cost_of(costs, {*USERS})
    assert whole == pytest.approx(sum(each.cost for each in costs))
    assert sum(shapley(costs, user) for user in USERS) == pytest.approx(whole)
    assert sum(by_load(costs, user) for user in USERS) == pytest.approx(whole)


@given(COSTS)
def test_parts_by_shapley_are_means_over_all_orders_of_arrival(costs: list[Shared]) -> None:
    """Shapley (1953): what a user adds to those who came before, on average over all orders."""
    orders = [*permutations(USERS)]
    for user in USERS:
        added = [cost_of(costs, {*order[:order.index(user) + 1]}) - cost_of(costs, {*order[:order.index(user)]})
                 for order in orders]
        assert shapley(costs, user) == pytest.approx(sum(added) / len(orders), abs=1e-3)


@given(COSTS)
def test_nobody_pays_less_than_it_causes_or_more_than_alone(costs: list[Shared]) -> None:
    """Incremental <= shared <= stand-alone, by both ways; and incremental is what would be saved."""
    for user in USERS:
        low, high = incremental(costs, user), alone(costs, user)
        assert low == pytest.approx(cost_of(costs, {*USERS}) - cost_of(costs, {*USERS} - {user}), abs=1e-3)
        for part in (shapley(costs, user), by_load(costs, user)):
            assert low - 1e-3 <= part <= high + 1e-3


def test_a_mast_and_ports_by_hand() -> None:
    """A mast of 900 EUR for three villages, and ports of 100 EUR in proportion 3 to 1."""
    costs = [Shared(900, {"a": 1, "b": 2, "c": 6}), Shared(100, {"a": 3, "b": 1}, proportional=True)]
    assert [shapley(costs, user) for user in "abc"] == [375, 325, 300]
    assert [by_load(costs, user) for user in "abc"] == [175, 225, 600]
    assert [alone(costs, user) for user in "abc"] == [975, 925, 900]
    assert [incremental(costs, user) for user in "abc"] == [75, 25, 0]
