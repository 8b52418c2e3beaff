"""Which streams do not arrive independently of each other: those of one interval, and those from one span.

Cobham's mean is of independent arrivals. Constant-rate flows of the same interval keep their phases for a whole run,
and so do IPTV channels: each packet of one meets all packets of the other, or none. Packets that crossed the same span
arrive one after the other, and do not meet at a span that is no slower.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from twin.core.units import NS_PER_S
from twin.predict.load.max_min_fairness import Shares
from twin.predict.load.packet_streams import Point, Stream
from twin.predict.load.queue_crossings import Crossings
from twin.predict.theory.queueing import Load


class _Sum(NamedTuple):
    """Of several streams: utilisation, utilisation times service time, and the time of a packet of each, ns."""

    share: float = 0.0
    weighted: float = 0.0
    service: float = 0.0

    def plus(self, other: _Sum, sign: int = 1) -> _Sum:
        """Both together, or the one without the other."""
        return _Sum(self.share + sign * other.share, self.weighted + sign * other.weighted,
                    self.service + sign * other.service)


ANY = "any"
_Group = tuple[int, float | str | None, Point | str | None]
"""Streams of a band, of a packet rate, from a queue (None: from their source); each of these may be ANY."""


class CorrelatedArrivals:
    """The correlated streams of one queue."""

    def __init__(self, crossings: Crossings, point: Point, shares: Shares) -> None:
        self._queue, self._point, self._crossings = crossings.queues[point], point, crossings
        self._passages, self._sums = crossings.passages[point], dict[_Group, _Sum]()
        self._bands = sorted({self._passages[k].band for k in crossings.at[point]})
        for index, rate in zip(crossings.at[point], shares.at[point], strict=True):
            stream = crossings.streams[index]
            if keeps_phase(stream):
                own, before = self._own(index, rate), before_point(stream, point)
                band, often = self._passages[index].band, stream.highest_rate
                for group in (band, often, ANY), (band, ANY, before), (band, often, before):
                    self._sums[group] = self._sums.get(group, _Sum()).plus(own)

    def _own(self, index: int, rate: float) -> _Sum:
        passage = self._passages[index]
        share = rate * passage.service / NS_PER_S
        return _Sum(share, share * passage.in_service, passage.service)

    def without(self, bands: Mapping[int, Load], index: int, rate: float) -> dict[int, Load]:
        """The load of the bands without the streams that are correlated with one. rate: packets/s of it."""
        if not keeps_phase(self._crossings.streams[index]):
            return dict(bands)
        return {band: _less(load, self._correlated(band, index, rate)) for band, load in bands.items()}

    def in_phase(self, index: int) -> float:
        """How long a packet waits if it meets a packet of each other stream of its interval, ns, in its band and in
        those before it."""
        stream, own = self._crossings.streams[index], self._passages[index].band
        if not keeps_phase(stream):
            return 0.0
        service = sum(self._sums.get((band, stream.highest_rate, ANY), _Sum()).service for band in self._bands
                      if band <= own or not self._queue.strict(own))
        spaced = self._sums.get((own, stream.highest_rate, before_point(stream, self._point)), _Sum()).service \
            if self._spaced(index) else self._passages[index].service
        return max(0.0, service - spaced)

    def _correlated(self, band: int, index: int, rate: float) -> _Sum:
        stream = self._crossings.streams[index]
        before = before_point(stream, self._point)
        total = self._sums.get((band, stream.highest_rate, ANY), _Sum())
        if self._spaced(index):
            total = total.plus(self._sums.get((band, ANY, before), _Sum()))
            total = total.plus(self._sums.get((band, stream.highest_rate, before), _Sum()), -1)
        return total.plus(self._own(index, rate), -1) if band == self._passages[index].band else total

    def _spaced(self, index: int) -> bool:
        """Whether packets from the span before arrive no closer than they are served here."""
        before = before_point(self._crossings.streams[index], self._point)
        if before is None:
            return False
        return self._passages[index].service <= self._crossings.passages[before][index].gap


def constant(stream: Stream) -> bool:
    """Whether a stream sends at a constant rate all the time."""
    return stream.packet_rate is not None and not (stream.pauses or stream.batch or stream.peak is not None)


def keeps_phase(stream: Stream) -> bool:
    """Whether packets come at the same moments of an interval for a whole run: at a constant rate, or of IPTV channels,
    each of which is sent so whoever watches it."""
    return constant(stream) or bool(stream.channels)


def before_point(stream: Stream, point: Point) -> Point | None:
    """The queue from which a stream comes to another; None from its source."""
    index = stream.points.index(point)
    return stream.points[index - 1] if index else None


def _less(load: Load, part: _Sum) -> Load:
    """A load without a part of it."""
    share, weighted = max(0.0, load.share - part.share), max(0.0, load.share * load.service - part.weighted)
    return Load(share, weighted / share if share else 0.0)
