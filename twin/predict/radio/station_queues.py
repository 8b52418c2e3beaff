"""The queues of the stations of a radio cell, each with the pace that the others leave it but by chance.

Behind its pace a station falls by no more than a lag (`contended_service`). So network calculus bounds its waits as it
does those before a span; the frames of stations that ask for less than their part go before its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from twin.predict.load.packet_streams import Point, Stream
from twin.predict.load.queue_crossings import Beside, Crossings
from twin.predict.load.queues import Queue, StationService
from twin.predict.radio.station_pace import Pace, best_paces
from twin.predict.radio.stations import StationView, station_point, station_queue, station_views

Air = Mapping[Point, Sequence[StationView]]
"""The stations of each cell in which several contend."""


def by_station(met: Crossings, chances: Sequence[float]) -> tuple[Crossings, ...]:
    """The same with the queues of each station in place of the air for which several contend, for each of the chances
    of a packet to wait for longer than pace and lag of its station allow."""
    air = {point: station_views(met, point, queue.cell) for point, queue in met.queues.items()
           if queue.cell is not None and not queue.alone}
    views = {view.point: view for cell in air.values() for view in cell}
    searched = {point: best_paces(view, chances) for point, view in views.items()}
    split = replace(met, streams=tuple(_at_stations(stream, air) for stream in met.streams))
    return tuple(_with_paces(split, air, {point: paces[k] for point, paces in searched.items()}, chance) if air else met
                 for k, chance in enumerate(chances))


def _with_paces(met: Crossings, air: Air, paces: Mapping[Point, Pace], chance: float) -> Crossings:
    """Crossings with the queues of stations, of which each has its pace."""
    views = {view.point: view for cell in air.values() for view in cell}
    queues = {point: queue for point, queue in met.queues.items() if point not in air} \
        | {point: _queue(view, paces[point]) for point, view in views.items()}
    at = {point: members for point, members in met.at.items() if point not in air} \
        | {point: tuple(dict.fromkeys(stream.number for stream in view.own)) for point, view in views.items()}
    passages = dict(met.passages) | {
        point: {index: queues[point].passage(stream) for index, stream in enumerate(met.streams)
                if point in stream.points}
        for point in views}
    return replace(met, queues=queues, at=at, passages=passages, beside=_beside(views, paces), chance=chance)


def _at_stations(stream: Stream, air: Air) -> Stream:
    """A stream with the queues of stations on its path."""
    stations = {(way.span, way.forward): station_point(views[0].cell, way.station)
                for point, views in air.items() if point in stream.points for way in views[0].cell.hop_directions}
    return replace(stream, points=tuple(stations.get((hop.span, hop.forward), point) if point in air else point
                                        for point, hop in zip(stream.points, stream.hops, strict=False)))


def _queue(view: StationView, pace: Pace) -> Queue:
    """The queues of a station."""
    air = view.contention
    paces = {(sent.hop.span, sent.hop.forward, sent.stream.largest):
             air.pace(pace.exponent, pace.attempts, sent.exchange, sent.damaged) for sent in view.own}
    given_up = max(air.failed(sent.damaged) for sent in view.own) ** len(air.windows.stages)
    return station_queue(view.cell, view.station, StationService(
        view.station, paces, pace.lag, pace.often_lag, pace.mean_lag, given_up))


def _beside(views: Mapping[Point, StationView], paces: Mapping[Point, Pace]) -> Beside:
    """At which other stations each stream of a station goes first, and what it takes there, ns."""
    beside: dict[tuple[Point, int], list[tuple[Point, float]]] = {}
    for point, view in views.items():
        exponent, attempts = paces[point][:2]
        for sent in view.others:
            time = view.contention.interruption(exponent, attempts, sent.exchange, sent.damaged)
            beside.setdefault((station_point(view.cell, sent.hop.station), sent.number), []).append((point, time))
    return {key: tuple(row) for key, row in beside.items()}
