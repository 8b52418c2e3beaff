"""Between which bounds TCP lies on the air of a radio cell: by the airtime of its packets and of its acknowledgements.

At the most, frames follow each other without backoff and without collision, on every hop through the cell: n hops carry
an n-th. At the least, all stations that may be saturated are, so that each gets its turns (Tinnirello); of these,
connections share what flows at constant rate leave, as in a FIFO before a span. Where all data of TCP comes from one
station, in one class, nobody else takes what flows at constant rate leave of the whole cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import inf

from twin.core.units import NS_PER_S
from twin.model import Scheduling
from twin.plan.blueprint import RadioCellPlan
from twin.predict.load.packet_streams import Point
from twin.predict.load.queue_crossings import Crossings
from twin.predict.load.tcp_shares import CHANCE_IN_FIFO, DECREASE, TcpRange
from twin.predict.radio.stations import StationStream, StationView, station_queue, station_views

MEAN = 1e-10
"""An exponent so small that the pace is the mean, per ns."""
MORE_ACKNOWLEDGEMENTS = 1.5
"""Times as many acknowledgements as usual there may be: after a loss each packet has one."""
COLLISIONS = 1.2
"""Times as long as alone that frames take the air, with those that collide."""
MOST_ATTEMPTS = 1.3
"""Up to so many attempts a frame, damage is no more than a slower rate."""
FEW_LOSSES = 1e-3
"""Up to this part of packets given up on the air, TCP does not notice."""


def air_tcp_ranges(met: Crossings) -> dict[int, TcpRange]:
    """Packets per second of each stream of TCP data that crosses such air, by its number."""
    ranges: dict[int, TcpRange] = {}
    for point, queue in met.queues.items():
        if queue.cell is not None and not queue.alone:
            for k, own in _in_cell(met, point, queue.cell):
                known = ranges.get(k, TcpRange(inf, inf))
                ranges[k] = TcpRange(min(known.least, own.least), min(known.most, own.most))
    return ranges


def _in_cell(met: Crossings, point: Point, cell: RadioCellPlan) -> Iterator[tuple[int, TcpRange]]:
    views = station_views(met, point, cell)
    sent = [stream for view in views for stream in view.own]
    for k in sorted({stream.number for stream in sent if stream.stream.greedy}):
        own = [stream for stream in sent if k in (stream.number, stream.stream.follows)]
        most = NS_PER_S / sum(_part(stream) * _airtime(cell, stream) for stream in own)
        least = max(_left_over(cell, sent, own), min(
            _while_saturated(view, k) for view in views if any(stream in own for stream in view.own)))
        yield k, TcpRange(min(least, most), most)


def _part(stream: StationStream) -> float:
    """Packets of a stream for each packet of data."""
    return 1.0 if stream.stream.follows is None else stream.stream.ratio


def _airtime(cell: RadioCellPlan, stream: StationStream) -> float:
    """ns that a frame takes at the least, those that are damaged included."""
    return cell.exchange_without_backoff(stream.hop, stream.stream.frame)


def _left_over(cell: RadioCellPlan, sent: Sequence[StationStream], own: Sequence[StationStream]) -> float:
    """Packets of data per second if TCP has all that flows of known rate leave; 0.0 where others may take it."""
    elastic = [stream for stream in sent if stream.elastic]
    first = {stream.number: stream.hop.station for stream in reversed(elastic) if stream.stream.follows is None}
    if len(set(first.values())) > 1 or len({stream.stream.service_class for stream in elastic}) > 1:
        return 0.0
    if cell.mean_transmissions(max((stream.hop for stream in sent), key=lambda hop: hop.frame_errors)) > MOST_ATTEMPTS:
        return 0.0
    gross = {stream: (stream.exchange + cell.cw_min / 2 * cell.slot) * cell.mean_transmissions(stream.hop) * COLLISIONS
             for stream in sent}
    left = 1 - sum(stream.stream.highest_rate * gross[stream] for stream in sent if not stream.elastic) / NS_PER_S
    connections = sum(stream.stream.connections for stream in elastic if stream.stream.follows is None)
    needed = sum(stream.stream.connections * _part(stream) * gross[stream] for stream in elastic)
    part = DECREASE * (1.0 if connections == 1 else CHANCE_IN_FIFO)
    return part * max(0.0, left) * own[0].stream.connections * NS_PER_S / needed


def _while_saturated(view: StationView, k: int) -> float:
    """Packets of data per second for which a station has turns at the least."""
    if max(_given_up(view, sent) for sent in view.own) > FEW_LOSSES:
        return 0.0
    band = _Bands(view)
    shared = [sent for sent in view.own if sent.elastic and band.of(sent) == band.of(next(
        mine for mine in view.own if k in (mine.number, mine.stream.follows)))]
    connections = sum(sent.stream.connections for sent in shared)
    needed = sum(sent.stream.connections * band.time(sent) * _part(sent) for sent in shared) * MORE_ACKNOWLEDGEMENTS
    mine = next(sent for sent in shared if k in (sent.number, sent.stream.follows))
    part = DECREASE * (1.0 if connections == 1 else CHANCE_IN_FIFO)
    return part * band.share(band.of(mine)) * mine.stream.connections * NS_PER_S / needed


def _given_up(view: StationView, sent: StationStream) -> float:
    """The chance that a frame is dropped on the air."""
    return view.contention.failed(sent.damaged) ** len(view.contention.windows.stages)


class _Bands:
    """What a station has of the time for each of its bands, while saturated stations take their turns."""

    def __init__(self, view: StationView) -> None:
        self._view, self._queue = view, station_queue(view.cell, view.station)

    def of(self, sent: StationStream) -> int:
        """The band in which a stream waits."""
        return self._queue.band(sent.stream.service_class)

    def time(self, sent: StationStream) -> float:
        """ns of a frame, the turns of others included."""
        met = self._view.contention
        return met.pace(MEAN, len(met.windows.stages), sent.exchange, sent.damaged)

    def share(self, own: int) -> float:
        """The part of the time that a band has for TCP, 0 to 1: what flows of known rate leave of it, and of what
        another band with TCP may take, by weight."""
        met, left = self._view.contention, 1.0
        for sent in self._view.others:
            left -= sent.stream.highest_rate * met.interruption(MEAN, len(met.windows.stages), sent.exchange,
                                                               sent.damaged) / NS_PER_S
        known = sum(sent.stream.highest_rate * self.time(sent) / NS_PER_S
                    for sent in self._view.own if not sent.elastic)
        elastic = {self.of(sent) for sent in self._view.own if sent.elastic}
        return max(0.0, left - known) * self._weight(own) / sum(self._weight(band) for band in elastic)

    def _weight(self, band: int) -> float:
        """Of a band among those with TCP; before a strict one, others have none."""
        if not self._queue.bands:
            return 1.0
        chosen = self._queue.bands[band]
        if self._queue.kind in (Scheduling.HTB, Scheduling.HFSC):
            return float(chosen.guarantee)
        return float(chosen.quantum) or inf
