"""Who meets whom where: every queue of a blueprint, with the streams of packets that cross it.

A flow is a stream along its path; a TCP flow is a second one back, its acknowledgements, and pages are a third one,
their requests.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv4Network
from math import inf
from typing import NamedTuple

from twin.model import Activity, Discipline, Scheduling, Share
from twin.plan.blueprint import (
    FULL_FRAME,
    Band,
    Blueprint,
    Carrier,
    Cell,
    Flow,
    Layer,
    Scheduler,
    Sharing,
    SpanPlan,
    Way,
)
from twin.plan.media import FRAME, HEADER, TCP_OVERHEAD
from twin.plan.names import air_name
from twin.plan.paths import Hop
from twin.predict import calls, channels
from twin.predict.capacity import (
    ACK_PACKET,
    SEGMENTS_PER_ACK,
    UDP_OVERHEAD,
)
from twin.predict.contention import Hold, Windows, alone
from twin.units import NS_PER_S, PPM

SMALL = frozenset({Activity.LOOKUPS, Activity.INTERACTIVE})
"""Activities in which a request and its response are a packet each."""


class Point(NamedTuple):
    """A queue: before a span, one way (forth or back), or both ways at once where the medium is shared (None); the air
    of a radio cell stands under the cell's own name, as `air_of` says it."""

    span: str
    forth: bool | None


@dataclass(frozen=True, slots=True)
class Stream:
    """Packets of one size along one path.

    frame: bytes of the Ethernet frame without FCS. pace: packets/s; None: as many as the network takes (TCP).
    connections: among how many TCP connections it is spread. pauses: whether it comes and goes (pages). follows: the
    index of the stream that this one answers, with `ratio` packets for each of its packets. points: the queues it
    crosses, in order. source, sink: the hosts at its ends. peak: packets/s at the most, where they come and go;
    at_once: how many beside that in a moment. chance: whether they come at random, so that those of all streams alike
    are no more in a moment than those of one. hops: its path. channels: those that it may bring, each of which a queue
    carries once. left: whether it is a channel that was left and still comes. random:
    whether packets come as they like (Poisson).
    """

    flow: str
    service_class: str
    frame: int
    pace: float | None
    connections: int
    pauses: bool
    points: tuple[Point, ...]
    follows: int | None = None
    ratio: float = 0.0
    source: str = ""
    sink: str = ""
    peak: float | None = None
    at_once: float = 1.0
    chance: bool = False
    hops: tuple[Hop, ...] = ()
    channels: frozenset[str] = frozenset()
    left: bool = False
    random: bool = False

    @property
    def most(self) -> float:
        """Packets per second that it sends at the most."""
        if self.random:
            return inf
        if self.peak is not None:
            return self.peak
        return inf if self.pace is None or self.pauses else self.pace

    @property
    def greedy(self) -> bool:
        """Whether nothing but the network holds it back: TCP that brings what was asked for."""
        return self.pace is None and self.follows is None


@dataclass(frozen=True, slots=True)
class Queue:
    """What stands before a span: rate and layer at which packets leave, and the bands (none: one queue, no limit).

    The air of a cell stands for one queue whose rate is that of time, bits being ns.
    """

    rate: int
    layer: Layer
    bands: tuple[Band, ...]
    default: int
    order: Mapping[str, int]
    """The band of each class that has one of its own."""
    homes: frozenset[str] = frozenset()
    """Where subscribers are told apart: the hosts whose packets are theirs when they come for them."""
    kind: Scheduling = Scheduling.NONE
    cell: Cell | None = None
    alone: bool = False
    """Of the air of a cell: whether one station sends there and nobody answers; then it has the bands of that one."""
    medium: Carrier | None = None
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
        return sum(self.cell.exchange(way, stream.frame) for way in self._ways(stream))

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
        return alone(windows(self.cell), self.cell.slot, self.cell.difs + way.airtime.of(stream.frame) + way.answer,
                     way.damaged / PPM)

    def gap(self, stream: Stream) -> float:
        """How soon after another a packet of a stream can come out of the medium, ns; on the air without backoff."""
        if self.cell is None:
            return self.medium.serialization(stream.frame) if self.medium else 0.0
        return min(self.cell.difs + way.airtime.of(stream.frame) + way.answer for way in self._ways(stream))

    def most(self, stream: Stream) -> float:
        """How many packets of a stream can wait there; inf where nothing limits them."""
        if self.cell is None:
            limit = self.bands[self.band(stream.service_class)].limit if self.bands else inf
        else:
            limit = sum(self._limit(way, stream.service_class) for way in self._ways(stream))
        return limit / stream.frame

    def _ways(self, stream: Stream) -> list[Way]:
        """Those of the air that a stream takes."""
        assert self.cell is not None
        return [way for way in self.cell.ways if Hop(way.span, way.forth) in stream.hops]

    def _limit(self, way: Way, service_class: str) -> float:
        """Bytes of a class that may wait at the station before a way."""
        assert self.cell is not None
        told = self.cell.stations[way.station].scheduler
        order = {band.service_class: band for band in told.bands}
        return order.get(service_class, told.bands[told.default]).limit if told.bands else inf


@dataclass(frozen=True, slots=True)
class Crossings:
    """The streams (those of flows first, in the blueprint's order), the queues, and who crosses each (indices)."""

    streams: tuple[Stream, ...]
    queues: Mapping[Point, Queue]
    at: Mapping[Point, tuple[int, ...]]


def crossings(blueprint: Blueprint, paths: Mapping[str, Sequence[Hop]]) -> Crossings:
    """All streams of a blueprint and the queues in which they meet; a flow without a path crosses none."""
    spans = {span.name: span for span in blueprint.spans}
    held = calls.held(blueprint)
    forward = [_stream(flow, spans, paths.get(flow.name, ()), held) for flow in blueprint.flows]
    back = [
        answer for index, (flow, stream) in enumerate(zip(blueprint.flows, forward, strict=True))
        if not flow.interval and flow.dialling is None and stream.points
        for answer in _answers(index, flow, stream, _points(spans, _reverse(paths[flow.name])))
    ]
    back += [
        replace(_signals(flow, spans, _reverse(paths.get(flow.name, ())), calls.ANSWERS, calls.MOST_ANSWERS),
                source=flow.sink, sink=flow.source)
        for flow in blueprint.flows if flow.dialling is not None and not flow.interval
    ]
    back += [stream for flow, stream in zip(blueprint.flows, forward, strict=True) if flow.channels and stream.points
             for stream in _watching(blueprint, flow, stream, spans, paths[flow.name])]
    sources = {flow.name: flow.source for flow in blueprint.flows}
    streams = tuple(_routed(stream, sources[stream.flow], paths.get(stream.flow, ())) for stream in (*forward, *back))
    at: dict[Point, list[int]] = {}
    for index, stream in enumerate(streams):
        for point in dict.fromkeys(stream.points):
            at.setdefault(point, []).append(index)
    air = {air_of(cell.name): _air(cell, [streams[index] for index in at.get(air_of(cell.name), ())])
           for cell in blueprint.cells}
    addresses = {host.name: IPv4Address(host.address) for host in blueprint.hosts}
    queues = {point: air[point] if point in air else _queue(spans[point.span], point.forth, addresses)
              for point in at}
    return Crossings(streams, queues, {point: _each_once(streams, indices) for point, indices in at.items()})


def _each_once(streams: Sequence[Stream], indices: Sequence[int]) -> tuple[int, ...]:
    """Who loads a queue: of those who bring channels as many as they bring channels at the most, each being sent once.
    """
    watching = [index for index in indices if streams[index].channels]
    surplus = set(watching[len(frozenset[str]().union(*(streams[index].channels for index in watching))):])
    return tuple(index for index in indices if index not in surplus)


def carrier(span: SpanPlan, forth: bool) -> Carrier:
    """What carries packets that way."""
    return span.forth if forth else span.back


def air_of(cell: str) -> Point:
    """The point that stands for the air of a radio cell; no span has such a name."""
    return Point(air_name(cell), None)


def _reverse(path: Sequence[Hop]) -> tuple[Hop, ...]:
    return tuple(Hop(hop.span, not hop.forth) for hop in reversed(path))


def _routed(stream: Stream, source: str, path: Sequence[Hop]) -> Stream:
    """The stream with its own path, given that of the flow from `source`."""
    return replace(stream, hops=tuple(path) if stream.source == source else _reverse(path))


def _points(spans: Mapping[str, SpanPlan], path: Sequence[Hop]) -> tuple[Point, ...]:
    return tuple(_point(spans[hop.span], hop.forth) for hop in path)


def _point(span: SpanPlan, forth: bool) -> Point:
    return air_of(span.cell) if span.cell is not None else Point(span.name, None if span.shared else forth)


def _stream(flow: Flow, spans: Mapping[str, SpanPlan], path: Sequence[Hop], held: Mapping[str, int]) -> Stream:
    """The packets of a flow; those of TCP are as large as the narrowest MTU of its path. held: the calls of each line
    at a time, by its signalling."""
    if flow.dialling is not None and not flow.interval:
        return _signals(flow, spans, path, calls.REQUESTS, calls.MOST_REQUESTS)
    points = _points(spans, path)
    if flow.dialling is not None:
        return _speech(flow, points, held[flow.name.rpartition(".")[0]])
    if flow.interval:
        return Stream(flow.name, flow.service_class, flow.packet + HEADER, NS_PER_S / flow.interval, 1,
                      False, points, source=flow.source, sink=flow.sink,
                      peak=NS_PER_S / flow.interval if flow.zap else None, channels=channels.watched(flow),
                      random=flow.random)
    if flow.activity in SMALL:
        return Stream(flow.name, flow.service_class, flow.response + headers(flow), NS_PER_S / flow.pause, 1, True,
                      points, source=flow.source, sink=flow.sink)
    largest = min((carrier(spans[hop.span], hop.forth).layer.largest for hop in path), default=FULL_FRAME)
    return Stream(flow.name, flow.service_class, largest, None, flow.connections, flow.pause > 0, points,
                  source=flow.source, sink=flow.sink)


def _watching(blueprint: Blueprint, flow: Flow, stream: Stream, spans: Mapping[str, SpanPlan], path: Sequence[Hop]
              ) -> Iterator[Stream]:
    """What comes with a stream that watches: channels that were left, and IGMP, which ends where the line does."""
    most, share = channels.lingering(flow, blueprint.multicast)
    for _ in range(most):
        yield replace(stream, pace=(stream.pace or 0.0) * share, left=True)
    yield Stream(flow.name, channels.service_class(blueprint), channels.REPORT + HEADER,
                 channels.pace(flow, blueprint.multicast), 1, False, _points(spans, _reverse(path[-1:])),
                 source=flow.sink, sink=flow.source, at_once=channels.SAID)


def headers(flow: Flow) -> int:
    """What a packet of a subscriber who asks has beside its payload, as a frame."""
    return (UDP_OVERHEAD if flow.datagrams else TCP_OVERHEAD) + HEADER


def _signals(flow: Flow, spans: Mapping[str, SpanPlan], path: Sequence[Hop], messages: int, most: int) -> Stream:
    """The signalling of dialled calls, one way: so many messages each, at the most where some are lost."""
    assert flow.dialling is not None
    pace = calls.pace(flow.dialling)
    many = most if calls.repeats(spans[hop.span] for hop in path) else messages
    return Stream(flow.name, flow.service_class, flow.packet + HEADER, messages * pace, 1, False,
                  _points(spans, path), source=flow.source, sink=flow.sink, peak=many * pace * calls.FASTER,
                  at_once=many * calls.BURST, chance=True)


def _speech(flow: Flow, points: tuple[Point, ...], held: int) -> Stream:
    """The speech of dialled calls, which come and go, so many at a time."""
    assert flow.dialling is not None
    each, dialling = NS_PER_S / flow.interval, flow.dialling
    return Stream(flow.name, flow.service_class, flow.packet + HEADER,
                  each * min(held, dialling.offered * dialling.holding / dialling.occupied), 1, False, points,
                  source=flow.source, sink=flow.sink, peak=each * held, at_once=held)


def _answers(index: int, flow: Flow, stream: Stream, points: tuple[Point, ...]) -> Iterator[Stream]:
    """What goes back: for a small response its request; for TCP acknowledgements first, then what goes with pages."""
    back = replace(stream, points=points, follows=index, source=flow.sink, sink=flow.source)
    if flow.activity in SMALL:
        yield replace(back, frame=flow.request + headers(flow), pace=None, ratio=1.0)
        return
    yield replace(back, frame=ACK_PACKET + HEADER, ratio=1 / SEGMENTS_PER_ACK)
    if flow.request:
        payload = stream.frame - HEADER - TCP_OVERHEAD
        less, more = sorted((flow.request, flow.response))
        packets = -(-more // payload) + flow.objects * -(-flow.object_size // payload)
        yield replace(back, frame=less + headers(flow), ratio=(1 + flow.objects) / packets)


ORDERED = (Scheduling.STRICT, Scheduling.DRR, Scheduling.NONE)
"""Policies under which a station serves its queues as a port does: those that keep rates keep no time."""


def _air(cell: Cell, streams: Sequence[Stream]) -> Queue:
    """The air of a cell, which is a station's alone where no other has anything to send: nothing is acknowledged by its
    receiver, asked for or joined there."""
    senders = {way.station for stream in streams for way in cell.ways if Hop(way.span, way.forth) in stream.hops}
    if len(senders) != 1 or any(stream.channels for stream in streams):
        return Queue(NS_PER_S, FRAME, (), 0, {}, cell=cell)
    (sender,) = senders
    told = cell.stations[sender].scheduler
    if told.kind not in ORDERED:
        return Queue(NS_PER_S, FRAME, (), 0, {}, cell=cell)
    order = {band.service_class: k for k, band in enumerate(told.bands)}
    return Queue(NS_PER_S, FRAME, told.bands, told.default, order, kind=told.kind, cell=cell, alone=True)


def windows(cell: Cell) -> Windows:
    """How the stations of a cell draw their backoff."""
    return Windows(cell.cw_min + 1, ((cell.cw_max + 1) // (cell.cw_min + 1)).bit_length() - 1, cell.retries)


def _queue(span: SpanPlan, forth: bool | None, hosts: Mapping[str, IPv4Address]) -> Queue:
    scheduler: Scheduler | None = span.shared.scheduler if span.shared else (span.a if forth else span.b).scheduler
    medium = carrier(span, forth is not False)
    if scheduler is None:
        return Queue(medium.rate, medium.layer, (), 0, {}, medium=medium)
    order = {band.service_class: k for k, band in enumerate(scheduler.bands)}
    homes = _homes(scheduler.sharing, hosts) if scheduler.sharing else frozenset()
    return Queue(scheduler.rate, scheduler.layer, scheduler.bands, scheduler.default, order, homes, scheduler.kind,
                 medium=medium)


def _homes(sharing: Sharing, hosts: Mapping[str, IPv4Address]) -> frozenset[str]:
    """The hosts that the queues of a span take for subscribers beyond it."""
    homes = [IPv4Network(home) for home in sharing.homes]
    away = {IPv4Address(one) for one in sharing.away}
    return frozenset(name for name, address in hosts.items() if address not in away
                     and any(address in home for home in homes))
