"""The queue before a span, or for the air of a radio cell, and what each packet of a stream takes of its rate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from math import inf
from typing import NamedTuple

from twin.core.units import NS_PER_S, PPM
from twin.model import Discipline, Scheduling, Share
from twin.plan.blueprint import (
    Band,
    LinkDirection,
    LinkLayer,
    ParentBand,
    RadioCellPlan,
    RadioHopDirection,
    Scheduler,
    SpanPlan,
    SubscriberQueues,
)
from twin.plan.blueprint.layers import FRAME
from twin.plan.forwarding.paths import Hop
from twin.predict.load.packet_streams import Stream, carrier
from twin.predict.theory.contended_service import Contention
from twin.predict.theory.dcf_contention import ServiceTime, Windows, alone

ORDERED = (Scheduling.STRICT, Scheduling.DRR, Scheduling.NONE)
"""Policies under which a station serves its queues as a port does: the others keep rates, which the air has not."""


class Passage(NamedTuple):
    """What a queue is to the packets of a stream: each figure is that of the method of `Queue` with its name; size is
    of the largest of them, gap of the smallest."""

    band: int
    fifo_key: str | None
    cost: float
    service: float
    in_service: float
    longest: float
    size: float
    gap: float
    capacity: float


class StrictFrames(NamedTuple):
    """What a strict band of a station of a radio cell waits for. air: what the station meets; own, between: the longest
    exchange of a strict frame, and of one behind it, ns; damaged: the chance that a frame is."""

    air: Contention
    own: float
    between: float
    damaged: float


class StationService(NamedTuple):
    """How a station of a radio cell serves its queues while others contend with it, but by chance.

    paces: ns a frame, by span, direction and bytes of the largest of its stream; lag: by how much later frames end, ns;
    often_lag, mean_lag: the same with a larger chance, and on average. given_up: the chance that a frame is dropped
    after its last attempt. bands: those that are bounded by it; the others have paces of their own. alone: whether it
    is the pace of one band, of which nothing is known while others send. strict: of a strict band
    that no other station goes before.
    """

    station: int
    paces: Mapping[tuple[str, bool, int], float]
    lag: float
    often_lag: float
    mean_lag: float
    given_up: float
    bands: frozenset[int]
    alone: bool
    strict: StrictFrames | None = None


@dataclass(frozen=True, slots=True)
class Queue:
    """The queue before a span: rate and layer at which packets leave, and the bands (none: one queue, no limit).

    The air of a cell is one queue whose rate is that of time, bits being ns.
    """

    rate: int
    layer: LinkLayer
    bands: tuple[Band, ...]
    default: int
    order: Mapping[str, int]
    """The band of each class that has one of its own."""
    homes: frozenset[str] = frozenset()
    """Where subscribers have fair shares: their hosts."""
    kind: Scheduling = Scheduling.NONE
    cell: RadioCellPlan | None = None
    alone: bool = False
    """Of the air of a cell: whether one station alone sends there; then it has the bands of that one."""
    parents: tuple[ParentBand, ...] = ()
    medium: LinkDirection | None = None
    """What carries packets after the queue; None for the air of a cell."""
    packets: int = 0
    """Of a modem behind a shaper: how many packets its FIFO holds, of any size."""
    contender: StationService | None = None
    """Of a station that contends with others."""

    @property
    def waiting(self) -> float:
        """How many packets may wait where there are no bands."""
        return self.packets - 1 if self.packets else inf

    @property
    def lag(self) -> float:
        """By how much a station may be behind its pace, bytes of the rate."""
        return self.contender.lag * self.rate / (8 * NS_PER_S) if self.contender else 0.0

    def band(self, service_class: str) -> int:
        """The band in which a class waits."""
        return self.order.get(service_class, self.default)

    def strict(self, band: int) -> bool:
        """Whether a band has strict priority over other bands."""
        return len(self.bands) > 1 and self.bands[band].quantum == 0

    def first(self, band: int) -> bool:
        """Whether a band of htb has the highest priority, alone."""
        return self.kind is Scheduling.HTB and all(
            other.priority > self.bands[band].priority for k, other in enumerate(self.bands) if k != band)

    def fifo(self, band: int) -> bool:
        """Whether all packets of a band wait in one FIFO."""
        return not self.bands or self.bands[band].discipline is Discipline.FIFO

    def fifo_key(self, stream: Stream) -> str | None:
        """Which packets share a FIFO with those of a stream: all of its band (""), its subscriber's, or none (None)."""
        band = self.band(stream.service_class)
        if self.fifo(band):
            return ""
        if self.bands[band].share is Share.FLOW:
            return None
        return stream.sink if stream.sink in self.homes else stream.source

    def passage(self, stream: Stream) -> Passage:
        """All that the queue is to a stream."""
        cost = self.cost(stream)
        service = cost * NS_PER_S / self.rate
        return Passage(
            band=self.band(stream.service_class), fifo_key=self.fifo_key(stream), cost=cost, service=service,
            in_service=self.in_service(stream) if self.alone else service,
            longest=self.longest(stream) if self.alone or self.contender else service,
            size=self.size(stream, stream.largest), gap=self.gap(stream, stream.frame), capacity=self.capacity(stream))

    def cost(self, stream: Stream) -> float:
        """What a packet of a stream takes of the rate: bits; of the air of a cell ns, on all its hops through it where
        one station alone sends."""
        if self.cell is None:
            return self.layer.cost(stream.frame) * 8
        if self.alone:
            return self._service_time(stream).mean
        if self.contender is not None:
            (hop,) = self._radio_hops(stream)
            return self.contender.paces[hop.span, hop.forward, stream.largest]
        return sum(self.cell.frame_exchange(hop, stream.frame) for hop in self._radio_hops(stream))

    def service(self, stream: Stream) -> float:
        """The time that one packet takes, ns."""
        return self.cost(stream) * NS_PER_S / self.rate

    def in_service(self, stream: Stream) -> float:
        """The mean service time of the packet that is found in service, ns: more than the mean where times differ."""
        if not self.alone:
            return self.service(stream)
        times = self._service_time(stream)
        return times.square / times.mean

    def longest(self, stream: Stream) -> float:
        """The time that a packet takes at the most, ns; of a station that contends with others, at the least."""
        if self.contender is not None:
            return self._radio_hops(stream)[0].airtime.of(stream.frame)
        return self._service_time(stream).longest if self.alone else self.service(stream)

    def size(self, stream: Stream, frame: int) -> float:
        """What a packet of that frame takes of the rate at the most, bytes."""
        if self.contender is not None:
            return self.cost(stream) / 8
        return self._service_time(stream).longest / 8 if self.alone else self.layer.cost(frame)

    def retransmission(self, stream: Stream) -> float:
        """What retransmissions on the air add to the mean delay of a packet, ns."""
        return self._service_time(stream).retransmission if self.alone else 0.0

    def frame_errors(self, stream: Stream) -> float:
        """The part of a stream's frames that the air damages where it has the air to itself, 0 to 1."""
        return self._radio_hops(stream)[0].frame_errors / PPM if self.alone else 0.0

    def _service_time(self, stream: Stream) -> ServiceTime:
        assert self.cell is not None
        (hop,) = self._radio_hops(stream)
        return alone(windows(self.cell), self.cell.slot, self.cell.difs + hop.airtime_with_ack(stream.frame),
                     hop.frame_errors / PPM)

    def gap(self, stream: Stream, frame: int) -> float:
        """The least time between two packets of that frame after the medium, ns; on the air without backoff."""
        if self.cell is None:
            return self.medium.serialization(frame) if self.medium else 0.0
        return min(self.cell.difs + hop.airtime_with_ack(frame) for hop in self._radio_hops(stream))

    def capacity(self, stream: Stream) -> float:
        """How many packets of a stream can wait there; inf where nothing limits them."""
        if self.packets:
            return self.packets
        if self.cell is None:
            limit = self.bands[self.band(stream.service_class)].limit if self.bands else inf
        else:
            limit = sum(self._limit(hop, stream.service_class) for hop in self._radio_hops(stream))
        return limit / stream.frame

    def _radio_hops(self, stream: Stream) -> list[RadioHopDirection]:
        """The radio hops in this cell that a stream takes; of one station, its own."""
        assert self.cell is not None
        hops = radio_hops(self.cell, stream)
        return hops if self.contender is None else [hop for hop in hops if hop.station == self.contender.station]

    def _limit(self, hop: RadioHopDirection, service_class: str) -> float:
        """Bytes of a class that may wait at the station before a hop."""
        assert self.cell is not None
        scheduler = self.cell.stations[hop.station].scheduler
        order = {band.service_class: band for band in scheduler.bands}
        return order.get(service_class, scheduler.bands[scheduler.default]).limit if scheduler.bands else inf


def air_queue(cell: RadioCellPlan, streams: Sequence[Stream]) -> Queue:
    """The air of a cell. One station has it alone where no other has anything to send: no acknowledgements, requests or
    IGMP cross it."""
    senders = {way.station for stream in streams for way in cell.hop_directions
               if Hop(way.span, way.forward) in stream.hops}
    if len(senders) != 1 or any(stream.channels for stream in streams):
        return Queue(NS_PER_S, FRAME, (), 0, {}, cell=cell)
    (sender,) = senders
    scheduler = cell.stations[sender].scheduler
    if scheduler.kind not in ORDERED:
        return Queue(NS_PER_S, FRAME, (), 0, {}, cell=cell)
    order = {band.service_class: k for k, band in enumerate(scheduler.bands)}
    return Queue(NS_PER_S, FRAME, scheduler.bands, scheduler.default, order, kind=scheduler.kind, cell=cell, alone=True)


def radio_hops(cell: RadioCellPlan, stream: Stream) -> list[RadioHopDirection]:
    """The hops through a cell that a stream takes."""
    return [hop for hop in cell.hop_directions if Hop(hop.span, hop.forward) in stream.hops]


def windows(cell: RadioCellPlan) -> Windows:
    """How the stations of a cell draw their backoff."""
    return Windows(cell.cw_min + 1, ((cell.cw_max + 1) // (cell.cw_min + 1)).bit_length() - 1, cell.retries)


def span_queue(span: SpanPlan, forward: bool | None, hosts: Mapping[str, IPv4Address]) -> Queue:
    """The queue before a span in one direction. hosts: all addresses, which tell the subscribers beyond it apart."""
    scheduler: Scheduler | None = span.shared.scheduler if span.shared else (span.a if forward else span.b).scheduler
    medium = carrier(span, forward is not False)
    if scheduler is None:
        return Queue(medium.rate, medium.layer, (), 0, {}, medium=medium, packets=medium.queue)
    order = {band.service_class: k for k, band in enumerate(scheduler.bands)}
    homes = _homes(scheduler.subscriber_queues, hosts) if scheduler.subscriber_queues else frozenset()
    return Queue(
        rate=scheduler.rate, layer=scheduler.layer, bands=scheduler.bands, default=scheduler.default, order=order,
        homes=homes, kind=scheduler.kind, parents=scheduler.parents, medium=medium)


def _homes(sharing: SubscriberQueues, hosts: Mapping[str, IPv4Address]) -> frozenset[str]:
    """The hosts of the subscribers beyond a span that shares its rate between them."""
    prefixes = [IPv4Network(prefix) for prefix in sharing.prefixes]
    excluded = {IPv4Address(address) for address in sharing.excluded}
    return frozenset(name for name, address in hosts.items() if address not in excluded
                     and any(address in prefix for prefix in prefixes))
