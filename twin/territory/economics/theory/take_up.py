"""Take-up over the years: a logistic curve through two known years (Verhulst 1838; of telecommunications services
Griliches 1957 and many since), constant where only one is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log


@dataclass(frozen=True, slots=True)
class SCurve:
    """Take-up beside that of the last stage. saturation: in the end. middle: the year in which half of that is reached.
    growth: per year."""

    saturation: float
    middle: float
    growth: float

    def at(self, year: float) -> float:
        """In a year."""
        return self.saturation / (1 + exp(-self.growth * (year - self.middle)))


def s_curve(first: tuple[float, float], last: tuple[float, float], saturation: float) -> SCurve:
    """The curve through two years with their take-up. saturation: more than either."""
    (year, low), (later, high) = first, last
    here, there = _logit(low / saturation), _logit(high / saturation)
    growth = (there - here) / (later - year)
    return SCurve(saturation, year - here / growth, growth)


def _logit(part: float) -> float:
    return log(part / (1 - part))


def take_up(points: Sequence[tuple[float, float]], saturation: float, years: Sequence[int]) -> tuple[float, ...]:
    """Take-up in each of some years. points: by year, the last known as 1; all others lower or left out."""
    known = sorted(points)
    first, last = known[0], known[-1]
    if first[0] == last[0] or first[1] >= last[1]:
        return (last[1],) * len(years)
    curve = s_curve(first, last, saturation * last[1])
    return tuple(curve.at(year) for year in years)
