"""Channels on a span: the figures of twenty channels, and exact enumeration of small bouquets."""

from __future__ import annotations

from itertools import product
from math import prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.territory.sizing.theory.multicast_occupancy import distribution, mean_channels, present, refused, zipf


@pytest.mark.parametrize("viewers, mean, deviation", [(5, 3.9, 1.6), (20, 9.8, 2.0), (100, 18.2, 1.2)])
def test_twenty_channels_by_zipf(viewers: int, mean: float, deviation: float) -> None:
    """As many channels as are watched by 5, 20 and 100: mean and standard deviation, to 0.15."""
    weights, numbers = distribution(present(zipf(20, 1.0), [(viewers, 1.0)])), np.arange(21)
    middle = float((weights * numbers).sum())
    assert middle == pytest.approx(mean, abs=0.15)
    assert float(np.sqrt((weights * numbers ** 2).sum() - middle ** 2)) == pytest.approx(deviation, abs=0.1)
    assert float(mean_channels(zipf(20, 1.0), np.array([float(viewers)]))[0]) == pytest.approx(middle)


@given(st.lists(st.floats(0.01, 0.99), min_size=1, max_size=6), st.data())
def test_refusals_are_those_of_the_cut_product_form(on: list[float], data: st.DataObject) -> None:
    """Every combination of channels, weighed and cut where they do not fit."""
    places = data.draw(st.integers(0, len(on)))
    popularity = np.array([each / sum(on) for each in on])
    fit = [state for state in product((0, 1), repeat=len(on)) if sum(state) <= places]
    weights = [prod(each if there else 1 - each for each, there in zip(on, state, strict=True)) for state in fit]
    lost = sum(weight * popularity[k] for weight, state in zip(weights, fit, strict=True) if sum(state) == places
               for k in range(len(on)) if not state[k])
    expected = 0.0 if places >= len(on) else lost / sum(weights)
    assert refused(popularity, np.array(on), places) == pytest.approx(expected, rel=1e-6, abs=1e-9)


def test_groups_thin_independently() -> None:
    """Ten of whom half watch are the chance of each, not five."""
    on = present(np.array([0.4, 0.6]), [(10, 0.5)])
    assert on == pytest.approx([1 - 0.8 ** 10, 1 - 0.7 ** 10])
