"""The waits of packets where several stations contend for the air of a radio cell, and what these do to other spans.

Backoffs are random, so that nothing is certain: the longest wait is one that a packet exceeds with a chance of
`ALWAYS`, the 99.9th percentile has `USUALLY`, and the mean follows from the same exponents.
"""

from __future__ import annotations

from math import inf

from twin.core.units import NS_PER_S
from twin.predict.delay.delay_bounds import DelayBounds, delay_bounds
from twin.predict.delay.strict_tails import StrictTail
from twin.predict.delay.waits import Wait
from twin.predict.load.packet_streams import Point
from twin.predict.load.queue_crossings import Crossings
from twin.predict.load.queues import Queue
from twin.predict.radio.station_pace import ALWAYS, OFTEN, USUALLY
from twin.predict.radio.station_queues import by_station
from twin.predict.theory.network_calculus import together


class AirWaits:
    """The bounds of all queues. bounds, usual: of all packets, and of 99.9 % of them."""

    def __init__(self, crossings: Crossings) -> None:
        self._always, self._usually, oftenly = by_station(crossings, (ALWAYS, USUALLY, OFTEN))
        self.bounds = delay_bounds(self._always)
        no_chance = self._always is crossings
        self._usual = self.bounds if no_chance else delay_bounds(self._usually)
        self._often = self.bounds if no_chance else delay_bounds(oftenly)

    def usual(self, point: Point, band: int, least: float) -> float | None:
        """The wait that the 99.9th percentile does not exceed before a span that needs no contention, ns; least: of a
        sojourn there."""
        longest = self._usual.sojourns[point, band].longest
        return None if longest == inf else longest - least

    def overflows(self, point: Point, band: int) -> float | None:
        """How often a queue before a span overflows at the most, 0 to 1; None: nobody knows."""
        levels = ((self.bounds, 0.0), (self._usual, USUALLY), (self._often, OFTEN))
        return next((chance for bounds, chance in levels if bounds.sojourns[point, band].lossless), None)

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
        often = min((wait for wait in (often, _wait(self._often.sojourns[point, band].longest, least))
                     if wait is not None), default=None)
        overflow = next((chance for keeps, chance in ((always, 0.0), (usually, USUALLY), (
            _keeps(queue, self._often, point, band), OFTEN)) if keeps), None)
        lost = queue.contender.given_up if queue.contender and overflow is not None else None
        return Wait(light=0.0, heavy=mean, bound=longest, lossless=always, usual=usual, often=often, lost=lost,
                    contended=True, overflow=overflow or 0.0, tail=self._tail(queue, point, band, least))

    def _tail(self, queue: Queue, point: Point, band: int, airtime: float) -> StrictTail | None:
        """The chance of longer waits in a strict band, by all that comes in it and in those before it."""
        if queue.contender is None or queue.contender.strict is None:
            return None
        bands = [b for b in range(band + 1) if (point, b) in self._usual.arriving]
        frame = min(passage.size for passage in self._usually.passages[point].values() if passage.band in bands)
        curve = together(group for b in bands for group in self._usual.arriving[point, b])
        return StrictTail(queue.contender.strict, tuple(
            (burst / frame, rate / (8 * NS_PER_S) / frame) for burst, rate in curve.lines), airtime)


def _wait(sojourn: float, least: float) -> float | None:
    return None if sojourn == inf else sojourn - least


def _keeps(queue: Queue, bounds: DelayBounds, point: Point, band: int) -> bool:
    """Whether a station drops nothing: it does not overflow, and no packet waits for as long as CoDel lets it."""
    longest, lossless = bounds.sojourns[point, band]
    return lossless and (queue.fifo(band) or longest <= queue.bands[band].interval)
