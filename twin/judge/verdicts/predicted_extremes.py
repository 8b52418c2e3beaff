"""The best and the worst figure that a prediction allows, and whether such a figure keeps a target. Pure."""

from __future__ import annotations

from collections.abc import Callable

from twin.predict import Prediction


def extremes(prediction: Prediction, lower: bool) -> tuple[float | None, float | None]:
    """The best and the worst predicted figure. lower: whether less is better.

    Where spans fail, only the best is known: no other path is shorter.
    """
    if prediction.tolerance is None:
        return (prediction.low if lower else prediction.high), None
    value, tolerance = prediction.value, prediction.tolerance
    low, high = (None if value is None else value * (1 + side * tolerance) for side in (-1, 1))
    low, high = _of(max, low, prediction.low), _of(min, high, prediction.high)
    return (low, high) if lower else (high, low)


def meets(value: float | None, bound: float, lower: bool, *, unknown: bool) -> bool:
    """Whether a figure keeps a target; unknown: of one that is not known."""
    if value is None:
        return unknown
    return value <= bound if lower else value >= bound


def _of(choose: Callable[[list[float]], float], *known: float | None) -> float | None:
    values = [value for value in known if value is not None]
    return choose(values) if values else None
