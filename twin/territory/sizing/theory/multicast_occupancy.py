"""IPTV channels on a span: which are there, since somebody behind it watches them, and which do not fit.

A channel of popularity pi is there with probability 1 - (1 - pi)^N for N that watch (binomial thinning), each
independently; numbers by convolution. What does not fit is refused as in a generalized Engset system (Karvo, Virtamo,
Aalto and Martikainen 2001): a channel is refused where it is not there and as many others are as fit.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def zipf(channels: int, exponent: float) -> Floats:
    """The popularity of each channel, the first most popular; sums to 1."""
    weights = np.arange(1, channels + 1, dtype=np.float64) ** -exponent
    return np.asarray(weights / weights.sum())


def present(popularity: Floats, groups: Iterable[tuple[int, float]]) -> Floats:
    """The probability that each channel is on a span. groups: how many there are of each, and which part watches."""
    absent = np.ones_like(popularity)
    for size, watching in groups:
        absent = absent * (1 - popularity * watching) ** size
    return np.asarray(1 - absent)


def mean_channels(popularity: Floats, viewers: Floats) -> Floats:
    """Channels on a span on average, for each number of viewers."""
    return np.asarray((1 - (1 - popularity[:, None]) ** viewers[None, :]).sum(axis=0))


def distribution(on: Floats) -> Floats:
    """The probability of each number of channels, 0 to all, from that of each channel."""
    weights = np.ones(1)
    for each in on:
        weights = np.convolve(weights, (1 - each, each))
    return weights


def refused(popularity: Floats, on: Floats, places: int) -> float:
    """The part of requests that are refused on a span with so many places; requests are as popular as channels."""
    if places >= len(popularity):
        return 0.0
    weights = distribution(on)
    fit = weights[:places + 1].sum()
    missed = [(1 - each) * _without(weights, each, places) for each in on]
    return float(np.dot(popularity, missed) / fit)


def _without(weights: Floats, each: float, places: int) -> float:
    """The probability of so many channels without one that is there with probability `each`: the convolution undone,
    from the end from which that is stable."""
    rest = 0.0
    if each <= 0.5:
        for weight in weights[:places + 1]:
            rest = (weight - each * rest) / (1 - each)
    else:
        for weight in weights[:places:-1]:
            rest = (weight - (1 - each) * rest) / each
    return max(0.0, float(rest))
