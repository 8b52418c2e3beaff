"""By how much the mean delay of a run differs from that of the long run, where packets arrive at random.

Waits vary as those of M/D/1; a frame that the air damages is sent again, a geometric number of times.
"""

from __future__ import annotations

from twin.core.units import NS_PER_S
from twin.predict.load.packet_streams import Point
from twin.predict.load.queue_crossings import Crossings
from twin.predict.load.utilisation import FULL
from twin.predict.theory.queueing import mean_wait_dispersion


def wait_variance(met: Crossings, point: Point, index: int, load: float, mean: float) -> float:
    """Variance of the mean wait of a stream before a span, times the seconds of the run, ns² s. load: of the span, 0 to
    1. mean: of the wait, ns."""
    stream, passages = met.streams[index], met.passages[point]
    random = {k: rate for k in met.at[point] if met.streams[k].random and (rate := met.streams[k].packet_rate)}
    share = sum(rate * passages[k].service for k, rate in random.items()) / NS_PER_S
    if not share or not stream.packet_rate or load >= FULL:
        return 0.0
    return mean * mean * mean_wait_dispersion(share, load) / min(stream.packet_rate, sum(random.values()))


def repeat_variance(met: Crossings, point: Point, index: int) -> float:
    """The same of what frames that are sent again add to the mean delay of a stream that has the air to itself."""
    stream, queue = met.streams[index], met.queues[point]
    again, errors = queue.retransmission(stream), queue.frame_errors(stream)
    return again * again / (errors * stream.packet_rate) if errors and stream.packet_rate else 0.0
