"""How samples depend on each other: clusters, effective samples, busy periods."""

from __future__ import annotations

import math
import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.support import queue_draws
from twin.judge.statistics.dependence import busy_periods, clusters, dispersion, effective_samples, extremal_index


def test_clusters_are_parted_by_the_longest_intervals() -> None:
    """Three runs of losses far apart are three clusters, single ones far apart as many as they are."""
    assert clusters((10, 11, 12, 500, 501, 900, 901, 902, 903), 1_000) == (3, 2, 4)
    assert clusters(tuple(range(0, 1000, 100)), 1_000) == (1,) * 10
    assert clusters((), 1_000) == ()
    assert clusters((7,), 1_000) == (1,)


def test_one_run_in_a_long_series_is_one_cluster() -> None:
    """Thirty in a row of 6 000; but where every sample exceeds a level, none says anything of its neighbour."""
    assert clusters(tuple(range(900, 930)), 6_000) == (30,)
    assert clusters(tuple(range(30)), 30) == (1,) * 30


@given(st.lists(st.integers(0, 500), min_size=1, max_size=40, unique=True).map(sorted))
def test_every_exceedance_is_in_one_cluster(at: list[int]) -> None:
    """The sizes of all clusters add up."""
    assert sum(clusters(at, 501)) == len(at)
    assert dispersion(clusters(at, 501)) >= 1


def test_extremal_index() -> None:
    """Of independent exceedances it is near 1; of pairs near a half (the mean size of a cluster is its inverse)."""
    rng = random.Random(1)
    single = sorted(rng.sample(range(100_000), 1_000))
    pairs = sorted({place + k for place in rng.sample(range(100_000), 500) for k in (0, 1)})
    assert extremal_index([b - a for a, b in pairwise(single)]) == pytest.approx(1, abs=0.1)
    assert extremal_index([b - a for a, b in pairwise(pairs)]) == pytest.approx(0.5, abs=0.07)


def test_effective_samples_of_an_autoregression() -> None:
    """x' = 0.8 x + noise has a correlation time of (1 + 0.8) / (1 - 0.8) = 9 samples; independent ones have one."""
    rng, x, values = random.Random(2), 0.0, []
    for _ in range(20_000):
        x = 0.8 * x + rng.gauss(0, 1)
        values.append(x)
    assert effective_samples(values) == pytest.approx(20_000 / 9, rel=0.25)
    assert effective_samples([rng.gauss(0, 1) for _ in range(20_000)]) == pytest.approx(20_000, rel=0.25)


def test_alternating_samples_tell_more_than_independent_ones() -> None:
    """Their mean hardly varies; it counts for ten times as many samples at most."""
    assert effective_samples([0.0, 1.0] * 100) == pytest.approx(2_000)


def test_busy_periods() -> None:
    """Equal periods count once each; one of half the run is worth no more than two; equal samples are any number."""
    assert busy_periods([0, 0, 1, 1] * 25) == pytest.approx(25, rel=0.1)
    assert busy_periods([0, 1] * 25 + [1] * 50) < 4
    assert busy_periods([3, 3, 3]) == math.inf


def test_a_loaded_queue_has_fewer_busy_periods() -> None:
    """At a load of 0.92 3 400 packets are worth fewer than 100 busy periods, at 0.3 hundreds."""
    loaded, light = (queue_draws.poisson(load, 3_400, random.Random(3)).waits for load in (0.92, 0.3))
    assert busy_periods(loaded) < 100 < 300 < busy_periods(light)
