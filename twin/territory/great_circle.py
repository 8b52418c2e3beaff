"""Distances as the crow flies. Pure."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

from twin.core.units import Length

MEAN_RADIUS = 6_371_008.8
"""m (International Union of Geodesy and Geophysics, GRS 80)"""

Position = tuple[float, float]
"""Degrees north and east (WGS 84)."""


STEP = 10
"""m to which lengths between communes are given: a commune's position is no better known."""


def crow_fly(a: Position, b: Position) -> Length:
    """The length of a span or hop between communes, m: the distance in steps of 10 m, and one step at least."""
    return Length(max(STEP, round(distance(a, b) / STEP) * STEP))


def distance(a: Position, b: Position) -> Length:
    """m along the great circle, by the haversine formula, on a sphere of the Earth's mean radius."""
    north, south = radians(a[0]), radians(b[0])
    chord = sin((south - north) / 2) ** 2 + cos(north) * cos(south) * sin(radians(b[1] - a[1]) / 2) ** 2
    return Length(round(2 * MEAN_RADIUS * asin(sqrt(min(1.0, chord)))))
