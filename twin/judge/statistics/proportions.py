"""Limits of a proportion of events that come in clusters: packets lost, calls refused. Pure.

Losses come in episodes, as long as a queue is full: a count of them varies more than one of independent events, by the
dispersion of their clusters. So events and chances are divided by it, and the limits are those of Clopper and Pearson
(1934). Where few or no losses were seen they do not show how they cluster; but what is lost is lost where waits are
longest, so that long waits show it before.
"""

from __future__ import annotations

import math
from functools import lru_cache

from twin.judge.statistics.confidence import RISK
from twin.judge.statistics.dependence import clusters, dispersion
from twin.judge.statistics.distributions import beta, inverse_beta
from twin.judge.statistics.quantiles import CACHED, SPARSE, common_dispersion, tail_of
from twin.judge.verdict import Interval

EPISODES = 10
"""Clusters of losses from which on they alone show how they cluster."""
FEW = 10
"""Clusters of losses with which their dispersion counts double."""


def losses(lost: tuple[bool, ...], waits: tuple[float, ...]) -> Interval:
    """Limits of the ratio, 0 to 1, of what was lost, in order of time. waits: of each, in any unit; of what was lost,
    any number: it counts as longest."""
    if not lost:
        return Interval(None, None, 0, 0.0)
    return proportion(sum(lost), len(lost), loss_dispersion(lost, waits))


@lru_cache(maxsize=CACHED)
def loss_dispersion(lost: tuple[bool, ...], waits: tuple[float, ...]) -> float:
    """By how much more a count of losses varies than one of independent losses."""
    if True not in lost:
        return max(1.0, common_dispersion(tail_of(waits)))
    longest = max(waits) + 1
    tail = tail_of(tuple(longest if is_lost else wait for is_lost, wait in zip(lost, waits, strict=True)))
    episodes = clusters([place for place, is_lost in enumerate(lost) if is_lost], len(lost))
    own = dispersion(episodes) * (1 + SPARSE / tail.periods) * (1 + FEW / max(EPISODES, len(episodes)))
    return own if len(episodes) >= EPISODES else max(own, common_dispersion(tail))


def proportion(events: float, chances: float, spread: float = 1.0) -> Interval:
    """Limits of a proportion, as a ratio 0 to 1. spread: the dispersion of the events.

    Without events the upper limit is that of the rule of three, which is a hair above the exact binomial one and easy
    to check by hand.
    """
    if chances <= 0:
        return Interval(None, None, 0, 0.0)
    counted, among = events / spread, chances / spread
    low = inverse_beta(RISK, counted, among - counted + 1) if events > 0 else 0.0
    high = inverse_beta(1 - RISK, counted + 1, among - counted) if events < chances else 1.0
    return Interval(low, min(1.0, -math.log(RISK) / among) if events == 0 else high, math.floor(chances), among)


def held(events: float, chances: float, ratio: float) -> float:
    """Confidence that a proportion is less than `ratio`: probability of more events, were it exactly that.

    Without events that is 1 - e^(-chances x ratio), the rule of three read backwards. Counts may be effective ones.
    """
    if events == 0:
        return -math.expm1(-chances * ratio)
    if events >= chances or ratio <= 0:
        return 0.0
    return 1.0 if ratio >= 1 else beta(ratio, events + 1, chances - events)
