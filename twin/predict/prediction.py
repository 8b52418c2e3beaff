"""A predicted figure, and the tolerances that several closed forms share; values only."""

from __future__ import annotations

from dataclasses import dataclass

EXACT = 0.001
"""Of what is arithmetic: the clock of a lab has ticks, and each span has a timer of its own."""
GRAIN = 1_000
"""ns for each span, beside a ratio: a span has two timers, each late by some hundred ns at the most."""
SPREAD = 0.25
"""A mean is given as one value where its uncertainty is at most this part of it, to either side."""
MEAN_TOLERANCE = 0.025
"""Of a mean, beyond its uncertainty: flows keep their phases for a whole run, and how often TCP acknowledges varies."""
SHARE_TOLERANCE = 0.01
"""Of goodput and of loss by overload: a run begins and ends amid packets, and queues fill first."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """The expected value and its bounds, in base units (ns, ppm, bit/s); None where no closed form is honest.

    low, high: bounds by theory, whatever the phases of the flows against each other. tolerance: the part of `value`
    by which a measured one may differ before the two disagree; None where neither value nor bounds are to be compared
    with a measurement. by: the closed form, in a few words.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    tolerance: float | None = EXACT
    by: str = ""
