"""The part of the packets that impulse noise hits: exact for all lengths and periods, against draws by the rule."""

from __future__ import annotations

from math import exp
from random import Random
from statistics import fmean, pstdev

import pytest

from twin.core.units import NS_PER_MS, Time
from twin.plan.blueprint import ImpulseNoise

DRAWS = 40_000


def noise(period: float, mean: float, corrected: float) -> ImpulseNoise:
    """Of figures in ms."""
    return ImpulseNoise(*(Time(round(each * NS_PER_MS)) for each in (period, mean, corrected)))


def bursts(given: ImpulseNoise, periods: int, draw: Random) -> list[tuple[float, float]]:
    """Begin and end of one burst in each period, as the emulation draws them; those corrected are left out."""
    drawn = [(number * given.period + draw.random() * given.period,
              min(draw.expovariate(1 / given.mean), given.period)) for number in range(periods)]
    return [(begin, begin + length) for begin, length in drawn if length > given.corrected]


def hit(given: ImpulseNoise, passing: float, draw: Random) -> bool:
    """Whether a packet that begins at a random moment of the second period is hit."""
    begin = given.period * (1 + draw.random())
    intervals = bursts(given, int(passing // given.period) + 4, draw)
    return any(start <= begin + passing and end >= begin for start, end in intervals)


@pytest.mark.parametrize(("period", "mean", "corrected", "passing"), [
    (250, 200, 0, 6.6), (250, 200, 0, 0.8), (250, 5, 2, 6.6), (250, 200, 100, 6.6), (250, 240, 249, 3),
    (250, 200, 0, 300), (10, 9, 4, 25), (10, 3, 0, 9), (10, 1, 0.5, 40),
])
def test_the_part_that_is_hit_is_what_draws_say(period: float, mean: float, corrected: float, passing: float) -> None:
    """Of short and long bursts, short and long packets, to three standard errors; ms."""
    given, draw = noise(period, mean, corrected), Random(1)
    part = fmean(hit(given, passing * NS_PER_MS, draw) for _ in range(DRAWS))
    error = max(part * (1 - part) / DRAWS, 1e-9)**0.5
    assert given.loss_probability(passing * NS_PER_MS) == pytest.approx(part, abs=3.5 * error)


def test_bursts_that_seldom_meet_add_up() -> None:
    """Of 60 s between bursts: (corrected + mean length + packet) / period of those that are not corrected."""
    for mean, corrected, passing in ((0.001, 0, 6.6), (0.5, 1, 6.6), (5, 2, 0.4)):
        share = exp(-corrected / mean) * (corrected + mean + passing) / 60_000
        assert noise(60_000, mean, corrected).loss_probability(passing * NS_PER_MS) == pytest.approx(share, rel=2e-4)


def test_what_interleaving_corrects_for_a_whole_period_is_no_loss() -> None:
    """No burst lasts longer than a period."""
    assert noise(10, 9, 10).loss_probability(NS_PER_MS) == 0 == noise(10, 9, 10).variation(NS_PER_MS, 1e9)


@pytest.mark.parametrize(("period", "mean", "corrected", "passing", "seconds"), [
    (250, 5, 0, 6.6, 20), (250, 5, 8, 0.8, 20), (1000, 20, 0, 3, 10), (10_000, 20, 0, 3, 5)])
def test_runs_vary_by_what_theory_says(
    period: float, mean: float, corrected: float, passing: float, seconds: float
) -> None:
    """The time in which a packet would be hit, in many runs that begin anywhere, of a few or of many bursts."""
    given, draw, end = noise(period, mean, corrected), Random(2), seconds * 1e9
    periods = int(end / given.period) + 2
    struck = []
    for _ in range(4_000):
        first = given.period * draw.random()
        intervals = bursts(given, periods, draw)
        struck.append(sum(stop - start + passing * NS_PER_MS for start, stop in intervals
                          if first <= start < first + end))
    assert pstdev(struck) / fmean(struck) == pytest.approx(given.variation(passing * NS_PER_MS, end), rel=0.12)
