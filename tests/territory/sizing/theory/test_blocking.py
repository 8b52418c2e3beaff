"""Blocking: Engset's formula, and the curve of calls of several sizes against the exact formula."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.plan.demand.erlang import erlang_b
from twin.predict.theory.loss_network import Resource, kaufman_roberts, reduced_load
from twin.territory.sizing.theory.blocking_curve import blocking_at
from twin.territory.sizing.theory.finite_sources import engset_blocking, engset_time_congestion


@given(st.integers(2, 30), st.floats(0.01, 3), st.integers(1, 30))
def test_engset_is_the_ratio_of_binomial_weights(sources: int, load: float, circuits: int) -> None:
    """What a call finds is what the others leave."""
    if circuits >= sources:
        assert engset_blocking(sources, load, circuits) == 0
        return
    weights = [comb(sources - 1, n) * load ** n for n in range(circuits + 1)]
    assert engset_blocking(sources, load, circuits) == pytest.approx(weights[-1] / sum(weights))
    weights = [comb(sources, n) * load ** n for n in range(circuits + 1)]
    assert engset_time_congestion(sources, load, circuits) == pytest.approx(weights[-1] / sum(weights))


def test_many_sources_are_erlangs() -> None:
    """10,000 sources of 5 erlang together on 10 circuits: 1.84 % (Erlang's table)."""
    assert engset_blocking(10_000, 5 / 10_000, 10) == pytest.approx(erlang_b(5, 10), rel=0.005)
    assert erlang_b(5, 10) == pytest.approx(0.01838, abs=5e-6)


def test_as_few_sources_as_circuits_block_nobody() -> None:
    """Though all circuits may be busy at times."""
    assert engset_blocking(3, 0.5, 3) == 0 and engset_time_congestion(3, 1.0, 3) == pytest.approx(1 / 8)


@given(st.integers(1, 100), st.lists(st.integers(1, 9), min_size=1, max_size=3, unique=True), st.floats(0.1, 30))
def test_the_curve_is_that_of_kaufman_and_roberts(room: int, sizes: list[int], load: float) -> None:
    """At every load of the curve."""
    sizes = [1, *(size for size in sizes if size > 1)]
    names = [str(size) for size in sizes]
    exact = kaufman_roberts(Resource(room, dict(zip(names, sizes, strict=True))), dict.fromkeys(names, load))
    curve = blocking_at(room, sizes, np.full((len(sizes), 2), load))
    assert curve[:, 1] == pytest.approx([exact[name] for name in names], rel=1e-6)


def test_large_links_by_hayward_are_near_the_exact_formula() -> None:
    """On 3,000 units, calls of 1 and 3, where some are blocked: within a tenth of the blocking."""
    offered = np.array([[900.0, 1000.0, 1100.0], [700.0, 700.0, 700.0]])
    curve = blocking_at(3000, [1.0, 3.0], offered)
    for column in range(3):
        small, large = offered[:, column]
        exact = kaufman_roberts(Resource(3000, {"small": 1.0, "large": 3.0}), {"small": small, "large": large})
        assert curve[:, column] == pytest.approx([exact["small"], exact["large"]], rel=0.1)


def test_no_room_blocks_all() -> None:
    """A budget below one call."""
    assert blocking_at(0.5, [1.0, 2.0], np.ones((2, 1))).tolist() == [[1.0], [1.0]]


def test_the_reduced_load_of_links_in_series_is_below_their_sum() -> None:
    """Two links of 10 circuits with 5 erlang through both: more than one link blocks, less than both apart; each is
    offered what the other lets through."""
    two = {"a": Resource(10, {"call": 1.0}), "b": Resource(10, {"call": 1.0})}
    blocked = reduced_load(two, {"call": 5.0})["call"]
    assert erlang_b(5, 10) < blocked < 2 * erlang_b(5, 10)
    each = 1 - (1 - blocked) ** 0.5
    assert each == pytest.approx(erlang_b(5 * (1 - each), 10))
