"""Estimators from packets at constant rate: delay, its variation, jitter, loss, and call quality."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from traffic.sample_files import Packets
from twin.judge.estimators.sample_estimators import Estimate, SampleEstimators, largest, mean, quantile, ratio
from twin.judge.figures import packet_metrics
from twin.judge.figures.call_quality import CallQuality, call_quality
from twin.judge.figures.emodel import mos
from twin.judge.verdict import Interval
from twin.model import Metric
from twin.plan.blueprint import Flow


@dataclass(frozen=True, slots=True)
class Delivery:
    """Packets at their receiver. delays, jitter: ns, of those that arrived; lost: of each that was sent; waits: the
    delay of each that was sent, 0 where it was lost."""

    delays: tuple[int, ...]
    jitter: tuple[float, ...]
    lost: tuple[bool, ...]
    waits: tuple[int, ...]


def delivery(packets: Packets) -> Delivery:
    """Delays, jitter and losses of these packets."""
    delays, lost = packets.delays, packet_metrics.lost_flags(packets)
    waits = packet_metrics.waits(packets) if True in lost else delays
    return Delivery(delays, packet_metrics.jitter(packets), lost, waits)


def _variation(seen: Delivery) -> Estimate:
    """Figure and limits are those of delay, less the least delay (RFC 5481, 5.2)."""
    delay, least = quantile(Metric.DELAY_VARIATION, seen.delays), min(seen.delays, default=0)

    def limits() -> Interval:
        of_delay = delay.limits()
        low, high = (None if limit is None else limit - least for limit in (of_delay.low, of_delay.high))
        return replace(of_delay, low=low, high=high)

    return Estimate(None if delay.value is None else delay.value - least, limits)


def _opinion(call: CallQuality) -> Estimate:
    """MOS rises with R, and so do its limits."""
    low, high = (None if limit is None else mos(limit) for limit in (call.limits.low, call.limits.high))
    return Estimate(mos(call.rating), lambda: replace(call.limits, low=low, high=high))


OF_DELIVERY: Mapping[Metric, Callable[[Delivery], Estimate | None]] = {
    Metric.MEAN_DELAY: lambda seen: mean(seen.delays),
    Metric.MAX_DELAY: lambda seen: largest(seen.delays),
    Metric.DELAY_VARIATION: _variation,
    Metric.JITTER: lambda seen: largest(seen.jitter),
    Metric.LOSS: lambda seen: ratio(seen.lost, seen.waits),
}
DELIVERY = SampleEstimators(Packets, lambda _flow, packets, _end: delivery(packets), OF_DELIVERY)


def _speech(flow: Flow, packets: Packets, _end: int) -> CallQuality | None:
    return call_quality(flow, packets)


SPEECH = SampleEstimators(Packets, _speech, {
    Metric.R_FACTOR: lambda call: Estimate(call.rating, lambda: call.limits),
    Metric.MOS: _opinion,
    Metric.MOUTH_TO_EAR: lambda call: Estimate(call.mouth_to_ear, lambda: replace(
        call.limits, low=call.mouth_to_ear, high=call.mouth_to_ear)),
    Metric.DISCARD: lambda call: Estimate(call.discard, lambda: call.discard_limits),
})
