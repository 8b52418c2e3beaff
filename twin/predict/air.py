"""How busy the air of each radio cell is, and how many of its frames collide: between bounds, or as stations that
always have something to send share it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from twin.plan.blueprint import Blueprint, Cell, Way
from twin.plan.paths import Hop
from twin.predict.contention import Windows, saturated
from twin.predict.crossings import Point, Stream, air_of, crossings
from twin.predict.fluid import settle
from twin.predict.journey import CALM
from twin.predict.waits import FULL, Loads, loads
from twin.units import NS_PER_S, PPM


@dataclass(frozen=True, slots=True)
class Aired:
    """What theory says of the air of a cell. low, high: the least and the most part of the time for which it is busy;
    where no stations always have something to send, without collisions. failing: the part of the frames that collide,
    where it is known."""

    cell: str
    low: float
    high: float
    failing: float | None


def aired(blueprint: Blueprint, paths: Mapping[str, Sequence[Hop]]) -> Iterator[Aired]:
    """The air of each cell, in the blueprint's order. paths: the spans that each flow crosses."""
    if not blueprint.cells:
        return
    met = crossings(blueprint, paths)
    both = settle(met)
    calm, eager = loads(met, both.calm), loads(met, both.eager)
    for cell in blueprint.cells:
        members = [(index, met.streams[index]) for index in met.at.get(air_of(cell.name), ())]
        full = _saturation(cell, [stream for _, stream in members], eager)
        if full is not None:
            yield Aired(cell.name, *full)
            continue
        low, high = (sum(paces[index] * _busy(cell, stream) for index, stream in members) / NS_PER_S
                     for paces in (both.calm, both.eager))
        ways = [_taken(way, stream) for _, stream in members for way in _ways(cell, stream)]
        most = max(ways, default=0.0)
        yield Aired(cell.name, low if _is_calm(cell, calm) else 0.0,
                    high if _is_calm(cell, eager) else most / (most + cell.difs), None)


def _is_calm(cell: Cell, load: Loads) -> bool:
    return sum(band.share for band in load.get(air_of(cell.name), {}).values()) <= CALM


def _ways(cell: Cell, stream: Stream) -> list[Way]:
    return [way for way in cell.ways if Hop(way.span, way.forth) in stream.hops]


def _taken(way: Way, stream: Stream) -> float:
    """ns for which a frame and its acknowledgement keep the air busy, once."""
    return way.airtime.of(stream.frame) + way.answer


def _busy(cell: Cell, stream: Stream) -> float:
    """ns for which a packet of a stream keeps the air busy, on all its hops, sent again where it is damaged."""
    return sum(_taken(way, stream) * sum((way.damaged / PPM) ** again for again in range(cell.retries + 1))
               for way in _ways(cell, stream))


def _saturation(cell: Cell, streams: Sequence[Stream], load: Loads) -> tuple[float, float, float] | None:
    """Busy at least and at most, and the part that collides, where stations send frames that take equally long, never
    damaged, each more of them than its share of the air, none of them twice. Else None."""
    sent: dict[int, float] = {}
    taken: set[float] = set()
    for stream in streams:
        ways = _ways(cell, stream)
        if stream.pace is None or stream.pauses or stream.peak is not None or len(ways) != 1 or ways[0].damaged:
            return None
        if any(_full(point, load) for point in stream.points if point != air_of(cell.name)):
            return None
        taken.add(_taken(ways[0], stream))
        sent[ways[0].station] = sent.get(ways[0].station, 0.0) + stream.pace
    if len(taken) != 1:
        return None
    (busy,) = taken
    windows = Windows(cell.cw_min + 1, ((cell.cw_max + 1) // (cell.cw_min + 1)).bit_length() - 1, cell.retries)
    found = saturated(len(sent), windows, cell.slot, cell.difs + busy)
    if min(sent.values()) < found.frames / len(sent):
        return None
    share = found.taken * busy / (cell.difs + busy)
    return share, share, found.failed


def _full(point: Point, load: Loads) -> bool:
    return sum(band.share for band in load[point].values()) >= FULL
