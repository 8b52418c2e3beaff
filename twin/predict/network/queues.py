"""What stands before a span or on the air of a radio cell, and what each packet of a stream takes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from math import inf

from twin.core.units import NS_PER_S, PPM
from twin.model import Discipline, Scheduling, Share
from twin.plan.blueprint import (
    Band,
    LinkDirection,
    LinkLayer,
    RadioCellPlan,
    RadioHopDirection,
    Scheduler,
    SpanPlan,
    SubscriberQueues,
)
from twin.plan.blueprint.layers import FRAME
from twin.plan.forwarding.paths import Hop
from twin.predict.network.packet_streams import Stream, carrier
from twin.predict.theory.dcf_contention import Hold, Windows, alone

ORDERED = (Scheduling.STRICT, Scheduling.DRR, Scheduling.NONE)
"""Policies under which a station serves its queues as a port does: those that keep rates keep no time."""


@dataclass(frozen=True, slots=True)
class Queue:
    """What stands before a span: rate and layer at which packets leave, and the bands (none: one queue, no limit).

    The air of a cell stands for one queue whose rate is that of time, bits being ns.
    """

    rate: int
    layer: LinkLayer
    bands: tuple[Band, ...]
    default: int
    order: Mapping[str, int]
    """The band of each class that has one of its own."""
    homes: frozenset[str] = frozenset()
    """Where subscribers are told apart: the hosts whose packets are theirs when they come for them."""
    kind: Scheduling = Scheduling.NONE
    cell: RadioCellPlan | None = None
    alone: bool = False
    """Of the air of a cell: whether one station sends there and nobody answers; then it has the bands of that one."""
    medium: LinkDirection | None = None
    """What carries packets on from there; None for the air of a cell."""

    def band(self, service_class: str) -> int:
        """The band in which a class waits."""
        return self.order.get(service_class, self.default)

    def strict(self, band: int) -> bool:
        """Whether a band is served before others, of which there are some."""
        return len(self.bands) > 1 and self.bands[band].quantum == 0

    def first(self, band: int) -> bool:
        """Whether the packets of a band with a rate of its own (htb) leave next as long as they keep to it."""
        return self.kind is Scheduling.HTB and all(
            other.priority > self.bands[band].priority for k, other in enumerate(self.bands) if k != band)

    def fifo(self, band: int) -> bool:
        """Whether the packets of a band wait in one line, whoever sent them."""
        return not self.bands or self.bands[band].discipline is Discipline.FIFO

    def line(self, stream: Stream) -> str | None:
        """Behind whose packets those of a stream wait: all of its band (""), its subscriber's, or no other's (None)."""
        band = self.band(stream.service_class)
        if self.fifo(band):
            return ""
        if self.bands[band].share is Share.FLOW:
            return None
        return stream.sink if stream.sink in self.homes else stream.source

    def cost(self, stream: Stream) -> float:
        """What a packet of a stream takes of the rate: bits; of the air of a cell ns, on all its hops through it where
        one station alone sends."""
        if self.cell is None:
            return self.layer.cost(stream.frame) * 8
        if self.alone:
            return self._hold(stream).mean
        return sum(self.cell.frame_exchange(way, stream.frame) for way in self._ways(stream))

    def service(self, stream: Stream) -> float:
        """The time that one packet takes, ns."""
        return self.cost(stream) * NS_PER_S / self.rate

    def seen(self, stream: Stream) -> float:
        """The time that the packet takes which is found in service, ns: more than the mean where times differ."""
        if not self.alone:
            return self.service(stream)
        hold = self._hold(stream)
        return hold.square / hold.mean

    def longest(self, stream: Stream) -> float:
        """The time that a packet takes at the most, ns."""
        return self._hold(stream).longest if self.alone else self.service(stream)

    def size(self, stream: Stream) -> float:
        """What a packet takes of the rate at the most, bytes."""
        return self._hold(stream).longest / 8 if self.alone else self.layer.cost(stream.frame)

    def vain(self, stream: Stream) -> float:
        """What damage on the air adds to the time until a packet has come, ns."""
        return self._hold(stream).vain if self.alone else 0.0

    def _hold(self, stream: Stream) -> Hold:
        assert self.cell is not None
        (way,) = self._ways(stream)
        return alone(windows(self.cell), self.cell.slot, self.cell.difs + way.airtime_with_ack(stream.frame),
                     way.frame_errors / PPM)

    def gap(self, stream: Stream) -> float:
        """How soon after another a packet of a stream can come out of the medium, ns; on the air without backoff."""
        if self.cell is None:
            return self.medium.serialization(stream.frame) if self.medium else 0.0
        return min(self.cell.difs + way.airtime_with_ack(stream.frame) for way in self._ways(stream))

    def most(self, stream: Stream) -> float:
        """How many packets of a stream can wait there; inf where nothing limits them."""
        if self.cell is None:
            limit = self.bands[self.band(stream.service_class)].limit if self.bands else inf
        else:
            limit = sum(self._limit(way, stream.service_class) for way in self._ways(stream))
        return limit / stream.frame

    def _ways(self, stream: Stream) -> list[RadioHopDirection]:
        """Those of the air that a stream takes."""
        assert self.cell is not None
        return ways(self.cell, stream)

    def _limit(self, way: RadioHopDirection, service_class: str) -> float:
        """Bytes of a class that may wait at the station before a way."""
        assert self.cell is not None
        told = self.cell.stations[way.station].scheduler
        order = {band.service_class: band for band in told.bands}
        return order.get(service_class, told.bands[told.default]).limit if told.bands else inf


def air_queue(cell: RadioCellPlan, streams: Sequence[Stream]) -> Queue:
    """The air of a cell, which is a station's alone where no other has anything to send: nothing is acknowledged by its
    receiver, asked for or joined there."""
    senders = {way.station for stream in streams for way in cell.hop_directions
               if Hop(way.span, way.forward) in stream.hops}
    if len(senders) != 1 or any(stream.channels for stream in streams):
        return Queue(NS_PER_S, FRAME, (), 0, {}, cell=cell)
    (sender,) = senders
    told = cell.stations[sender].scheduler
    if told.kind not in ORDERED:
        return Queue(NS_PER_S, FRAME, (), 0, {}, cell=cell)
    order = {band.service_class: k for k, band in enumerate(told.bands)}
    return Queue(NS_PER_S, FRAME, told.bands, told.default, order, kind=told.kind, cell=cell, alone=True)


def ways(cell: RadioCellPlan, stream: Stream) -> list[RadioHopDirection]:
    """The ways through a cell that a stream takes."""
    return [way for way in cell.hop_directions if Hop(way.span, way.forward) in stream.hops]


def windows(cell: RadioCellPlan) -> Windows:
    """How the stations of a cell draw their backoff."""
    return Windows(cell.cw_min + 1, ((cell.cw_max + 1) // (cell.cw_min + 1)).bit_length() - 1, cell.retries)


def span_queue(span: SpanPlan, forth: bool | None, hosts: Mapping[str, IPv4Address]) -> Queue:
    """What stands before a span, that way. hosts: all addresses, by which subscribers beyond it are told apart."""
    scheduler: Scheduler | None = span.shared.scheduler if span.shared else (span.a if forth else span.b).scheduler
    medium = carrier(span, forth is not False)
    if scheduler is None:
        return Queue(medium.rate, medium.layer, (), 0, {}, medium=medium)
    order = {band.service_class: k for k, band in enumerate(scheduler.bands)}
    homes = _homes(scheduler.subscriber_queues, hosts) if scheduler.subscriber_queues else frozenset()
    return Queue(
        rate=scheduler.rate, layer=scheduler.layer, bands=scheduler.bands, default=scheduler.default, order=order,
        homes=homes, kind=scheduler.kind, medium=medium)


def _homes(sharing: SubscriberQueues, hosts: Mapping[str, IPv4Address]) -> frozenset[str]:
    """The hosts that the queues of a span take for subscribers beyond it."""
    homes = [IPv4Network(home) for home in sharing.prefixes]
    away = {IPv4Address(one) for one in sharing.excluded}
    return frozenset(name for name, address in hosts.items() if address not in away
                     and any(address in home for home in homes))
