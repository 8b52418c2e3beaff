"""Which streams do not arrive independently of each other: those of one interval, and those from one span.

Cobham's mean is of independent arrivals. Constant-rate flows of the same interval keep their phases for a whole run:
each packet of one meets all packets of the other, or none. Packets that crossed the same span arrive one after the
other, and do not meet at a span that is no slower.
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
        self._sums: dict[_Group, _Sum] = {}
        self._bands = sorted({crossings.passages[point][k].band for k in crossings.at[point]})
        for index, rate in zip(crossings.at[point], shares.at[point], strict=True):
            stream = crossings.streams[index]
            if constant(stream):
                for group in self._groups(stream):
                    self._sums[group] = self._sums.get(group, _Sum()).plus(self._own(stream, rate))

    def _groups(self, stream: Stream) -> tuple[_Group, _Group, _Group]:
        band, before = self._queue.band(stream.service_class), before_point(stream, self._point)
        return (band, stream.packet_rate, ANY), (band, ANY, before), (band, stream.packet_rate, before)

    def _own(self, stream: Stream, rate: float) -> _Sum:
        service = self._queue.service(stream)
        share = rate * service / NS_PER_S
        return _Sum(share, share * self._queue.in_service(stream), service)

    def without(self, bands: Mapping[int, Load], stream: Stream, rate: float) -> dict[int, Load]:
        """The load of the bands without the streams that are correlated with one. rate: packets/s of it."""
        return {band: _less(load, self._correlated(band, stream, rate)) for band, load in bands.items()}

    def in_phase(self, stream: Stream) -> float:
        """How long a packet waits if it meets a packet of each other stream of its interval, ns, in its band and in
        those before it."""
        own = self._queue.band(stream.service_class)
        if not constant(stream):
            return 0.0
        service = sum(self._sums.get((band, stream.packet_rate, ANY), _Sum()).service for band in self._bands
                      if band <= own or not self._queue.strict(own))
        spaced = self._sums.get((own, stream.packet_rate, before_point(stream, self._point)), _Sum()).service \
            if self._spaced(stream) else self._queue.service(stream)
        return max(0.0, service - spaced)

    def _correlated(self, band: int, stream: Stream, rate: float) -> _Sum:
        if not constant(stream):
            return _Sum()
        before = before_point(stream, self._point)
        total = self._sums.get((band, stream.packet_rate, ANY), _Sum())
        if self._spaced(stream):
            total = total.plus(self._sums.get((band, ANY, before), _Sum()))
            total = total.plus(self._sums.get((band, stream.packet_rate, before), _Sum()), -1)
        return total.plus(self._own(stream, rate), -1) if band == self._queue.band(stream.service_class) else total

    def _spaced(self, stream: Stream) -> bool:
        """Whether packets from the span before arrive no closer than they are served here."""
        before = before_point(stream, self._point)
        if before is None:
            return False
        return self._queue.service(stream) <= self._crossings.queues[before].gap(stream)


def constant(stream: Stream) -> bool:
    """Whether a stream sends at a constant rate all the time."""
    return stream.packet_rate is not None and not (stream.pauses or stream.batch or stream.peak is not None)


def before_point(stream: Stream, point: Point) -> Point | None:
    """The queue from which a stream comes to another; None from its source."""
    index = stream.points.index(point)
    return stream.points[index - 1] if index else None


def _less(load: Load, part: _Sum) -> Load:
    """A load without a part of it."""
    share, weighted = max(0.0, load.share - part.share), max(0.0, load.share * load.service - part.weighted)
    return Load(share, weighted / share if share else 0.0)
