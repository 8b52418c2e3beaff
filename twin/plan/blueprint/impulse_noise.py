"""Impulse noise on a medium: its bursts, and which part of the packets they hit. Pure.

One burst falls into each period, at a random moment of it, and lasts a period at the most. So one may reach into the
next period and overlap the burst there: what they hit must not be added up.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import exp, prod

from twin.core.units import Time

STEPS = 64
"""Of Simpson's rule over each smooth part of a period; even."""


@dataclass(frozen=True, slots=True)
class ImpulseNoise:
    """Bursts of noise on a medium, ns: one in each `period`, of exponential lengths around `mean`, cut at a period;
    interleaving corrects those of up to `corrected`."""

    period: Time
    mean: Time
    corrected: Time

    def loss_probability(self, passing: float) -> float:
        """Probability, 0 to 1, that a packet in transmission for `passing` ns is hit by a burst that is not corrected.

        The bursts of different periods are independent: all miss it with the product of the chances that each does,
        averaged over the moments of a period at which its transmission may begin.
        """
        return max(0.0, 1 - _missed(self, passing)) if self.corrected < self.period else 0.0

    def variation(self, passing: float, duration: float) -> float:
        """Coefficient of variation of the part of such packets that is hit in `duration` ns, were there no overlaps: at
        the most."""
        if self.corrected >= self.period:
            return 0.0
        least, most = self.corrected + passing, self.period + passing
        mean = self.lasting(self.period) + self.uncorrected * passing
        square = (self.uncorrected * least**2
                  + 2 * self.mean * ((least + self.mean) * self.uncorrected - (most + self.mean) * self.cut))
        periods = duration / self.period
        return float(max(0.0, square / mean**2 / periods - 1 / max(1.0, periods))**0.5)

    @property
    def uncorrected(self) -> float:
        """The part of the bursts that is not corrected, 0 to 1."""
        return exp(-self.corrected / self.mean)

    @property
    def cut(self) -> float:
        """The part of the bursts that would last longer than a period, 0 to 1."""
        return exp(-self.period / self.mean)

    def lasting(self, ago: float) -> float:
        """The period times the probability that an uncorrected burst began in the `ago` ns before a moment of that
        period, and lasts still."""
        return (self.uncorrected * (min(ago, self.corrected) + self.mean)
                - self.mean * exp(-max(ago, self.corrected) / self.mean))


@cache
def _missed(noise: ImpulseNoise, passing: float) -> float:
    """The probability that no burst hits a packet: the mean, over a period, of what is smooth between these ends."""
    ends = sorted({0.0, float(noise.corrected), noise.period - passing % noise.period, float(noise.period)})
    total = 0.0
    for start, end in pairwise(ends):
        step, weights = (end - start) / STEPS, (1, *(2 + 2 * (k % 2) for k in range(1, STEPS)), 1)
        total += step / 3 * sum(weight * _missed_at(noise, passing, start + k * step)
                                for k, weight in enumerate(weights))
    return total / noise.period


def _missed_at(noise: ImpulseNoise, passing: float, begin: float) -> float:
    """The same of a packet whose transmission begins so many ns after a period does; the burst of the period before
    may still last then, those of this one and of the next begin before it ends."""
    period, left = noise.period, noise.uncorrected
    before = (noise.lasting(period) - noise.lasting(begin)) / period
    same = (noise.lasting(begin) + left * min(passing, period - begin)) / period
    later = (begin + passing) / period - 1
    following = (left * min(1.0, later - number) for number in range(int(later) + 1)) if later > 0 else ()
    return (1 - before) * (1 - same) * prod(1 - hit for hit in following)
