"""Quality of a call: mouth-to-ear delay, packets not played, and the R factor that follows.

The playout buffer holds every packet until its playout time (twin.judge.figures.playout_buffer). So mouth-to-ear delay
is packetisation, look-ahead, network and playout; a packet that arrives later is discarded, and lost to the listener.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from operator import gt, or_
from statistics import fmean

from traffic.sample_files import Packets
from twin.core.units import PPM
from twin.judge.figures import packet_metrics, playout_buffer
from twin.judge.figures.emodel import call_rating
from twin.judge.statistics.confidence import scaled
from twin.judge.statistics.proportions import losses
from twin.judge.verdict import Interval
from twin.plan.blueprint import DialledSpeech, Flow, RtpCall


@dataclass(frozen=True, slots=True)
class CallQuality:
    """mouth_to_ear: ns. unplayed: ratio 0 to 1 of packets lost or discarded. discard: ppm of packets discarded.
    burst_ratio: of those not played, BurstR of G.107. rating: R, with its limits."""

    mouth_to_ear: float
    unplayed: float
    discard: float
    burst_ratio: float
    rating: float
    limits: Interval
    discard_limits: Interval


def call_quality(flow: Flow, packets: Packets) -> CallQuality | None:
    """The quality of one direction of a call; None where nothing was sent, or the flow is no call.

    The smallest delay hardly varies between runs, so that the limits of R come from those of the packets not played.
    """
    call = flow.traffic
    if not isinstance(call, RtpCall | DialledSpeech) or not packets.sent:
        return None
    codec, speech = call.speech.codec, call.speech
    deadlines = (playout_buffer.adaptive(packets, speech.playout, call.interval) if speech.adaptive
                 else playout_buffer.fixed(packets, speech.playout))
    waits = packet_metrics.waits(packets)
    late = tuple(map(gt, waits, deadlines))
    unplayed = tuple(map(or_, late, packet_metrics.lost_flags(packets)))
    mouth_to_ear = speech.coding + fmean(deadlines)
    ratio, burst = sum(unplayed) / len(unplayed), packet_metrics.burst_ratio(unplayed)
    between = losses(unplayed, waits)

    def rate(lost: float) -> float:
        return call_rating(codec.impairment(speech.concealment), mouth_to_ear, lost, burst)

    low = None if between.high is None else rate(between.high)
    high = None if between.low is None else rate(between.low)
    return CallQuality(
        mouth_to_ear=mouth_to_ear, unplayed=ratio, discard=packet_metrics.loss(late), burst_ratio=burst,
        rating=rate(ratio),
        limits=replace(between, low=low, high=high), discard_limits=scaled(losses(late, waits), PPM))
