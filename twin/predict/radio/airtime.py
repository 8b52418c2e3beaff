"""The airtime of each radio cell and its collisions: bounds, or what saturated stations reach."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from twin.core.units import NS_PER_S
from twin.plan.blueprint import Blueprint, RadioCellPlan
from twin.plan.forwarding.paths import Hop
from twin.predict.load.max_min_fairness import settle
from twin.predict.load.packet_streams import Point, Stream, air_point
from twin.predict.load.queue_crossings import Crossings, crossings
from twin.predict.load.queues import radio_hops, windows
from twin.predict.load.utilisation import FULL, UNCONTENDED, Loads, band_loads, utilisation
from twin.predict.theory.dcf_contention import saturation


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


def predict_airtime(blueprint: Blueprint, paths: Mapping[str, Sequence[Hop]]) -> Iterator[AirtimePrediction]:
    """The air of each cell, in the blueprint's order. paths: the spans that each flow crosses."""
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
        most = max((hop.airtime_with_ack(stream.frame) for _, stream in members for hop in radio_hops(cell, stream)),
                   default=0.0)
        known = FULL if _alone(met, cell) else UNCONTENDED
        yield AirtimePrediction(cell.name, low if _load(cell, thinking) <= known else 0.0,
                    high if _load(cell, saturated) <= known else most / (most + cell.difs))


def contention_rates(cells: Iterable[RadioCellPlan], met: Crossings, load: Loads) -> dict[str, float]:
    """Packets per second that get through of each flow which has a station of a cell to itself, where the stations of
    the cell are saturated; by the flow's name. load: of all queues, while request-response flows are saturated."""
    rates: dict[str, float] = {}
    for cell in cells:
        full = _saturation(cell, met, load)
        if full is None or full.access_interval is None:
            continue
        streams = [met.streams[index] for index in met.at[air_point(cell.name)]]
        senders = [radio_hops(cell, stream)[0].station for stream in streams]
        rates |= {stream.flow: NS_PER_S / full.access_interval for stream, sender in zip(streams, senders, strict=True)
                  if senders.count(sender) == 1}
    return rates


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
