"""What each station of a radio cell sends, and what it meets on the air.

A station that asks for less than its part is bounded by what it sends: its frames interrupt the others. Any other may
be saturated: it always has something to send.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from twin.core.units import NS_PER_S, PPM
from twin.plan.blueprint import RadioCellPlan, RadioHopDirection
from twin.plan.blueprint.layers import FRAME
from twin.plan.forwarding.paths import Hop
from twin.predict.load.packet_streams import Point, Stream
from twin.predict.load.queue_crossings import Crossings, each_once
from twin.predict.load.queues import Queue, StationService, windows
from twin.predict.theory.contended_service import Contention, contention

FULL_LOAD = 0.99
"""From this part of what it gets for sure on, a station counts as saturated."""


class StationStream(NamedTuple):
    """A stream, by its number, at one station. exchange: ns of DIFS, its largest frame and acknowledgement; damaged:
    the chance that a frame is."""

    number: int
    stream: Stream
    hop: RadioHopDirection
    exchange: float
    damaged: float

    @property
    def at(self) -> Hop:
        """The hop over which it goes."""
        return Hop(self.hop.span, self.hop.forward)

    @property
    def elastic(self) -> bool:
        """Whether the network decides how much it sends."""
        return self.stream.packet_rate is None or self.stream.pauses


class Between(NamedTuple):
    """Frames of another band of a station, sent between those of a band: so many at once, and so many a second."""

    sent: StationStream
    frames: float
    rate: float


@dataclass(frozen=True, slots=True)
class StationView:
    """One station, or one band of it. own: what it sends, or what the band sends and what goes before it; others: what
    the stations send that ask for less than their part; contention: with all others. band: which, None for the whole
    station; between: what other bands of the station send meanwhile."""

    cell: RadioCellPlan
    station: int
    own: tuple[StationStream, ...]
    others: tuple[StationStream, ...]
    contention: Contention
    band: int | None = None
    between: tuple[Between, ...] = ()

    @property
    def point(self) -> Point:
        """The point that stands for its queues."""
        return station_point(self.cell, self.station, self.band)

    @property
    def sent(self) -> tuple[StationStream, ...]:
        """All that the station sends."""
        return (*self.own, *(each.sent for each in self.between))


def station_point(cell: RadioCellPlan, station: int, band: int | None = None) -> Point:
    """The point that stands for the queues of a station, or for one of them; no span has such a name."""
    return Point(f"{cell.name}/{cell.stations[station].node}{'' if band is None else f'/{band}'}", None)


def station_queue(cell: RadioCellPlan, station: int, service: StationService | None = None) -> Queue:
    """The queues of a station."""
    scheduler = cell.stations[station].scheduler
    return Queue(NS_PER_S, FRAME, scheduler.bands, scheduler.default,
                 {band.service_class: k for k, band in enumerate(scheduler.bands)}, kind=scheduler.kind, cell=cell,
                 contender=service)


def station_views(met: Crossings, air: Point, cell: RadioCellPlan) -> tuple[StationView, ...]:
    """The stations of a cell that send something."""
    sent = _sent(met, air, cell)
    longest = {station: max(stream.exchange for stream in own) for station, own in sent.items()}
    modest = {station for station, own in sent.items() if _is_modest(own, sum(longest.values()))}
    views = []
    for station, own in sent.items():
        saturated = [longest[other] for other in sent if other != station and other not in modest]
        others = [stream for other in sent if other != station and other in modest for stream in sent[other]]
        views.append(StationView(cell, station, own, tuple(others), contention(
            windows(cell), cell.slot, saturated, len(sent) - 1 - len(saturated), max(longest.values()))))
    return tuple(views)


def _sent(met: Crossings, air: Point, cell: RadioCellPlan) -> dict[int, tuple[StationStream, ...]]:
    """What each station sends, over each of its hops every IPTV channel once."""
    sent: dict[int, tuple[StationStream, ...]] = {}
    for hop in cell.hop_directions:
        over = [k for k in met.passages[air] if Hop(hop.span, hop.forward) in met.streams[k].hops]
        own = [StationStream(k, met.streams[k], hop, cell.difs + hop.airtime_with_ack(met.streams[k].largest),
                             hop.frame_errors / PPM) for k in each_once(met.streams, over)]
        if own:
            sent[hop.station] = (*sent.get(hop.station, ()), *own)
    return sent


def _is_modest(own: Sequence[StationStream], everybody: float) -> bool:
    """Whether a station sends less than it gets while all others are saturated. everybody: ns of a frame of each."""
    return not any(stream.elastic for stream in own) and \
        sum(stream.stream.highest_rate for stream in own) * everybody < FULL_LOAD * NS_PER_S
