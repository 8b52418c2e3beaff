"""By how much the mean delay of a run differs from that of the long run, where packets arrive at random.

Waits vary as those of M/D/1; a frame that the air damages is sent again, a geometric number of times.
"""

from __future__ import annotations

from typing import NamedTuple

from twin.core.units import NS_PER_S
from twin.predict.load.packet_streams import Point
from twin.predict.load.queue_crossings import Crossings
from twin.predict.load.utilisation import FULL
from twin.predict.theory.queueing import mean_wait_dispersion


class RandomPackets(NamedTuple):
    """Of those that arrive at random before a span: the part of its time that they take, and packets/s."""

    share: float
    rate: float


def random_packets(met: Crossings, point: Point) -> RandomPackets:
    """Those of all streams before a span."""
    random = {k: rate for k in met.at[point] if met.streams[k].random and (rate := met.streams[k].packet_rate)}
    passages = met.passages[point]
    return RandomPackets(sum(rate * passages[k].service for k, rate in random.items()) / NS_PER_S, sum(random.values()))


def wait_variance(random: RandomPackets, own: float, load: float, mean: float) -> float:
    """Variance of the mean wait of a stream before a span, times the seconds of the run, ns² s. own: packets/s of the
    stream. load: of the span, 0 to 1. mean: of the wait, ns."""
    if not random.share or not own or load >= FULL:
        return 0.0
    return mean * mean * mean_wait_dispersion(random.share, load) / min(own, random.rate)


def repeat_variance(met: Crossings, point: Point, index: int) -> float:
    """The same of what frames that are sent again add to the mean delay of a stream that has the air to itself."""
    stream, queue = met.streams[index], met.queues[point]
    again, errors = queue.retransmission(stream), queue.frame_errors(stream)
    return again * again / (errors * stream.packet_rate) if errors and stream.packet_rate else 0.0
