"""Mean throughput of elastic flows: published figures, exact chains, and what holds for all loads."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.plan.demand.erlang import erlang_b
from twin.territory.sizing.theory.elastic_traffic import (
    delay_of_a_bit,
    erlang_b_of,
    flows_in_progress,
    least_throughput,
    multirate_throughput,
    throughput,
)


@pytest.mark.parametrize("load, part", [(0.8, 0.99), (0.9, 0.93), (0.98, 0.54)])
def test_fast_links_keep_the_peak_rate_until_they_are_nearly_full(load: float, part: float) -> None:
    """100 Mbit/s, lines of 2: both forms agree, since 50 lines fit exactly."""
    own = (np.array(100.0), np.array(100 * load), 2.0)
    assert float(throughput(*own)) / 2 == pytest.approx(part, abs=0.005)
    assert float(least_throughput(*own)) == pytest.approx(float(throughput(*own)))


@pytest.mark.parametrize("load, part", [(0.5, 0.72), (0.7, 0.48)])
def test_a_village_hop_breaks_first(load: float, part: float) -> None:
    """5 Mbit/s, lines of 2: by Erlang's formula with two servers; the exact form is above it."""
    own = (np.array(5.0), np.array(5 * load), 2.0)
    assert float(least_throughput(*own)) / 2 == pytest.approx(part, abs=0.005)
    assert float(throughput(*own)) > float(least_throughput(*own))


def _chain(capacity: float, offered: float, peak: float, most: int = 4000) -> float:
    """The mean number of flows of the birth and death chain, state by state."""
    weight, total, sum_of = 1.0, 1.0, 0.0
    for n in range(1, most):
        weight *= offered / min(n * peak, capacity)
        total, sum_of = total + weight, sum_of + n * weight
    return sum_of / total


@given(st.floats(0.3, 40), st.floats(0.01, 0.97))
def test_the_closed_form_is_the_chains(capacity: float, load: float) -> None:
    """Any capacity in peak rates, whole or not."""
    flows = float(flows_in_progress(np.array(capacity), np.array(capacity * load), 1.0))
    assert flows == pytest.approx(_chain(capacity, capacity * load, 1.0), rel=1e-6)


@given(st.floats(0.3, 400), st.floats(0.0, 0.99), st.floats(0.001, 0.009))
def test_more_load_is_slower_and_nothing_is_faster_than_its_line(capacity: float, load: float, more: float) -> None:
    """Nor faster than what is left."""
    slow = float(throughput(np.array(capacity), np.array(capacity * (load + more)), 1.0))
    fast = float(throughput(np.array(capacity), np.array(capacity * load), 1.0))
    assert slow <= fast * (1 + 1e-9) and fast <= min(1.0, capacity) * (1 + 1e-6)


def test_beyond_its_capacity_a_link_is_saturated_and_has_no_rate() -> None:
    """Also where nothing is left for transfers at all."""
    assert list(throughput(np.array([1.0, 1.0, -1.0]), np.array([1.0, 2.0, 0.1]), 1.0)) == [0.0, 0.0, 0.0]
    assert np.isinf(delay_of_a_bit(np.array(1.0), np.array(1.0), 1.0))


def test_one_flow_at_a_time_is_processor_sharing() -> None:
    """Where one line fills the link, throughput is what is left: M/G/1-PS."""
    assert float(throughput(np.array(1.0), np.array(0.75), 3.0)) == pytest.approx(0.25)


@given(st.integers(1, 60), st.floats(0.1, 80))
def test_erlangs_formula_on_arrays_is_that_of_the_plan(servers: int, erlangs: float) -> None:
    """Also beside other numbers of servers."""
    both = erlang_b_of(np.array([servers, 1.0]), np.array([erlangs, erlangs]))
    assert both[0] == pytest.approx(erlang_b(erlangs, servers)) and both[1] == pytest.approx(erlangs / (1 + erlangs))


@pytest.mark.parametrize("servers, erlangs", [(5000, 5000.0), (5000, 5200.0), (5000, 4800.0), (700, 690.0)])
def test_erlangs_formula_forgets_where_it_began(servers: int, erlangs: float) -> None:
    """The last servers alone give the same."""
    blocked = float(erlang_b_of(np.array(float(servers)), np.array(erlangs)))
    assert blocked == pytest.approx(erlang_b(erlangs, servers), rel=1e-6, abs=1e-12)


def test_several_peak_rates_by_recursion() -> None:
    """With one peak rate it is the closed form; with two, the closed form of each is within 2 % of it below nine tenths
    of the capacity."""
    assert multirate_throughput(100, (80.0,), (2,))[0] == pytest.approx(
        float(throughput(np.array(100.0), np.array(80.0), 2.0)))
    for load in (0.5, 0.7, 0.8):
        slow, fast = multirate_throughput(100, (50 * load, 50 * load), (2, 5))
        assert float(throughput(np.array(100.0), np.array(100 * load), 2.0)) == pytest.approx(slow, rel=0.02)
        assert float(throughput(np.array(100.0), np.array(100 * load), 5.0)) == pytest.approx(fast, rel=0.02)
