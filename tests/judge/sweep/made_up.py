"""Sweeps with responses that are known beforehand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import product

from twin.judge.sweep.results import Response, Result, Sweep, SweepPoint


def made_up(levels: Mapping[str, tuple[str, ...]], response: Callable[..., Response | tuple[Response, Response]]
            ) -> Sweep:
    """A full cross; response: of the levels of a point, "figure" and "other" of the computation theory."""
    points = []
    for number, row in enumerate(product(*levels.values()), 1):
        made = response(*row)
        figure, other = made if isinstance(made, tuple) else (made, made)
        points.append(SweepPoint(number, dict(zip(levels, row, strict=True)), {"theory": Result({
            "figure": figure, "other": other})}))
    return Sweep("made-up", tuple(levels), ("theory",), tuple(points))
