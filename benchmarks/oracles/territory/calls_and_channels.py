"""Calls and channels: blocking and how many channels are on a span, against published figures and exact formulas."""

from __future__ import annotations

from collections.abc import Iterator
from math import comb

import numpy as np

from benchmarks.oracles.oracle import Oracle
from twin.plan.demand.erlang import erlang_b
from twin.predict.theory.loss_network import Resource, kaufman_roberts, reduced_load
from twin.territory.sizing.theory.blocking_curve import blocking_at
from twin.territory.sizing.theory.finite_sources import engset_blocking
from twin.territory.sizing.theory.multicast_occupancy import distribution, present, zipf

CHANNELS = ((5, 3.9, 1.6), (20, 9.8, 2.0), (100, 18.2, 1.2))
"""Who watch twenty channels by Zipf, channels on the span on average, and their standard deviation."""
PRINTED = 0.02
"""Figures of one or two digits."""


def oracles() -> Iterator[Oracle]:
    """All are computed."""
    yield from _calls()
    yield from _channels()


def _calls() -> Iterator[Oracle]:
    weights = [comb(11, n) * 0.5 ** n for n in range(6)]
    yield Oracle("12 sources of 0.5 erlang on 5 circuits", "Engset: what a call sees of the other eleven",
                 weights[-1] / sum(weights), engset_blocking(12, 0.5, 5), 1e-9)
    exact = kaufman_roberts(Resource(40, {"small": 1.0, "large": 4.0}), {"small": 12.0, "large": 5.0})
    curve = blocking_at(40.0, [1.0, 4.0], np.array([[12.0], [5.0]]))
    for row, name in enumerate(("small", "large")):
        yield Oracle(f"{name} calls on a curve of loads", "Kaufman and Roberts", exact[name], float(curve[row, 0]),
                     1e-9)
    large = kaufman_roberts(Resource(3000, {"small": 1.0, "large": 3.0}), {"small": 1000.0, "large": 700.0})
    curve = blocking_at(3000.0, [1.0, 3.0], np.array([[1000.0], [700.0]]))
    yield Oracle("large calls on 3,000 units", "Kaufman and Roberts; here by Hayward", large["large"],
                 float(curve[1, 0]), 0.1)
    series = {name: Resource(10, {"call": 1.0}) for name in "ab"}
    each = 1 - (1 - reduced_load(series, {"call": 5.0})["call"]) ** 0.5
    yield Oracle("each of two links in series, 5 erlang on 10 circuits", "the reduced load is a fixed point of "
                 "Erlang's formula", erlang_b(5 * (1 - each), 10), each, 1e-6)


def _channels() -> Iterator[Oracle]:
    for viewers, mean, deviation in CHANNELS:
        weights, numbers = distribution(present(zipf(20, 1.0), [(viewers, 1.0)])), np.arange(21)
        middle = float(weights @ numbers)
        yield Oracle(f"channels on a span that {viewers} watch", "twenty by Zipf, each once", mean, middle,
                     1.5 * PRINTED)
        yield Oracle("their standard deviation", "by convolution", deviation,
                     float(np.sqrt(weights @ numbers ** 2 - middle ** 2)), 2 * PRINTED)
