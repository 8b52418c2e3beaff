"""What is heard of a telephone call: mouth-to-ear delay, packets not played, and the rating that follows.

The playout buffer holds every packet until a fixed time after it was sent: the smallest network delay and the
buffer's length. So mouth-to-ear delay is packetisation, look-ahead, smallest network delay and playout, and a packet
that comes later than that is lost to the listener like one that never comes.
"""

from __future__ import annotations

from dataclasses import dataclass

from traffic.records import LOST, Packets
from twin.model import Codec
from twin.units import Time
from twin.verify import confidence, metrics
from twin.verify.emodel import PACKETISATION, call_rating
from twin.verify.verdict import Interval


@dataclass(frozen=True, slots=True)
class Heard:
    """mouth_to_ear: ns. unplayed: ratio 0 to 1 of packets lost or too late. rating: R, with its limits."""

    mouth_to_ear: int
    unplayed: float
    rating: float
    limits: Interval


def heard(codec: Codec, playout: Time, packets: Packets) -> Heard | None:
    """What the listener of one direction of a call hears; None where nothing was sent.

    The smallest delay hardly varies between runs, so that the limits of R come from those of the packets not played.
    """
    if not packets.sent:
        return None
    fastest = min(packets.delays, default=0)
    unplayed = tuple(
        received == LOST or received - sent > fastest + playout
        for sent, received in zip(packets.sent, packets.received, strict=True)
    )
    mouth_to_ear = PACKETISATION + codec.lookahead + fastest + playout
    ratio, burst = sum(unplayed) / len(unplayed), metrics.burst_ratio(unplayed)
    between = confidence.losses(sum(unplayed), len(unplayed), metrics.runs(unplayed))

    def rate(lost: float) -> float:
        return call_rating(codec.impairment, mouth_to_ear, lost, burst)

    low = None if between.high is None else rate(between.high)
    high = None if between.low is None else rate(between.low)
    return Heard(mouth_to_ear, ratio, rate(ratio), Interval(low, high, len(unplayed)))
