"""How long frames take among others, against a simulation of the cell, and how rare events are."""

from __future__ import annotations

from math import exp, factorial, log
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.predict.radio.cell_simulation import SimulatedStation, simulate
from twin.predict.theory.chance import least, most
from twin.predict.theory.contended_service import Contention, attempt_rate, contention
from twin.predict.theory.dcf_contention import Windows

B, G = Windows(32, 5, 7), Windows(16, 6, 7)
SLOT, LONG, SHORT = 20e3, 1.6e6, 0.7e6
FRAMES = 4000


def holds(exchanges: list[float], windows: Windows, damaged: float = 0.0) -> list[float]:
    """ns of each frame of the first of several stations, all of which always have one."""
    stations = [SimulatedStation([0.0] * FRAMES, exchange, damaged * (not k)) for k, exchange in enumerate(exchanges)]
    simulate(stations, windows, SLOT, 3)
    ends = stations[0].sojourns[:FRAMES // 3]
    return [after - before for before, after in zip([0.0, *ends], ends, strict=False)]


@pytest.mark.parametrize(("exchanges", "windows", "damaged"), [
    ([LONG, LONG], B, 0.0), ([SHORT, LONG], B, 0.0), ([SHORT] * 3, B, 0.1), ([SHORT, LONG, SHORT, LONG], G, 0.0),
    ([LONG], B, 0.2)])
def test_a_pace_is_exceeded_by_chance_only(exchanges: list[float], windows: Windows, damaged: float) -> None:
    """Five frames in a row, all their attempts: one time in a hundred at the most, and on average within the pace."""
    times = holds(exchanges, windows, damaged)
    air = contention(windows, SLOT, exchanges[1:], 0, max(exchanges))
    sums = [sum(times[k:k + 5]) for k in range(0, len(times) - 5, 5)]
    for exponent in (2e-8, 1e-7):
        pace, lag = air.pace(exponent, 8, exchanges[0], damaged), log(100) / exponent
        assert sum(times) / len(times) < pace
        assert sum(each > 5 * pace + lag for each in sums) <= len(sums) / 100


def test_a_pace_holds_little_that_is_not_needed() -> None:
    """As the exponent vanishes it is the mean."""
    air = contention(B, SLOT, [LONG], 0, LONG)
    times = holds([LONG, LONG], B)
    assert air.pace(1e-10, 8, LONG) == pytest.approx(sum(times) / len(times), rel=0.08)


def test_more_attempts_than_planned_are_bounded_one_by_one() -> None:
    """A frame that needs its sixth attempt takes no longer than the first five and the longest that a sixth can."""
    air = contention(B, SLOT, [SHORT], 0, SHORT)
    assert max(holds([SHORT, SHORT], B)) < air.late(0, 6)


@given(some.integers(1, 8), some.sampled_from([B, G]))
def test_the_more_stations_the_rarer_each_begins(stations: int, windows: Windows) -> None:
    """One alone begins in two of all slots of its window."""
    assert attempt_rate(1, windows) == pytest.approx(2 / windows.first)
    assert attempt_rate(stations + 1, windows) < attempt_rate(stations, windows)


@given(some.floats(1e-9, 1e-6), some.floats(1e-9, 1e-6), some.integers(1, 8))
def test_the_pace_grows_with_the_exponent(first: float, second: float, attempts: int) -> None:
    """And with what may happen."""
    air: Contention = contention(G, SLOT, [LONG, SHORT], 1, LONG)
    low, high = sorted((first, second))
    assert air.pace(low, attempts, SHORT) <= air.pace(high, attempts, SHORT) * (1 + 1e-6)
    assert air.interruption(low, attempts, SHORT) <= air.pace(low, attempts, SHORT)


@given(some.floats(1e-6, 30), some.floats(1e-8, 0.1))
def test_rare_events_exceed_their_most_by_chance_only(mean: float, chance: float) -> None:
    """The sum of the Poisson distribution."""
    count = int(most(mean, chance))
    assert 1 - sum(exp(-mean) * mean ** k / factorial(k) for k in range(count + 1)) <= chance + 1e-12


def test_many_events_lie_around_their_mean() -> None:
    """Of a hundred draws at 900 on average, all lie within what one in ten thousand exceeds."""
    draw = Random(1)
    for _ in range(100):
        count = sum(draw.random() < 0.09 for _ in range(10_000))
        assert least(900, 1e-4) < count < most(900, 1e-4)
