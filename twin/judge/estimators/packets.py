"""Estimators from packets at constant rate: delay, its variation, jitter, loss, and call quality."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import fmean

from traffic.sample_files import Packets
from twin.judge.estimators.sample_estimators import Estimate, SampleEstimators, largest, quantile, ratio
from twin.judge.figures import packet_metrics
from twin.judge.figures.call_quality import CallQuality, call_quality
from twin.judge.figures.emodel import mos
from twin.judge.statistics import confidence
from twin.judge.verdict import Interval
from twin.model import Metric
from twin.plan.blueprint import Flow


@dataclass(frozen=True, slots=True)
class Delivery:
    """Packets at their receiver. delays, jitter: ns, of those that arrived; lost: of each that was sent."""

    delays: tuple[int, ...]
    jitter: tuple[float, ...]
    lost: tuple[bool, ...]


def delivery(packets: Packets) -> Delivery:
    """Delays, jitter and losses of these packets."""
    return Delivery(packets.delays, packet_metrics.jitter(packets), packet_metrics.lost_flags(packets))


def _mean(seen: Delivery) -> Estimate:
    limits = confidence.mean(confidence.batch_means(seen.delays))
    return Estimate(fmean(seen.delays) if seen.delays else None, limits)


def _opinion(call: CallQuality) -> Estimate:
    """MOS rises with R, and so do its limits."""
    low, high = (None if limit is None else mos(limit) for limit in (call.limits.low, call.limits.high))
    return Estimate(mos(call.rating), Interval(low, high, call.limits.samples))


OF_DELIVERY: Mapping[Metric, Callable[[Delivery], Estimate | None]] = {
    Metric.MEAN_DELAY: _mean,
    Metric.MAX_DELAY: lambda seen: largest(seen.delays),
    Metric.DELAY_VARIATION: lambda seen: quantile(Metric.DELAY_VARIATION, packet_metrics.pdv(seen.delays)),
    Metric.JITTER: lambda seen: largest(seen.jitter),
    Metric.LOSS: lambda seen: ratio(seen.lost),
}
DELIVERY = SampleEstimators(Packets, lambda _flow, packets, _end: delivery(packets), OF_DELIVERY)


def _speech(flow: Flow, packets: Packets, _end: int) -> CallQuality | None:
    return call_quality(flow, packets)


SPEECH = SampleEstimators(Packets, _speech, {
    Metric.R_FACTOR: lambda call: Estimate(call.rating, call.limits),
    Metric.MOS: _opinion,
    Metric.MOUTH_TO_EAR: lambda call: Estimate(call.mouth_to_ear, Interval(call.mouth_to_ear, call.mouth_to_ear,
                                                                           call.limits.samples)),
    Metric.DISCARD: lambda call: Estimate(call.discard, call.discard_limits),
})
