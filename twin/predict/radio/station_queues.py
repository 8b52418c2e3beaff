"""The queues of the stations of a radio cell, each with the pace that the others leave it but by chance.

Behind its pace a station falls by no more than a lag (`contended_service`). So network calculus bounds its waits as it
does those before a span; the frames of stations that ask for less than their part go before its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from math import inf, log
from typing import NamedTuple, Protocol

from twin.core.units import NS_PER_S
from twin.predict.load.packet_streams import Point, Stream
from twin.predict.load.queue_crossings import Beside, Crossings
from twin.predict.load.queues import Queue, StationService
from twin.predict.radio.stations import (
    FULL_LOAD,
    StationStream,
    StationView,
    station_point,
    station_queue,
    station_views,
)
from twin.predict.theory.chance import most

ALWAYS, USUALLY, OFTEN = 1e-7, 1e-4, 1e-2
"""The chance that a packet waits for longer: of the largest delay, of its 99.9th percentile, and of late packets."""
PARTS = 3
"""Reasons for which a packet may wait for longer, of equal chance: the first attempts, how many more, and how long."""
ROUNDS, JITTER = 3, 2.0
"""Rounds in which it is found how many frames wait together, and how many times as many where some arrive late."""
EXPONENTS = tuple(2e-8 * 1.6 ** step for step in range(12))
"""Exponents that are tried, per ns."""


class Pace(NamedTuple):
    """exponent: per ns; attempts: of a frame that it holds for. lag, often_lag: by how much frames end later, ns, but
    with the chance that was asked for and with that of `OFTEN`; mean_lag: on average."""

    exponent: float
    attempts: int
    lag: float
    often_lag: float
    mean_lag: float


def by_station(met: Crossings, chance: float) -> Crossings:
    """The same with the queues of each station in place of the air for which several contend. chance: of a packet to
    wait for longer than pace and lag of its station allow."""
    air = {point: station_views(met, point, queue.cell) for point, queue in met.queues.items()
           if queue.cell is not None and not queue.alone}
    if not air:
        return met
    views = {view.point: view for cell in air.values() for view in cell}
    paces = {point: best_pace(view, chance) for point, view in views.items()}
    streams = tuple(_at_stations(stream, air) for stream in met.streams)
    queues = {point: queue for point, queue in met.queues.items() if point not in air} \
        | {point: _queue(view, paces[point]) for point, view in views.items()}
    at = {point: members for point, members in met.at.items() if point not in air} \
        | {point: tuple(dict.fromkeys(stream.number for stream in view.own)) for point, view in views.items()}
    passages = dict(met.passages) | {
        point: {index: queues[point].passage(stream) for index, stream in enumerate(streams) if point in stream.points}
        for point in views}
    return replace(met, streams=streams, queues=queues, at=at, passages=passages, beside=_beside(views, paces),
                   chance=chance)


def _at_stations(stream: Stream, air: Mapping[Point, Sequence[StationView]]) -> Stream:
    """A stream with the queues of stations on its path."""
    stations = {(way.span, way.forward): station_point(views[0].cell, way.station)
                for point, views in air.items() if point in stream.points for way in views[0].cell.hop_directions}
    return replace(stream, points=tuple(stations.get((hop.span, hop.forward), point) if point in air else point
                                        for point, hop in zip(stream.points, stream.hops, strict=False)))


def _queue(view: StationView, pace: Pace) -> Queue:
    """The queues of a station."""
    air = view.contention
    paces = {(sent.hop.span, sent.hop.forward, sent.stream.frame):
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


def best_pace(view: StationView, chance: float) -> Pace:
    """The pace that bounds the waits of a station best, as far as that is known before the jitter of what arrives.
    chance: of longer waits."""
    kinds = *_kinds(view.own, view.contention.pace), *_kinds(view.others, view.contention.interruption)
    stages = len(view.contention.windows.stages)
    tried = [_tried(view, kinds, exponent, attempts, chance)
             for attempts in range(1, stages + 1) for exponent in EXPONENTS]
    return min(tried, key=lambda pair: pair[0])[1]


def _tried(
    view: StationView, kinds: Sequence[_Kind], exponent: float, attempts: int, chance: float
) -> tuple[float, Pace]:
    """A pace, and how long a station is busy with it at the most, if nothing arrives late, ns."""
    burst, rate, frames = _load(kinds, exponent, attempts)
    together = waiting = _waiting(view) if rate >= FULL_LOAD or any(sent.elastic for sent in view.own) else 0.0
    busy = inf
    for _ in range(ROUNDS):
        pace = _pace(view, exponent, attempts, chance, max(1.0, together))
        if rate >= FULL_LOAD or pace.lag + burst == inf:
            return (pace.lag + burst) * rate / (1 - FULL_LOAD), pace
        busy = (pace.lag + burst) / (1 - rate)
        together = max(together, waiting + JITTER * (frames.burst + frames.rate * busy / NS_PER_S))
    return busy, pace


def _waiting(view: StationView) -> float:
    """How many frames may wait at a station at the most."""
    bands = view.cell.stations[view.station].scheduler.bands
    return sum(band.limit for band in bands) / min(sent.stream.frame for sent in view.own) if bands else inf


def _pace(view: StationView, exponent: float, attempts: int, chance: float, together: float) -> Pace:
    """together: frames that one waits for, any of which may need more attempts."""
    air = view.contention
    damaged = max(sent.damaged for sent in (*view.own, *view.others))
    before, many = air.longest * (1 + len(air.saturated)), together * air.failed(damaged) ** attempts
    lag, often = (log(PARTS / part) / exponent + most(many, part / PARTS) * air.late(
        attempts, _last(air.failed(damaged), together, part / PARTS, air.windows.stages)) for part in (chance, OFTEN))
    average = 1 / exponent + together * air.late_on_average(attempts, damaged)
    return Pace(exponent, attempts, lag + before, often + before, average + before)


def _last(failed: float, together: float, chance: float, stages: range) -> int:
    """How many attempts none of so many frames needs more of but with that chance."""
    return next((stage for stage in stages if together * failed ** stage <= chance), len(stages))


class _Time(Protocol):
    """ns of a frame, by exponent, attempts, exchange and the chance of damage."""

    def __call__(self, exponent: float, attempts: int, exchange: float, damaged: float, /) -> float: ...


class _Kind(NamedTuple):
    """Frames that take the same of the air. burst: frames; rate: frames/s."""

    time: _Time
    exchange: float
    damaged: float
    burst: float
    rate: float


def _kinds(sent: Sequence[StationStream], time: _Time) -> Iterator[_Kind]:
    """What is sent, but for what the network decides, of which a frame may be in service."""
    sums: dict[tuple[float, float], tuple[float, float]] = {}
    for each in sent:
        burst, rate = sums.get((each.exchange, each.damaged), (0.0, 0.0))
        sums[each.exchange, each.damaged] = (burst, rate) if each.elastic else (
            burst + each.stream.burst, rate + each.stream.highest_rate)
    for (exchange, damaged), (burst, rate) in sums.items():
        yield _Kind(time, exchange, damaged, max(burst, 1.0), rate)


class _Frames(NamedTuple):
    """burst: frames; rate: frames/s."""

    burst: float
    rate: float


def _load(kinds: Sequence[_Kind], exponent: float, attempts: int) -> tuple[float, float, _Frames]:
    """The burst, ns, and the part of the time that it takes in the long run; and both in frames."""
    times = [kind.time(exponent, attempts, kind.exchange, kind.damaged) for kind in kinds]
    return (sum(kind.burst * time for kind, time in zip(kinds, times, strict=True)),
            sum(kind.rate * time for kind, time in zip(kinds, times, strict=True)) / NS_PER_S,
            _Frames(sum(kind.burst for kind in kinds), sum(kind.rate for kind in kinds)))
