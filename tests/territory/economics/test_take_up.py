"""Take-up over the years: an S that goes through what is known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.territory.economics.theory.take_up import take_up


@given(st.floats(0.01, 0.9), st.integers(1, 20), st.floats(1.01, 3))
def test_the_curve_goes_through_both_stages_and_grows_to_saturation(low: float, apart: int, saturation: float) -> None:
    """And is never beyond."""
    years = range(2003, 2003 + 200)
    curve = take_up([(2003 + apart, 1.0), (2003, low)], saturation, years)
    assert curve[0] == pytest.approx(low) and curve[apart] == pytest.approx(1.0)
    assert [*curve] == sorted(curve) and max(curve) <= saturation * (1 + 1e-12)


def test_one_stage_alone_is_for_all_years() -> None:
    """Nothing is known of how it grows."""
    assert take_up([(2003, 1.0)], 1.1, range(2003, 2006)) == (1.0, 1.0, 1.0)
