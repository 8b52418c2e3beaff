"""How busy the air of each radio cell is, and how many of its frames collide: between bounds, or as stations that
always have something to send share it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from twin.core.units import NS_PER_S
from twin.plan.blueprint import Blueprint, RadioCellPlan
from twin.plan.forwarding.paths import Hop
from twin.predict.network.max_min_fairness import settle
from twin.predict.network.packet_streams import Point, Stream, air_of
from twin.predict.network.queue_crossings import Crossings, crossings
from twin.predict.network.queueing_delay import CALM, FULL, Loads, loads
from twin.predict.network.queues import ways, windows
from twin.predict.theory.dcf_contention import saturated


@dataclass(frozen=True, slots=True)
class Aired:
    """What theory says of the air of a cell. low, high: the least and the most part of the time for which it is busy;
    where no stations always have something to send, without collisions. failing, turn: where they do, the part of the
    frames that collide, and the mean time from one frame that a station brings through to its next, ns."""

    cell: str
    low: float
    high: float
    failing: float | None = None
    turn: float | None = None


def aired(blueprint: Blueprint, paths: Mapping[str, Sequence[Hop]]) -> Iterator[Aired]:
    """The air of each cell, in the blueprint's order. paths: the spans that each flow crosses."""
    if not blueprint.cells:
        return
    met = crossings(blueprint, paths)
    both = settle(met)
    calm, eager = loads(met, both.calm), loads(met, both.eager)
    for cell in blueprint.cells:
        full = _saturated(cell, met, eager)
        if full is not None:
            yield full
            continue
        members = [(index, met.streams[index]) for index in met.at.get(air_of(cell.name), ())]
        low, high = (sum(paces[index] * _busy(cell, stream) for index, stream in members) / NS_PER_S
                     for paces in (both.calm, both.eager))
        most = max((way.airtime_with_ack(stream.frame) for _, stream in members for way in ways(cell, stream)),
                   default=0.0)
        known = FULL if _alone(met, cell) else CALM
        yield Aired(cell.name, low if _load(cell, calm) <= known else 0.0,
                    high if _load(cell, eager) <= known else most / (most + cell.difs))


def brought(cells: Iterable[RadioCellPlan], met: Crossings, load: Loads) -> dict[str, float]:
    """Packets per second that come through of each flow which has a station of a cell to itself, where the stations of
    the cell always have something to send; by the flow's name. load: of all queues, if nobody ever pauses."""
    found: dict[str, float] = {}
    for cell in cells:
        full = _saturated(cell, met, load)
        if full is None or full.turn is None:
            continue
        streams = [met.streams[index] for index in met.at[air_of(cell.name)]]
        senders = [ways(cell, stream)[0].station for stream in streams]
        found |= {stream.flow: NS_PER_S / full.turn for stream, sender in zip(streams, senders, strict=True)
                  if senders.count(sender) == 1}
    return found


def _alone(met: Crossings, cell: RadioCellPlan) -> bool:
    point = air_of(cell.name)
    return point in met.queues and met.queues[point].alone


def _load(cell: RadioCellPlan, load: Loads) -> float:
    """The part of the time that frames take with their spaces and backoffs, if they take turns."""
    return sum(band.share for band in load.get(air_of(cell.name), {}).values())


def _busy(cell: RadioCellPlan, stream: Stream) -> float:
    """ns for which a packet of a stream keeps the air busy, on all its hops, sent again where it is damaged."""
    return sum(way.airtime_with_ack(stream.frame) * cell.mean_transmissions(way) for way in ways(cell, stream))


def _saturated(cell: RadioCellPlan, met: Crossings, load: Loads) -> Aired | None:
    """The air of stations that send frames which take equally long, never damaged, each more of them than its share of
    the air, none of them twice. Else None."""
    sent: dict[int, float] = {}
    taken: set[float] = set()
    for stream in (met.streams[index] for index in met.at.get(air_of(cell.name), ())):
        own = ways(cell, stream)
        if stream.pace is None or stream.pauses or stream.peak is not None or len(own) != 1 or own[0].frame_errors:
            return None
        if any(_full(point, load) for point in stream.points if point != air_of(cell.name)):
            return None
        taken.add(own[0].airtime_with_ack(stream.frame))
        sent[own[0].station] = sent.get(own[0].station, 0.0) + stream.pace
    if len(taken) != 1:
        return None
    (busy,) = taken
    found = saturated(len(sent), windows(cell), cell.slot, cell.difs + busy)
    if min(sent.values()) < found.frames / len(sent):
        return None
    share = found.taken * busy / (cell.difs + busy)
    return Aired(cell.name, share, share, found.failed, len(sent) * NS_PER_S / found.frames)


def _full(point: Point, load: Loads) -> bool:
    return sum(band.share for band in load[point].values()) >= FULL
