"""Blocking of calls of several sizes on one resource, at many loads at once.

By Kaufman (1981) and Roberts (1981) where the resource holds up to UNITS of the smallest steps; beyond, where that
would be slow, by Hayward's approximation (Fredericks 1980): Erlang's formula with both load and capacity divided by the
mean size of what is in use, and each call blocked in proportion to its own size.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from twin.territory.sizing.theory.elastic_traffic import erlang_b_of

Floats = NDArray[np.float64]

UNITS = 600
STEPS = 4
"""Of the smallest call, where calls are no multiples of it."""
LARGE = 1e200


def blocking_at(budget: float, costs: Sequence[float], offered: Floats) -> Floats:
    """The probability that a call of each kind is blocked: of shape (kinds, loads), as `offered`, in erlang.

    budget, costs: of one unit.
    """
    least = min(costs)
    if budget < least:
        return np.ones_like(offered)
    unit = least if all(abs(cost / least - round(cost / least)) < 1e-9 for cost in costs) else least / STEPS
    if budget / unit <= UNITS:
        return _kaufman_roberts(int(budget / unit + 1e-9), [round(cost / unit) for cost in costs], offered)
    return _hayward(budget, np.array(costs)[:, None], offered)


def _kaufman_roberts(room: int, units: Sequence[int], offered: Floats) -> Floats:
    weights = np.zeros((room + 1, offered.shape[1]))
    weights[0] = 1.0
    for used in range(1, room + 1):
        for each, load in zip(units, offered, strict=True):
            if each <= used:
                weights[used] += each / used * load * weights[used - each]
        if weights[used].max() > LARGE:
            weights[:used + 1] /= np.where(weights[used] > LARGE, LARGE, 1.0)
    total = weights.sum(axis=0)
    return np.array([weights[max(0, room - each + 1):].sum(axis=0) / total for each in units])


def _hayward(budget: float, costs: Floats, offered: Floats) -> Floats:
    loads = costs * offered
    mean = (costs * loads).sum(axis=0) / np.maximum(loads.sum(axis=0), 1e-12)
    servers = np.round(budget / np.maximum(mean, 1e-12))
    blocked = erlang_b_of(np.where(mean > 0, servers, 1.0), loads.sum(axis=0) / np.where(mean > 0, mean, 1.0))
    return np.asarray(np.minimum(1.0, costs / np.where(mean > 0, mean, 1.0) * blocked))
