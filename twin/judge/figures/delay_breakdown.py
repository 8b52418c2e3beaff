"""Where the mean delay of a flow comes from, span by span. Pure.

Fixed delay and serialization of a span are exact. Queueing is measured only end to end: it is what the measured mean
has beyond the two. It is divided among the spans in proportion to the wait that theory predicts there: the sum over the
spans is measured, the division is theory. Where theory has no mean, its bounds are used instead, and where it has
neither, serialization.
"""

from __future__ import annotations

from collections.abc import Sequence

from twin.judge.verdict import SpanDelay
from twin.predict import HopDelay


def delay_breakdown(hop_delays: Sequence[HopDelay], mean_delay: float) -> tuple[SpanDelay, ...]:
    """What each span of a flow's path contributes to its measured mean delay, ns, in order of the path.

    hop_delays: of this flow (twin.predict.delay.hop_delays); without any, the breakdown is empty. A mean below the
    exact part, which rounding can cause, is no negative wait.
    """
    waiting = max(0.0, mean_delay - sum(hop.least for hop in hop_delays))
    weights = _weights(hop_delays)
    total = sum(weights) or 1.0
    return tuple(
        SpanDelay(hop.hop.span, hop.fixed, hop.serialization, waiting * weight / total, hop.wait.mean, hop.wait.bound)
        for hop, weight in zip(hop_delays, weights, strict=True)
    )


def _weights(hop_delays: Sequence[HopDelay]) -> list[float]:
    means = [hop.wait.mean for hop in hop_delays if hop.wait.mean is not None]
    bounds = [hop.wait.bound for hop in hop_delays if hop.wait.bound is not None]
    for known in (means, bounds):
        if len(known) == len(hop_delays) and sum(known) > 0:
            return known
    return [hop.serialization for hop in hop_delays]
