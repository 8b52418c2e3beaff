"""What theory says of one figure; a value only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Prediction:
    """The expected value and what it cannot leave, in base units (ns, ppm, bit/s); None where no closed form is honest.

    low, high: bounds by theory, whatever the phases of the flows against each other.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
