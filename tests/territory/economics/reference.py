"""A function whose indices of sensitivity are known in closed form (Ishigami and Homma 1990)."""

from __future__ import annotations

import numpy as np

from twin.territory.economics.theory.sensitivity import Floats

A, B = 7.0, 0.1


def ishigami(points: Floats) -> Floats:
    """sin x1 + a sin^2 x2 + b x3^4 sin x1."""
    x, y, z = points.T
    return np.asarray(np.sin(x) + A * np.sin(y) ** 2 + B * z ** 4 * np.sin(x))


def ishigami_indices() -> list[tuple[float, float]]:
    """First order and total, by parameter."""
    own = (1 + B * np.pi ** 4 / 5) ** 2 / 2
    both = B ** 2 * np.pi ** 8 * (1 / 18 - 1 / 50)
    second = A ** 2 / 8
    whole = own + second + both
    return [(own / whole, (own + both) / whole), (second / whole, second / whole), (0.0, both / whole)]
