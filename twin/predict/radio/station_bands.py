"""One band of a station of a radio cell by itself: what goes before its frames, and what may be sent between them.

A station with TCP is never idle, and thousands of frames may wait there; but those of a band that has none wait only
for strict bands before it, for a frame in service, and for the turns of bands that share. So such a band has a pace of
its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from twin.predict.load.queues import ORDERED, Queue, StrictFrames
from twin.predict.radio.stations import Between, StationStream, StationView, station_queue


def band_of(view: StationView, sent: StationStream) -> int:
    """The band of a station in which a stream waits."""
    return station_queue(view.cell, view.station).band(sent.stream.service_class)


def band_views(view: StationView) -> Iterator[StationView]:
    """The bands of a station that have a pace of their own: those without TCP, beside others."""
    queue = station_queue(view.cell, view.station)
    if queue.kind not in ORDERED or not queue.bands:
        return
    bands: dict[int, list[StationStream]] = {}
    for sent in view.own:
        bands.setdefault(queue.band(sent.stream.service_class), []).append(sent)
    elastic = {band for band, own in bands.items() if any(sent.elastic for sent in own)}
    for band in sorted(bands.keys() - elastic):
        strict = queue.strict(band)
        first = [b for b in bands if queue.strict(b) and (b < band or not strict)]
        if elastic and not elastic.intersection(first):
            others = [b for b in bands if b != band and b not in first]
            between = _one_frame(bands, others) if strict else \
                tuple(each for other in others for each in _by_quanta(queue, bands, band, other))
            yield replace(view, band=band, own=tuple(sent for b in (*first, band) for sent in bands[b]),
                          between=between)


def strict_frames(view: StationView) -> StrictFrames | None:
    """What a strict band waits for; None of another, and where frames of other stations go before its own."""
    if view.band is None or view.others or not station_queue(view.cell, view.station).strict(view.band):
        return None
    return StrictFrames(view.contention, max(sent.exchange for sent in view.own),
                        max(each.sent.exchange for each in view.between), max(sent.damaged for sent in view.sent))


def _one_frame(bands: dict[int, list[StationStream]], lower: Sequence[int]) -> tuple[Between, ...]:
    """Of the bands behind a strict one: the frame in service, which may be the longest of them."""
    sent = sorted((sent for band in lower for sent in bands[band]), key=lambda sent: -sent.exchange)
    return tuple(Between(each, float(place == 0), 0.0) for place, each in enumerate(sent))


def _by_quanta(queue: Queue, bands: dict[int, list[StationStream]], band: int, other: int) -> Iterator[Between]:
    """Of another band: as many frames as its quantum holds, and one, for each quantum of the band itself; they count as
    those that take the longest for a byte."""
    own, theirs = queue.bands[band].quantum, queue.bands[other].quantum
    rounds = sum(sent.stream.highest_rate * sent.stream.largest for sent in bands[band]) / own
    dearest = max(bands[other], key=lambda sent: sent.exchange / sent.stream.frame)
    for each in bands[other]:
        frames = theirs / each.stream.frame
        yield Between(each, frames + 1, frames * rounds) if each is dearest else Between(each, 0.0, 0.0)
