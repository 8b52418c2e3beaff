"""Where the mean delay of a flow comes from, span by span. Pure.

Fixed delay and serialization of a span are exact. Waiting is measured only end to end: it is what the measured mean
has beyond the two, and no instrument in the emulation says before which span it was spent. So it is laid on the spans
in proportion to the wait that theory expects there: the sum over the spans is measured, the split between them is
theory. Where theory knows no mean, its bounds stand in for it, and where it knows neither, serialization does.
"""

from __future__ import annotations

from collections.abc import Sequence

from twin.judge.verdict import SpanDelay
from twin.predict import Leg


def delay_breakdown(legs: Sequence[Leg], mean_delay: float) -> tuple[SpanDelay, ...]:
    """What each span of a flow's path contributes to its measured mean delay, ns, in order of the path.

    legs: of this flow (twin.predict.network.hop_delays); without any, there is nothing to share. A mean below the
    exact part, which rounding can cause, is no negative wait.
    """
    waiting = max(0.0, mean_delay - sum(leg.fixed + leg.serialization for leg in legs))
    weights = _weights(legs)
    total = sum(weights) or 1.0
    return tuple(
        SpanDelay(leg.hop.span, leg.fixed, leg.serialization, waiting * weight / total, leg.wait.mean, leg.wait.bound)
        for leg, weight in zip(legs, weights, strict=True)
    )


def _weights(legs: Sequence[Leg]) -> list[float]:
    means = [leg.wait.mean for leg in legs if leg.wait.mean is not None]
    bounds = [leg.wait.bound for leg in legs if leg.wait.bound is not None]
    for known in (means, bounds):
        if len(known) == len(legs) and sum(known) > 0:
            return known
    return [leg.serialization for leg in legs]
