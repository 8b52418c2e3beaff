"""When calls are dialled: Poisson arrivals and exponential holding times, from the seed alone."""

from __future__ import annotations

from itertools import pairwise
from statistics import fmean, pstdev

import pytest

from traffic.voice.call_arrivals import scheduled_calls
from twin.core.seeds import stream
from twin.core.units import NS_PER_S, Time
from twin.plan.blueprint import Dialling

DIALLING = Dialling(5.0, Time(10 * NS_PER_S), Time(8 * NS_PER_S), Time(0), 9)


def test_as_many_as_are_offered() -> None:
    """Offered erlang is arrivals a second times mean occupation; pauses and holding times are exponential, whose
    standard deviation is their mean."""
    calls = scheduled_calls(DIALLING, 20_000, stream(1, "dial/x"))
    assert len(calls) == pytest.approx(10_000, rel=0.03)
    for values, mean in (([b.at - a.at for a, b in pairwise(calls)], 2 * NS_PER_S),
                         ([call.holding for call in calls], 8 * NS_PER_S)):
        assert fmean(values) == pytest.approx(mean, rel=0.03)
        assert pstdev(values) == pytest.approx(mean, rel=0.05)


def test_a_longer_run_begins_like_a_shorter_one() -> None:
    """And another seed is another day."""
    short, long = (scheduled_calls(DIALLING, seconds, stream(1, "dial/x")) for seconds in (100, 200))
    assert short == long[: len(short)] and len(long) > len(short)
    assert scheduled_calls(DIALLING, 100, stream(2, "dial/x")) != short
