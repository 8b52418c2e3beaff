"""The queues of the stations of a radio cell, each with the pace that the others leave it but by chance.

Behind its pace a station falls by no more than a lag (`contended_service`). So network calculus bounds its waits as it
does those before a span; the frames of stations that ask for less than their part go before its own.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from twin.plan.forwarding.paths import Hop
from twin.predict.load.packet_streams import Point, Stream
from twin.predict.load.queue_crossings import OTHERS, Beside, Crossings
from twin.predict.load.queues import Queue, StationService
from twin.predict.radio.station_bands import band_of, band_views, strict_frames
from twin.predict.radio.station_pace import Pace, best_paces
from twin.predict.radio.stations import StationStream, StationView, station_queue, station_views

Views = Mapping[Point, StationView]
"""The stations of the cells in which several contend, and their bands that have a pace of their own."""
Places = Mapping[tuple[Hop, str], Point]
"""Where packets of each class wait before each hop over the air."""


def by_station(met: Crossings, chances: Sequence[float]) -> tuple[Crossings, ...]:
    """The same with the queues of each station in place of the air for which several contend, for each of the chances
    of a packet to wait for longer than pace and lag of its station allow."""
    air = {point: station_views(met, point, queue.cell) for point, queue in met.queues.items()
           if queue.cell is not None and not queue.alone}
    if not air:
        return (met,) * len(chances)
    stations = [view for cell in air.values() for view in cell]
    views = {view.point: view for view in (*stations, *chain.from_iterable(map(band_views, stations)))}
    places = {(sent.at, sent.stream.service_class): view.point
              for view in views.values() for sent in view.own if view.band in (None, band_of(view, sent))}
    searched = {point: best_paces(view, chances) for point, view in views.items()}
    split = replace(
        met, streams=tuple(_at_stations(stream, air, places) for stream in met.streams),
        at={point: members for point, members in met.at.items() if point not in air}
        | {point: tuple(dict.fromkeys(sent.number for sent in view.sent)) for point, view in views.items()})
    return tuple(_with_paces(split, views, places, {point: paces[k] for point, paces in searched.items()}, chance)
                 for k, chance in enumerate(chances))


def _at_stations(stream: Stream, air: Collection[Point], places: Places) -> Stream:
    """A stream with the queues of stations on its path."""
    return replace(stream, points=tuple(places[hop, stream.service_class] if point in air else point
                                        for point, hop in zip(stream.points, stream.hops, strict=False)))


def _with_paces(met: Crossings, views: Views, places: Places, paces: Mapping[Point, Pace], chance: float) -> Crossings:
    """Crossings with the queues of stations, of which each has its pace."""
    queues = {point: queue for point, queue in met.queues.items() if point in met.at} \
        | {point: _queue(view, paces[point], places) for point, view in views.items()}
    passages = dict(met.passages) | {
        point: {index: queues[point].passage(stream) for index, stream in enumerate(met.streams)
                if point in stream.points or index in met.at[point]}
        for point in views}
    return replace(met, queues=queues, passages=passages, beside=_beside(views, places, paces), chance=chance)


def _queue(view: StationView, pace: Pace, places: Places) -> Queue:
    """The queues of a station."""
    air = view.contention
    paces = {(sent.hop.span, sent.hop.forward, sent.stream.largest):
             air.pace(pace.exponent, pace.attempts, sent.exchange, sent.damaged) for sent in view.sent}
    given_up = max(air.failed(sent.damaged) for sent in view.own) ** len(air.windows.stages)
    return station_queue(view.cell, view.station, StationService(
        view.station, paces, pace.lag, pace.often_lag, pace.mean_lag, given_up,
        bands=frozenset(band_of(view, sent) for sent in view.own if _place(places, sent) == view.point),
        alone=view.band is not None, strict=strict_frames(view)))


def _place(places: Places, sent: StationStream) -> Point:
    return places[sent.at, sent.stream.service_class]


def _beside(views: Views, places: Places, paces: Mapping[Point, Pace]) -> Beside:
    """At which other queues each stream goes first, or by turns, and what it takes there, ns."""
    beside: dict[tuple[Point, int], list[tuple[Point, int, float]]] = {}
    for point, view in views.items():
        exponent, attempts = paces[point][:2]
        others = [(sent, OTHERS, view.contention.interruption) for sent in view.others]
        own = [(sent, band_of(view, sent), view.contention.pace) for sent in view.own if _place(places, sent) != point]
        for sent, band, time in (*others, *own):
            taken = time(exponent, attempts, sent.exchange, sent.damaged)
            beside.setdefault((_place(places, sent), sent.number), []).append((point, band, taken))
    return {key: tuple(row) for key, row in beside.items()}
