"""What theory says of one figure; a value only."""

from __future__ import annotations

from dataclasses import dataclass

EXACT = 0.001
"""A tolerance for what is arithmetic: the clock of a lab ticks, and each span has a timer of its own."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """The expected value and what it cannot leave, in base units (ns, ppm, bit/s); None where no closed form is honest.

    low, high: bounds by theory, whatever the phases of the flows against each other. tolerance: the part of `value`
    by which a measured one may differ before the two count as apart; None where neither value nor bounds are to be
    held against a measurement. by: the closed form, in a few words for people.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    tolerance: float | None = EXACT
    by: str = ""
