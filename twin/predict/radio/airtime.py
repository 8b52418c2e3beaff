"""The airtime of each radio cell and its collisions: bounds, or what saturated stations reach."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from twin.core.units import NS_PER_S, PPM
from twin.model import Discipline
from twin.plan.blueprint import Blueprint, RadioCellPlan
from twin.plan.forwarding.paths import Hop
from twin.predict.load.max_min_fairness import settle
from twin.predict.load.packet_streams import Point, Stream, air_point
from twin.predict.load.queue_crossings import Crossings, crossings
from twin.predict.load.queues import radio_hops, windows
from twin.predict.load.utilisation import FULL, UNCONTENDED, Loads, band_loads, utilisation
from twin.predict.theory.dcf_contention import saturation
from twin.predict.theory.unequal_stations import Station, share

USUAL = 60.0
"""Seconds of a run, unless another length is given."""
DEVIATIONS = 4.0
"""Standard deviations by which random arrivals may be more or fewer."""
CARRIED = 0.7
"""The part of what fits without collisions that a busy cell carries at least: with collisions, and where TCP pauses."""
SATURATED = 1e-6
"""The part of the time for which a saturated station may seem to have nothing to send: its share is iterated."""


@dataclass(frozen=True, slots=True)
class AirtimePrediction:
    """The air of a cell. low, high: bounds of the part of the time for which it is busy; without collisions, where the
    stations are not saturated. collision_probability, access_interval: where they are, the part of the frames that
    collide, and the mean time from one successful frame of a station to its next, ns."""

    cell: str
    low: float
    high: float
    collision_probability: float | None = None
    access_interval: float | None = None


def predict_airtime(
    blueprint: Blueprint, paths: Mapping[str, Sequence[Hop]], seconds: float = USUAL
) -> Iterator[AirtimePrediction]:
    """The air of each cell, in the blueprint's order. paths: the spans that each flow crosses; seconds: of the run."""
    if not blueprint.cells:
        return
    met = crossings(blueprint, paths)
    both = settle(met)
    thinking, saturated = band_loads(met, both.thinking), band_loads(met, both.saturated)
    for cell in blueprint.cells:
        full = _saturation(cell, met, saturated)
        if full is not None:
            yield full
            continue
        members = [(index, met.streams[index]) for index in met.at.get(air_point(cell.name), ())]
        low, high = (sum(shares.through[index] * _busy(cell, stream) for index, stream in members) / NS_PER_S
                     for shares in (both.thinking, both.saturated))
        chance = DEVIATIONS * sqrt(sum(both.saturated.through[index] * (_busy(cell, stream) / NS_PER_S) ** 2 / seconds
                                       for index, stream in members if stream.random))
        low, high = max(0.0, low - chance), high + chance
        most = max((hop.airtime_with_ack(stream.frame) for _, stream in members for hop in radio_hops(cell, stream)),
                   default=0.0)
        known = FULL if _alone(met, cell) else UNCONTENDED
        yield AirtimePrediction(cell.name, low if _load(cell, thinking) <= known else low * CARRIED,
                                high if _load(cell, saturated) <= known else most / (most + cell.difs))


def contention_rates(
    cells: Iterable[RadioCellPlan], met: Crossings, load: Loads, seconds: float
) -> dict[str, float]:
    """Packets per second that leave the queue of each flow which has a station of a cell to itself, where all stations
    of the cell are saturated; by the flow's name. What fills the queue counts as carried: it is not lost.

    load: of all queues, while request-response flows are saturated; seconds: the length of the run.
    """
    rates: dict[str, float] = {}
    for cell in cells:
        stations = _stations(cell, met, load)
        shares = share(tuple(stations.values()), windows(cell), cell.slot)
        if not shares or any(brought.active < 1 - SATURATED for brought in shares):
            continue
        frames = {station: brought.frames for station, brought in zip(stations, shares, strict=True)}
        streams = [met.streams[index] for index in met.at[air_point(cell.name)]]
        senders = [_sender(cell, stream) for stream in streams]
        rates |= {stream.flow: min(stream.packet_rate or 0.0, frames[sender] + _held(cell, met, stream) / seconds)
                  for stream, sender in zip(streams, senders, strict=True) if senders.count(sender) == 1}
    return rates


def _stations(cell: RadioCellPlan, met: Crossings, load: Loads) -> dict[int, Station]:
    """The stations of a cell by number, where all their streams have constant rates, cross the cell once, and meet no
    other full queue. Else none."""
    air, sent = air_point(cell.name), dict[int, list[Stream]]()
    for stream in (met.streams[index] for index in met.at.get(air, ())):
        if stream.packet_rate is None or stream.pauses or stream.peak is not None:
            return {}
        if len(radio_hops(cell, stream)) != 1 or any(_full(point, load) for point in stream.points if point != air):
            return {}
        sent.setdefault(_sender(cell, stream), []).append(stream)
    return {station: _station(cell, streams) for station, streams in sent.items()}


def _station(cell: RadioCellPlan, streams: Sequence[Stream]) -> Station:
    """A station by what its streams send, and how much of it is damaged on average."""
    rates = [stream.packet_rate or 0.0 for stream in streams]
    hops = [radio_hops(cell, stream)[0] for stream in streams]
    damaged = sum(rate * hop.frame_errors for rate, hop in zip(rates, hops, strict=True)) / sum(rates) / PPM
    return Station(tuple((cell.difs + hop.airtime_with_ack(stream.frame), rate / sum(rates))
                         for stream, hop, rate in zip(streams, hops, rates, strict=True)), damaged, sum(rates))


def _sender(cell: RadioCellPlan, stream: Stream) -> int:
    return radio_hops(cell, stream)[0].station


def _held(cell: RadioCellPlan, met: Crossings, stream: Stream) -> float:
    """Packets of a stream that wait at its station once its queue is full; of queues that CoDel keeps short, none."""
    bands = cell.stations[_sender(cell, stream)].scheduler.bands
    if any(band.discipline is not Discipline.FIFO for band in bands):
        return 0.0
    return met.queues[air_point(cell.name)].capacity(stream)


def _alone(met: Crossings, cell: RadioCellPlan) -> bool:
    point = air_point(cell.name)
    return point in met.queues and met.queues[point].alone


def _load(cell: RadioCellPlan, load: Loads) -> float:
    """The part of the time that frames take with their spaces and backoffs, without collisions."""
    return utilisation(load.get(air_point(cell.name), {}))


def _busy(cell: RadioCellPlan, stream: Stream) -> float:
    """ns for which a packet of a stream keeps the air busy, on all its hops, with retransmissions."""
    return sum(hop.airtime_with_ack(stream.frame) * cell.mean_transmissions(hop) for hop in radio_hops(cell, stream))


def _saturation(cell: RadioCellPlan, met: Crossings, load: Loads) -> AirtimePrediction | None:
    """The air of saturated stations whose frames take equally long, are never damaged, and cross the cell once. Else
    None."""
    sent: dict[int, float] = {}
    airtimes: set[float] = set()
    for stream in (met.streams[index] for index in met.at.get(air_point(cell.name), ())):
        hops = radio_hops(cell, stream)
        if stream.packet_rate is None or stream.pauses or stream.peak is not None:
            return None
        if len(hops) != 1 or hops[0].frame_errors:
            return None
        if any(_full(point, load) for point in stream.points if point != air_point(cell.name)):
            return None
        airtimes.add(hops[0].airtime_with_ack(stream.frame))
        sent[hops[0].station] = sent.get(hops[0].station, 0.0) + stream.packet_rate
    if len(airtimes) != 1:
        return None
    (busy,) = airtimes
    reached = saturation(len(sent), windows(cell), cell.slot, cell.difs + busy)
    if min(sent.values()) < reached.frames / len(sent):
        return None
    share = reached.taken * busy / (cell.difs + busy)
    return AirtimePrediction(cell.name, share, share, reached.failed, len(sent) * NS_PER_S / reached.frames)


def _full(point: Point, load: Loads) -> bool:
    return utilisation(load[point]) >= FULL
