"""The waits of packets where several stations contend for the air of a radio cell, and what these do to other spans.

Backoffs are random, so that nothing is certain: the longest wait is one that a packet exceeds with a chance of
`ALWAYS`, the 99.9th percentile has `USUALLY`, and the mean follows from the same exponents.
"""

from __future__ import annotations

from math import inf

from twin.predict.delay.delay_bounds import DelayBounds, delay_bounds
from twin.predict.delay.waits import Wait
from twin.predict.load.packet_streams import Point
from twin.predict.load.queue_crossings import Crossings
from twin.predict.load.queues import Queue
from twin.predict.radio.station_pace import ALWAYS, USUALLY
from twin.predict.radio.station_queues import by_station


class AirWaits:
    """The bounds of all queues. bounds, usual: of all packets, and of 99.9 % of them."""

    def __init__(self, crossings: Crossings) -> None:
        self._always, self._usually = by_station(crossings, (ALWAYS, USUALLY))
        self.bounds = delay_bounds(self._always)
        self._usual = self.bounds if self._always is crossings else delay_bounds(self._usually)

    def usual(self, point: Point, band: int, least: float) -> float | None:
        """The wait that the 99.9th percentile does not exceed before a span that needs no contention, ns; least: of a
        sojourn there."""
        longest = self._usual.sojourns[point, band].longest
        return None if longest == inf else longest - least

    def wait(self, index: int, place: int) -> Wait:
        """The wait of a stream at the hop of its path with that number, for the air that stations contend for."""
        stream = self._always.streams[index]
        point = stream.points[place]
        queue = self._always.queues[point]
        band, least = queue.band(stream.service_class), queue.longest(stream)
        longest, usual = (_wait(bounds.sojourns[point, band].longest, least) for bounds in (self.bounds, self._usual))
        always, usually = (_keeps(queue, bounds, point, band) for bounds in (self.bounds, self._usual))
        often, mean = (_wait(sojourns.get((point, band), inf), least)
                       for sojourns in (self._usual.often, self._usual.means))
        lost = queue.contender.given_up if queue.contender and usually else None
        return Wait(light=0.0, heavy=mean, bound=longest, lossless=always, usual=usual, often=often, lost=lost,
                    contended=True)


def _wait(sojourn: float, least: float) -> float | None:
    return None if sojourn == inf else sojourn - least


def _keeps(queue: Queue, bounds: DelayBounds, point: Point, band: int) -> bool:
    """Whether a station drops nothing: it does not overflow, and no packet waits for as long as CoDel lets it."""
    longest, lossless = bounds.sojourns[point, band]
    return lossless and (queue.fifo(band) or longest <= queue.bands[band].interval)
