"""Who sends packets along which path, and before which spans they queue: the streams of a blueprint.

A flow is a stream along its path; a TCP flow is a second one back, its acknowledgements, and pages are a third one,
their requests. Dialled calls are answered, and who watches channels says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import NamedTuple

from twin.model import Activity
from twin.plan.blueprint import FULL_FRAME, Blueprint, Carrier, Flow, SpanPlan
from twin.plan.media import HEADER, TCP_OVERHEAD
from twin.plan.names import air_name
from twin.plan.paths import Hop
from twin.predict import calls, channels
from twin.predict.capacity import ACK_PACKET, SEGMENTS_PER_ACK, UDP_OVERHEAD
from twin.units import NS_PER_S

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


def streams_of(blueprint: Blueprint, paths: Mapping[str, Sequence[Hop]]) -> tuple[Stream, ...]:
    """All streams of a blueprint, those of flows first, in its order; a flow without a path crosses no queue."""
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
    return tuple(_routed(stream, sources[stream.flow], paths.get(stream.flow, ())) for stream in (*forward, *back))


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
