"""Where the mean delay of a flow comes from: exact parts, and waiting split by theory."""

from __future__ import annotations

import pytest

from twin.judge.figures.delay_breakdown import delay_breakdown
from twin.plan.forwarding.paths import Hop
from twin.predict import HopDelay
from twin.predict.delay.waits import Wait


def delay(name: str, wait: Wait) -> HopDelay:
    """A delay of 5 ns fixed delay and 10 ns serialization."""
    return HopDelay(Hop(name, True), 5.0, 10.0, wait)


def test_waiting_follows_theory() -> None:
    """The sum of all parts is the measured mean; waiting is split as theory expects it, between light and heavy."""
    parts = delay_breakdown([delay("a", Wait(10, 30, 100)), delay("b", Wait(60, 60, 100))], 110)
    assert [s.span for s in parts] == ["a", "b"]
    assert [(s.fixed, s.serialization) for s in parts] == [(5, 10), (5, 10)]
    assert [s.waiting for s in parts] == pytest.approx([20, 60])
    assert [(s.expected, s.bound) for s in parts] == [(20, 100), (60, 100)]
    assert sum(s.fixed + s.serialization + s.waiting for s in parts) == pytest.approx(110)


def test_bounds_stand_in() -> None:
    """Where a mean is not known the bounds split the waiting; where a bound is missing too, serialization does."""
    parts = delay_breakdown([delay("a", Wait(None, None, 30)), delay("b", Wait(1, 1, 10))], 70)
    assert [s.waiting for s in parts] == pytest.approx([30, 10])
    parts = delay_breakdown([delay("a", Wait(None, None, None)), delay("b", Wait(1, 1, 10))], 70)
    assert [s.waiting for s in parts] == pytest.approx([20, 20])


def test_no_negative_wait() -> None:
    """A mean below the exact part by rounding is no negative wait; without hop_delays there is nothing to share."""
    assert [s.waiting for s in delay_breakdown([delay("a", Wait(0, 0, 0))], 14.9)] == [0]
    assert delay_breakdown([], 10) == ()
