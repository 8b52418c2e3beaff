"""Axes of charts: where a value stands between the ends, and which values to write beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import ceil, floor, log10

_LOG_FROM = 12.0
"""From this ratio of largest to smallest on, an axis is logarithmic."""


@dataclass(frozen=True, slots=True)
class Axis:
    """A range of values. low < high; both above 0 on a logarithmic axis. show: writes a value."""

    low: float
    high: float
    logarithmic: bool
    show: Callable[[float], str]

    def at(self, value: float) -> float:
        """The place of a value, 0 to 1; values outside stand at the nearer end."""
        value = min(max(value, self.low), self.high)
        if self.logarithmic:
            return log10(value / self.low) / log10(self.high / self.low)
        return (value - self.low) / (self.high - self.low)

    def value(self, place: float) -> float:
        """The value at a place: the inverse of `at`."""
        if self.logarithmic:
            return float(self.low * (self.high / self.low) ** place)
        return self.low + place * (self.high - self.low)

    def ticks(self, most: int = 6) -> list[tuple[float, str]]:
        """Places (0 to 1) and texts of round values, at most about `most` of them."""
        values = _decades(self.low, self.high, most) if self.logarithmic else _steps(self.low, self.high, most)
        return [(self.at(value), self.show(value)) for value in values]


def linear(high: float, show: Callable[[float], str]) -> Axis:
    """From zero to a little above `high`."""
    return Axis(0.0, high * 1.06 if high > 0 else 1.0, False, show)


def spanning(values: Iterable[float], show: Callable[[float], str]) -> Axis:
    """An axis that holds all values: logarithmic where they differ by an order of magnitude, else from near them."""
    known = [value for value in values if value > 0] or [1.0]
    low, high = min(known), max(known)
    if high / low >= _LOG_FROM:
        return Axis(low / 1.15, high * 1.15, True, show)
    margin = (high - low) * 0.06 or high * 0.1
    return Axis(max(0.0, low - margin), high + margin, False, show)


def _steps(low: float, high: float, most: int) -> list[float]:
    rough = (high - low) / most
    power = 10 ** floor(log10(rough))
    step = next(power * k for k in (1, 2, 5, 10) if power * k >= rough * 0.999)
    return [k * step for k in range(ceil(low / step - 1e-9), floor(high / step + 1e-9) + 1)]


def _decades(low: float, high: float, most: int) -> list[float]:
    exponents = range(floor(log10(low)), ceil(log10(high)) + 1)
    ticks: list[float] = []
    for digits in ((1,), (1, 3), (1, 2, 5)):
        values = [d * 10.0**e for e in exponents for d in digits if low <= d * 10.0**e <= high]
        if ticks and len(values) > most:
            break
        ticks = values
    return ticks
