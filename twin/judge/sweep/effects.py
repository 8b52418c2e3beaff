"""The main effect of each parameter: how far the mean response of a level lies from that of all points. Pure.

The interval is that of a mean under the additive model (Box, Hunter and Hunter, Statistics for Experimenters, 2005,
chapter 5): what main effects leave unexplained, interactions and other seeds, counts as its scatter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean

from twin.judge.statistics.distributions import student
from twin.judge.sweep.magnitude import magnitudes, ordered
from twin.judge.sweep.results import Sweep, SweepPoint

LEVEL = 0.975
"""Of Student's t: 95 % between the two ends."""
MOST_LEVELS, QUARTERS = 8, 4
"""A parameter with more levels, as in a Latin hypercube, is told by the quarters of its points."""


@dataclass(frozen=True, slots=True)
class Effect:
    """Of one level of a parameter, in the unit of the response. change: from the mean of all points; low, high: of it,
    None where too few points were computed to say. points: with this level."""

    parameter: str
    level: str
    change: float
    low: float | None
    high: float | None
    points: int


def effects(sweep: Sweep, name: str) -> tuple[Effect, ...]:
    """The effects of all parameters with more than one level on a response, the strongest parameter first."""
    values = {point.number: response.worst for point, response in sweep.of(name) if response.worst is not None}
    points = [point for point in sweep.points if point.number in values]
    known = {number: value for number, value in values.items() if value is not None}
    if not points:
        return ()
    grouped = {parameter: groups for parameter in sweep.parameters
               if len(groups := _groups(points, parameter)) > 1}
    mean = fmean(known.values())
    changes = {(parameter, level): fmean(known[number] for number in numbers) - mean
               for parameter, groups in grouped.items() for level, numbers in groups.items()}
    spread = _unexplained(grouped, changes, known, mean)
    all_levels = [_effect((parameter, level), len(numbers), changes, spread)
             for parameter, groups in grouped.items() for level, numbers in groups.items()]
    reach = {parameter: max(abs(changes[parameter, level]) for level in groups)
             for parameter, groups in grouped.items()}
    return tuple(sorted(all_levels, key=lambda effect: -reach[effect.parameter]))


def _groups(points: Sequence[SweepPoint], parameter: str) -> dict[str, list[int]]:
    """The numbers of the points with each level, or in each quarter of many levels."""
    levels = ordered(tuple(dict.fromkeys(point.settings[parameter] for point in points)))
    if len(levels) <= MOST_LEVELS or magnitudes(levels) is None:
        return {level: [point.number for point in points if point.settings[parameter] == level] for level in levels}
    size = len(levels) / QUARTERS
    parts = [levels[round(k * size):round((k + 1) * size)] for k in range(QUARTERS)]
    return {f"{part[0]} – {part[-1]}": [point.number for point in points if point.settings[parameter] in part]
            for part in parts}


def _unexplained(grouped: Mapping[str, Mapping[str, Sequence[int]]], changes: Mapping[tuple[str, str], float],
                 values: Mapping[int, float], mean: float) -> tuple[float, int]:
    """The standard deviation that main effects leave, and its degrees of freedom."""
    fitted = dict.fromkeys(values, mean)
    for parameter, groups in grouped.items():
        for level, numbers in groups.items():
            for number in numbers:
                fitted[number] += changes[parameter, level]
    freedom = len(values) - 1 - sum(len(groups) - 1 for groups in grouped.values())
    squares = sum((values[number] - fitted[number]) ** 2 for number in values)
    return (sqrt(squares / freedom) if freedom > 0 else 0.0), freedom


def _effect(key: tuple[str, str], points: int, changes: Mapping[tuple[str, str], float], spread: tuple[float, int]
            ) -> Effect:
    deviation, freedom = spread
    if freedom < 1:
        return Effect(*key, changes[key], None, None, points)
    reach = student(LEVEL, freedom) * deviation / sqrt(points)
    return Effect(*key, changes[key], changes[key] - reach, changes[key] + reach, points)
