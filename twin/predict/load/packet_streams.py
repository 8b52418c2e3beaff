"""Which packets are sent along which path, and in which queues they wait: the streams of a blueprint.

A flow is a stream along its path; TCP has a second one back, its acknowledgements, and pages a third one, their
requests. Dialled calls have answers, and IPTV has IGMP.
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
    ForgedPackets,
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
from twin.predict.load import dialled_call_load
from twin.predict.load.burst_bounds import BurstBound, ack_burst, request_burst, tcp_burst
from twin.predict.load.cpe_shapers import first_hops, is_shaper, own_hops
from twin.predict.load.dialled_call_load import call_limits
from twin.predict.load.forged_load import forged_parts, reached
from twin.predict.load.igmp_load import MESSAGES, REPORT, igmp_class, lingering, message_rate
from twin.predict.theory.goodput import ACK_PACKET, SACK_OPTIONS, SEGMENTS_PER_ACK, UDP_OVERHEAD

Small = TerminalSession | DatagramRequests
"""RequestResponse whose request and response are a packet each."""

REQUESTS = dialled_call_load.REQUESTS, dialled_call_load.MOST_REQUESTS
ANSWERS = dialled_call_load.ANSWERS, dialled_call_load.MOST_ANSWERS
"""Messages of a dialled call, each way: usually, and at the most where some are lost."""


class Point(NamedTuple):
    """A queue: before a span, in one direction, or in both (None) where the medium is shared; the air of a radio cell
    has the cell's own name (`air_point`)."""

    span: str
    forward: bool | None


@dataclass(frozen=True, slots=True)
class Stream:
    """Packets of one size along one path.

    frame: bytes of the Ethernet frame without FCS. options: bytes by which some are longer, the least first, which only
    bounds count: of acknowledgements, after a loss. packet_rate: packets/s; None: as many as the network takes (TCP).
    connections: of TCP, over which it is spread. pauses: whether it stops now and then (pages). follows: the index of
    the stream that this one answers, with `ratio` packets for each of its packets. points: the queues on its path, in
    order. source, sink: the hosts at its ends. peak: the highest packet rate, of a stream that varies; burst: how many
    packets beyond that at once; bound_rate: of TCP and requests, packets/s beside their burst. batch: how many packets
    an arrival brings where arrivals are random (Poisson), else 0. hops: its path. channels: those that it may carry,
    each of which a queue carries once. left: whether it is a channel that was left and is still sent. random: whether
    its packets are sent at random (Poisson). single: whether it is requests of one packet each.
    """

    flow: str
    service_class: str
    frame: int
    packet_rate: float | None
    connections: int
    pauses: bool
    points: tuple[Point, ...]
    follows: int | None = None
    ratio: float = 0.0
    source: str = ""
    sink: str = ""
    peak: float | None = None
    burst: float = 1.0
    bound_rate: float = inf
    batch: int = 0
    hops: tuple[Hop, ...] = ()
    channels: frozenset[str] = frozenset()
    left: bool = False
    random: bool = False
    options: tuple[int, ...] = (0,)
    single: bool = False

    @property
    def frames(self) -> tuple[int, ...]:
        """All sizes of its frames, bytes, the smallest first."""
        return tuple(self.frame + more for more in self.options)

    @property
    def largest(self) -> int:
        """Bytes of its largest frame."""
        return self.frame + self.options[-1]

    @property
    def entry(self) -> Point:
        """The queue behind which it enters the network, if its source is a line: that of the modem, behind a shaper."""
        return self.points[1] if is_shaper(self.points[0].span) else self.points[0]

    @property
    def highest_rate(self) -> float:
        """Packets per second that it sends at the most; on average, where they are random."""
        if self.peak is not None:
            return self.peak
        return self.bound_rate if self.packet_rate is None or self.pauses else self.packet_rate

    @property
    def greedy(self) -> bool:
        """Whether nothing but the network limits it: TCP data."""
        return self.packet_rate is None and self.follows is None


def streams_of(blueprint: Blueprint, paths: Mapping[str, Sequence[Hop]]) -> tuple[Stream, ...]:
    """All streams of a blueprint, those of flows first, in its order; a flow without a path crosses no queue."""
    spans = {span.name: span for span in blueprint.spans}
    limits, channels = call_limits(blueprint), bool(blueprint.iptv_channels)
    paths = {flow.name: reached(flow, paths.get(flow.name, ()), channels) for flow in blueprint.flows}
    forward = [_stream(flow, spans, paths[flow.name], limits, channels) for flow in blueprint.flows]
    pairs = list(zip(blueprint.flows, forward, strict=True))
    back = [
        answer for index, (flow, stream) in enumerate(pairs)
        if isinstance(flow.traffic, Elastic | RequestResponse) and stream.points
        for answer in _answers(index, flow, stream, spans, paths[flow.name])
    ]
    back += [
        replace(_signals(flow, call, spans, _reverse(paths.get(flow.name, ())), ANSWERS),
                source=flow.sink, sink=flow.source)
        for flow, call in carrying(SipSignalling, blueprint.flows)
    ]
    back += [stream for flow, watched in pairs if isinstance(flow.traffic, IptvViewing) and watched.points
             for stream in _watching(blueprint, flow, flow.traffic, watched, _points(
                 spans, _reverse(own_hops(paths[flow.name]))))]
    back += [contained for flow, forged in carrying(ForgedPackets, blueprint.flows)
             for contained in _forged(flow, forged, _points(spans, first_hops(paths[flow.name])), channels)[1:]]
    sources = {flow.name: flow.source for flow in blueprint.flows}
    return tuple(_routed(stream, sources[stream.flow], paths.get(stream.flow, ())) for stream in (*forward, *back))


def carrier(span: SpanPlan, forward: bool) -> LinkDirection:
    """What carries packets that way."""
    return span.forward if forward else span.reverse


def air_point(cell: str) -> Point:
    """The point that stands for the air of a radio cell; no span has such a name."""
    return Point(air_name(cell), None)


def _reverse(path: Sequence[Hop]) -> tuple[Hop, ...]:
    return tuple(Hop(hop.span, not hop.forward) for hop in reversed(path))


def _routed(stream: Stream, source: str, path: Sequence[Hop]) -> Stream:
    """The stream with its own path, given that of the flow from `source`."""
    return replace(stream, hops=tuple(path) if stream.source == source else _reverse(path))


def _points(spans: Mapping[str, SpanPlan], path: Sequence[Hop]) -> tuple[Point, ...]:
    return tuple(_point(spans[hop.span], hop.forward) for hop in path)


def _point(span: SpanPlan, forward: bool) -> Point:
    return air_point(span.cell) if span.cell is not None else Point(span.name, None if span.shared else forward)


def _stream(flow: Flow, spans: Mapping[str, SpanPlan], path: Sequence[Hop], limits: Mapping[str, int], channels: bool
            ) -> Stream:
    """The packets of a flow; those of TCP are as large as the smallest MTU of its path. limits: how many simultaneous
    calls each line can have, by its signalling; channels: whether there are IPTV channels."""
    points = _points(spans, path)
    match flow.traffic:
        case SipSignalling() as call:
            return _signals(flow, call, spans, path, REQUESTS)
        case DialledSpeech() as calls_:
            return _speech(flow, calls_, points, limits[calls_.signalling])
        case ForgedPackets() as forged:
            return _forged(flow, forged, points, channels)[0]
        case PacketStream(packet, interval) as sent:
            return replace(_sent(flow, points, packet + HEADER, NS_PER_S / interval), **_variation(sent))
        case TerminalSession() | DatagramRequests() as small:
            bound = request_burst(small, _round_trip(small, spans, path))
            return replace(_sent(flow, points, small.response + headers(small), NS_PER_S / small.pause), pauses=True,
                           burst=bound.burst, bound_rate=bound.rate)
        case Elastic() | WebPages() | MailTransactions() as tcp:
            carriers = [carrier(spans[hop.span], hop.forward) for hop in path]
            largest = min((medium.layer.max_frame for medium in carriers), default=FULL_FRAME)
            bound = tcp_burst(tcp, largest, carriers)
            return replace(_sent(flow, points, largest, None), pauses=isinstance(tcp, RequestResponse),
                           connections=1 if isinstance(tcp, MailTransactions) else tcp.connections,
                           burst=bound.burst, bound_rate=bound.rate)


def _round_trip(small: Small, spans: Mapping[str, SpanPlan], path: Sequence[Hop]) -> float:
    """Of a request and its response, without queueing, ns."""
    there = [carrier(spans[hop.span], hop.forward) for hop in path]
    back = [carrier(spans[hop.span], hop.forward) for hop in _reverse(path)]
    return (sum(medium.least_delay + medium.serialization(small.response + headers(small)) for medium in there)
            + sum(medium.least_delay + medium.serialization(small.request + headers(small)) for medium in back))


def _sent(flow: Flow, points: tuple[Point, ...], frame: int, packet_rate: float | None) -> Stream:
    """A stream in the direction of a flow."""
    return Stream(flow=flow.name, service_class=flow.service_class, frame=frame, packet_rate=packet_rate, connections=1,
                  pauses=False, points=points, source=flow.source, sink=flow.sink)


def _forged(flow: Flow, forged: ForgedPackets, points: tuple[Point, ...], channels: bool) -> list[Stream]:
    """Forged packets, those that pass the switch of the line first."""
    return [_sent(flow, points, part.frame, part.rate) for part in forged_parts(forged, channels)]


def _variation(sent: PacketStream) -> dict[str, Any]:
    """The fields of a stream that is not at a constant rate all the time."""
    match sent:
        case IptvViewing(zap=zap):
            return {"peak": NS_PER_S / sent.interval if zap else None, "channels": sent.watched}
        case UdpFlood(random=random):
            return {"random": random, "batch": int(random)}
        case _:
            return {}


def _watching(blueprint: Blueprint, flow: Flow, viewing: IptvViewing, stream: Stream, up: tuple[Point, ...]
              ) -> Iterator[Stream]:
    """The streams beside a channel that is watched: channels that were left, and IGMP, which only the line carries."""
    most, share = lingering(viewing, blueprint.multicast)
    for _ in range(most):
        yield replace(stream, packet_rate=(stream.packet_rate or 0.0) * share, left=True)
    igmp = _sent(flow, up, REPORT + HEADER, message_rate(viewing, blueprint.multicast))
    yield replace(igmp, service_class=igmp_class(blueprint), source=flow.sink, sink=flow.source, burst=MESSAGES)


def headers(transactions: RequestResponse) -> int:
    """Bytes of an Ethernet frame of requests and responses beside their payload."""
    return (UDP_OVERHEAD if isinstance(transactions, DatagramRequests) else TCP_OVERHEAD) + HEADER


def _signals(flow: Flow, call: SipSignalling, spans: Mapping[str, SpanPlan], path: Sequence[Hop],
             messages: tuple[int, int]) -> Stream:
    """The signalling of dialled calls, one way. messages: of a call, usually, and at the most where some are lost."""
    rate = dialled_call_load.call_rate(call.dialling)
    usual, most = messages
    many = most if dialled_call_load.retransmits(spans[hop.span] for hop in path) else usual
    return replace(_sent(flow, _points(spans, path), call.packet + HEADER, usual * rate),
                   peak=many * rate, batch=many)


def _speech(flow: Flow, speech: DialledSpeech, points: tuple[Point, ...], limit: int) -> Stream:
    """The speech of dialled calls. limit: how many at a time."""
    each, dialling = NS_PER_S / speech.interval, speech.dialling
    mean = each * min(limit, dialling.offered * dialling.holding / dialling.occupied)
    return replace(_sent(flow, points, speech.packet + HEADER, mean), peak=each * limit, burst=limit)


def _answers(index: int, flow: Flow, stream: Stream, spans: Mapping[str, SpanPlan], path: Sequence[Hop]
             ) -> Iterator[Stream]:
    """The streams back: for a small response its request; for TCP acknowledgements, then the requests of pages."""
    back = replace(stream, points=_points(spans, _reverse(path)), follows=index, source=flow.sink, sink=flow.source)
    match flow.traffic:
        case TerminalSession() | DatagramRequests() as small:
            yield replace(back, frame=small.request + headers(small), packet_rate=None, ratio=1.0, single=True)
            return
    acks = ack_burst(BurstBound(stream.burst, stream.bound_rate), stream.frame,
                     [carrier(spans[hop.span], hop.forward) for hop in path])
    yield replace(back, frame=ACK_PACKET + HEADER, ratio=1 / SEGMENTS_PER_ACK, burst=acks.burst, options=SACK_OPTIONS)
    if isinstance(flow.traffic, RequestResponse):
        traffic, payload = flow.traffic, stream.frame - HEADER - TCP_OVERHEAD
        less, more = sorted((traffic.request, traffic.response))
        objects, size = (traffic.objects, traffic.object_size) if isinstance(traffic, WebPages) else (0, 0)
        packets = -(-more // payload) + objects * -(-size // payload)
        yield replace(back, frame=less + headers(traffic), ratio=(1 + objects) / packets)
