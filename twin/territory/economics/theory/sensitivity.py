"""What an answer depends on: one parameter at a time (tornado), and Sobol's indices by Saltelli's design.

Saltelli, Annoni, Azzini, Campolongo, Ratto and Tarantola (2010), Computer Physics Communications 181: for the first
order their estimator (b), for the total Jansen's (f). Parameters are uniform between their bounds, and independent.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from twin.territory.economics.results import Index

Floats = NDArray[np.float64]
Answer = Callable[[Floats], Floats]
"""From parameters, one row a point, to an answer each."""
Z95 = 1.96


def one_at_a_time(answer: Answer, middle: Sequence[float], low: Sequence[float], high: Sequence[float]
                  ) -> list[tuple[float, float]]:
    """The answers with one parameter at either bound and all others in the middle."""
    points = np.tile(np.asarray(middle, dtype=float), (2 * len(middle), 1))
    for number, bounds in enumerate(zip(low, high, strict=True)):
        points[2 * number:2 * number + 2, number] = bounds
    answers = answer(points)
    return [(float(answers[row]), float(answers[row + 1])) for row in range(0, len(points), 2)]


def sobol(answer: Answer, low: Sequence[float], high: Sequence[float], points: int, seed: int) -> list[Index]:
    """The indices of each parameter, from points x (parameters + 2) answers."""
    least, span = np.asarray(low, dtype=float), np.subtract(high, low)
    first, second = least + span * np.random.default_rng(seed).random((2, points, len(least)))
    here, there = answer(first), answer(second)
    both = np.concatenate([here, there])
    centre, variance = float(both.mean()), float(both.var())
    indices = []
    for number in range(len(least)):
        mixed = first.copy()
        mixed[:, number] = second[:, number]
        changed = answer(mixed)
        indices.append(_index((there - centre) * (changed - here), (here - changed) ** 2 / 2, variance))
    return indices


def _index(own: Floats, whole: Floats, variance: float) -> Index:
    if variance == 0.0:
        return Index(0.0, 0.0, 0.0, 0.0)
    errors = [Z95 * float(np.std(each)) / np.sqrt(len(each)) / variance for each in (own, whole)]
    return Index(float(own.mean()) / variance, float(errors[0]), float(whole.mean()) / variance, float(errors[1]))
