"""Sobol's indices against a function whose indices are known, and tornado."""

from __future__ import annotations

import numpy as np
import pytest

from tests.territory.economics.reference import ishigami, ishigami_indices
from twin.territory.economics.theory.sensitivity import Floats, one_at_a_time, sobol


def test_indices_of_ishigami_are_those_of_its_closed_form() -> None:
    """Within three half-widths of their confidence intervals (Ishigami and Homma 1990; a = 7, b = 0.1)."""
    indices = sobol(ishigami, [-np.pi] * 3, [np.pi] * 3, 8192, 1)
    for index, (first, total) in zip(indices, ishigami_indices(), strict=True):
        assert abs(index.first - first) <= 1.5 * index.first_error + 1e-9
        assert abs(index.total - total) <= 1.5 * index.total_error + 1e-9


def test_of_a_sum_the_indices_are_the_shares_of_the_variance() -> None:
    """1 and 2 times two parameters: a fifth and four fifths, with nothing in common."""
    indices = sobol(lambda points: points @ np.array([1.0, 2.0]), [0, 0], [1, 1], 8192, 2)
    assert [index.first for index in indices] == pytest.approx([0.2, 0.8], abs=0.03)
    assert [index.total for index in indices] == pytest.approx([0.2, 0.8], abs=0.03)


def test_where_nothing_varies_nothing_matters() -> None:
    """No division by a variance of nothing."""
    def constant(points: Floats) -> Floats:
        return np.ones(len(points))

    assert [(index.first, index.total) for index in sobol(constant, [0], [1], 16, 3)] == [(0.0, 0.0)]


def test_a_tornado_moves_one_parameter_at_a_time() -> None:
    """From the middle to either bound."""
    assert one_at_a_time(lambda points: points @ np.array([1.0, 10.0]), [1, 1], [0, 0], [3, 2]) == [
        (10.0, 13.0), (1.0, 21.0)]
