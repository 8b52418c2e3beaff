"""Who sends packets along which path, and before which spans they queue: the streams of a blueprint.

A flow is a stream along its path; a TCP flow is a second one back, its acknowledgements, and pages are a third one,
their requests. Dialled calls are answered, and who watches channels says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import Any, NamedTuple

from twin.core.units import NS_PER_S
from twin.plan.blueprint import (
    FULL_FRAME,
    Blueprint,
    DatagramRequests,
    DialledSpeech,
    Elastic,
    Flow,
    IptvViewing,
    LinkDirection,
    MailTransactions,
    PacketStream,
    RequestResponse,
    SipSignalling,
    SpanPlan,
    TerminalSession,
    UdpFlood,
    WebPages,
    carrying,
)
from twin.plan.blueprint.layers import HEADER, TCP_OVERHEAD
from twin.plan.forwarding.paths import Hop
from twin.plan.interface_names import air_name
from twin.predict.network import dialled_call_load, igmp_load
from twin.predict.theory.goodput import ACK_PACKET, SEGMENTS_PER_ACK, UDP_OVERHEAD

Small = TerminalSession | DatagramRequests
"""RequestResponse whose request and response are a packet each."""


ASKING = dialled_call_load.REQUESTS, dialled_call_load.MOST_REQUESTS
ANSWERING = dialled_call_load.ANSWERS, dialled_call_load.MOST_ANSWERS
"""Messages of a dialled call, each way: usually, and at the most where some are lost."""


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
    held = dialled_call_load.held(blueprint)
    forward = [_stream(flow, spans, paths.get(flow.name, ()), held) for flow in blueprint.flows]
    pairs = list(zip(blueprint.flows, forward, strict=True))
    back = [
        answer for index, (flow, stream) in enumerate(pairs)
        if isinstance(flow.traffic, Elastic | RequestResponse) and stream.points
        for answer in _answers(index, flow, stream, _points(spans, _reverse(paths[flow.name])))
    ]
    back += [
        replace(_signals(flow, call, spans, _reverse(paths.get(flow.name, ())), ANSWERING),
                source=flow.sink, sink=flow.source)
        for flow, call in carrying(SipSignalling, blueprint.flows)
    ]
    back += [stream for flow, watched in pairs if isinstance(flow.traffic, IptvViewing) and watched.points
             for stream in _watching(blueprint, flow, flow.traffic, watched, _points(
                 spans, _reverse(paths[flow.name][-1:])))]
    sources = {flow.name: flow.source for flow in blueprint.flows}
    return tuple(_routed(stream, sources[stream.flow], paths.get(stream.flow, ())) for stream in (*forward, *back))


def carrier(span: SpanPlan, forth: bool) -> LinkDirection:
    """What carries packets that way."""
    return span.forward if forth else span.reverse


def air_of(cell: str) -> Point:
    """The point that stands for the air of a radio cell; no span has such a name."""
    return Point(air_name(cell), None)


def _reverse(path: Sequence[Hop]) -> tuple[Hop, ...]:
    return tuple(Hop(hop.span, not hop.forward) for hop in reversed(path))


def _routed(stream: Stream, source: str, path: Sequence[Hop]) -> Stream:
    """The stream with its own path, given that of the flow from `source`."""
    return replace(stream, hops=tuple(path) if stream.source == source else _reverse(path))


def _points(spans: Mapping[str, SpanPlan], path: Sequence[Hop]) -> tuple[Point, ...]:
    return tuple(_point(spans[hop.span], hop.forward) for hop in path)


def _point(span: SpanPlan, forth: bool) -> Point:
    return air_of(span.cell) if span.cell is not None else Point(span.name, None if span.shared else forth)


def _stream(flow: Flow, spans: Mapping[str, SpanPlan], path: Sequence[Hop], held: Mapping[str, int]) -> Stream:
    """The packets of a flow; those of TCP are as large as the narrowest MTU of its path. held: the calls of each line
    at a time, by its signalling."""
    points = _points(spans, path)
    match flow.traffic:
        case SipSignalling() as call:
            return _signals(flow, call, spans, path, ASKING)
        case DialledSpeech() as calls_:
            return _speech(flow, calls_, points, held[calls_.signalling])
        case PacketStream(packet, interval) as sent:
            return replace(_sent(flow, points, packet + HEADER, NS_PER_S / interval), **_manner(sent))
        case TerminalSession() | DatagramRequests() as small:
            return replace(_sent(flow, points, small.response + headers(small), NS_PER_S / small.pause), pauses=True)
        case Elastic() | WebPages() | MailTransactions() as tcp:
            largest = min((carrier(spans[hop.span], hop.forward).layer.max_frame for hop in path), default=FULL_FRAME)
            return replace(_sent(flow, points, largest, None), pauses=isinstance(tcp, RequestResponse),
                           connections=1 if isinstance(tcp, MailTransactions) else tcp.connections)


def _sent(flow: Flow, points: tuple[Point, ...], frame: int, pace: float | None) -> Stream:
    """What goes the way of a flow."""
    return Stream(flow=flow.name, service_class=flow.service_class, frame=frame, pace=pace, connections=1,
                  pauses=False, points=points, source=flow.source, sink=flow.sink)


def _manner(sent: PacketStream) -> dict[str, Any]:
    """How packets come that are not simply one after the other."""
    match sent:
        case IptvViewing(zap=zap):
            return {"peak": NS_PER_S / sent.interval if zap else None, "channels": sent.watched}
        case UdpFlood(random=random):
            return {"random": random}
        case _:
            return {}


def _watching(blueprint: Blueprint, flow: Flow, viewing: IptvViewing, stream: Stream, up: tuple[Point, ...]
              ) -> Iterator[Stream]:
    """What comes with a stream that watches: channels that were left, and IGMP, up the line alone."""
    most, share = igmp_load.lingering(viewing, blueprint.multicast)
    for _ in range(most):
        yield replace(stream, pace=(stream.pace or 0.0) * share, left=True)
    said = _sent(flow, up, igmp_load.REPORT + HEADER, igmp_load.pace(viewing, blueprint.multicast))
    yield replace(said, service_class=igmp_load.service_class(blueprint), source=flow.sink, sink=flow.source,
                  at_once=igmp_load.SAID)


def headers(transactions: RequestResponse) -> int:
    """What a packet of a subscriber who asks has beside its payload, as a frame."""
    return (UDP_OVERHEAD if isinstance(transactions, DatagramRequests) else TCP_OVERHEAD) + HEADER


def _signals(flow: Flow, call: SipSignalling, spans: Mapping[str, SpanPlan], path: Sequence[Hop],
             messages: tuple[int, int]) -> Stream:
    """The signalling of dialled calls, one way. messages: of each, and at the most where some are lost."""
    pace = dialled_call_load.pace(call.dialling)
    usual, most = messages
    many = most if dialled_call_load.repeats(spans[hop.span] for hop in path) else usual
    return replace(_sent(flow, _points(spans, path), call.packet + HEADER, usual * pace),
                   peak=many * pace * dialled_call_load.FASTER, at_once=many * dialled_call_load.BURST, chance=True)


def _speech(flow: Flow, speech: DialledSpeech, points: tuple[Point, ...], held: int) -> Stream:
    """The speech of dialled calls, which come and go, so many at a time."""
    each, dialling = NS_PER_S / speech.interval, speech.dialling
    pace = each * min(held, dialling.offered * dialling.holding / dialling.occupied)
    return replace(_sent(flow, points, speech.packet + HEADER, pace), peak=each * held, at_once=held)


def _answers(index: int, flow: Flow, stream: Stream, points: tuple[Point, ...]) -> Iterator[Stream]:
    """What goes back: for a small response its request; for TCP acknowledgements first, then what goes with pages."""
    back = replace(stream, points=points, follows=index, source=flow.sink, sink=flow.source)
    match flow.traffic:
        case TerminalSession() | DatagramRequests() as small:
            yield replace(back, frame=small.request + headers(small), pace=None, ratio=1.0)
            return
    yield replace(back, frame=ACK_PACKET + HEADER, ratio=1 / SEGMENTS_PER_ACK)
    if isinstance(flow.traffic, RequestResponse):
        asked, payload = flow.traffic, stream.frame - HEADER - TCP_OVERHEAD
        less, more = sorted((asked.request, asked.response))
        objects, size = (asked.objects, asked.object_size) if isinstance(asked, WebPages) else (0, 0)
        packets = -(-more // payload) + objects * -(-size // payload)
        yield replace(back, frame=less + headers(asked), ratio=(1 + objects) / packets)
