"""What theory says of one figure, and the tolerances that closed forms of several kinds share; values only."""

from __future__ import annotations

from dataclasses import dataclass

EXACT = 0.001
"""A tolerance for what is arithmetic: the clock of a lab ticks, and each span has a timer of its own."""
SPREAD = 0.25
"""A mean is told as one value where what is not known about it is at most this part of it, to either side."""
MEAN_TOLERANCE = 0.025
"""For a mean, beside what is not known about it: phases of flows stay as they fell for a whole run, and how often
TCP acknowledges is its own affair."""
SHARE_TOLERANCE = 0.01
"""For goodput and for the loss of what does not fit: a run begins and ends amid packets, and queues fill first."""


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
