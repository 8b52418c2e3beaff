"""Everything that theory knows of one flow before its figures are put together: way, legs, and what comes through."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from twin.plan.blueprint import Blueprint, Flow, LinkDirection, WebPages
from twin.plan.forwarding.paths import Hop
from twin.predict.network.airtime_load import brought
from twin.predict.network.call_blocking import blocking
from twin.predict.network.channel_change import Zap, zaps
from twin.predict.network.hop_delays import Leg, asked, legs_of, round_trips
from twin.predict.network.max_min_fairness import Held, settle
from twin.predict.network.packet_streams import Point, Stream, carrier
from twin.predict.network.queue_crossings import Crossings, crossings
from twin.predict.network.queueing_delay import CALM, FULL, Loads, loads, waits

QUIET = 0.5
"""Up to this part of its time, a span that several use keeps nobody waiting to speak of."""
ALIKE = 0.01
"""Two shares that differ by at most this part are one."""


@dataclass(frozen=True, slots=True)
class Narrow:
    """A full queue: its span, bit/s at its layer, what constant-rate streams send there, and how many TCP streams share
    what those leave."""

    span: str
    rate: int
    stubborn: float
    greedy: int


@dataclass(frozen=True, slots=True)
class Journey:
    """One flow on its way. path, carriers: the spans, and what carries it on each; () where there is no way. back: what
    carries its answers, on each span of the way back.

    legs: of a constant-rate flow, () for TCP. offered: packets/s that it sends, None for TCP. calm, eager: packets/s
    of it that come through where those who load pages never ask, and never pause. fair: whether a TCP flow gets the
    share that max-min fairness gives it: no other TCP in a line with it before a full span (connections that wait in
    one line get what their round trips and losses give them), and no dialled calls before a full span, which may be
    more than their mean. steady: whether it gets no more than that: no channels that are changed before a full span,
    and pause then. held: what TCP brings through whose acknowledgements find too little room.
    narrow: the slowest full queue on the way, if one is. allowed: what a contract that drops lets pass, IP bit/s; 0
    where it is shared with other flows. contended: whether it crosses the air of a radio cell that is so busy that
    contention decides who gets what; turns: packets/s that it then gets through, where theory knows.
    """

    flow: Flow
    path: tuple[Hop, ...]
    carriers: tuple[LinkDirection, ...]
    back: tuple[LinkDirection, ...]
    legs: tuple[Leg, ...]
    offered: float | None
    calm: float
    eager: float
    fair: bool
    narrow: Narrow | None
    round_trip: tuple[Leg, ...] = ()
    """Of a flow that signals: there and back."""
    blocked: float | None = None
    """Of a flow that signals: the ratio of its calls that find no room."""
    allowed: float | None = None
    contended: bool = False
    turns: float | None = None
    steady: bool = True
    held: Held | None = None
    zap: Zap | None = None
    """Of a flow that watches channels."""
    swamped: bool = False
    """Whether channels that were left may fill a queue on its way now and then."""
    alone: bool | None = None
    """Of pages: whether those before the narrowest span wait in one line; None where others are on the way too."""


def journeys(blueprint: Blueprint, paths: Mapping[str, Sequence[Hop]]) -> Iterator[Journey]:
    """The journey of each flow, in the blueprint's order. paths: the spans that each flow crosses."""
    spans = {span.name: span for span in blueprint.spans}
    met = crossings(blueprint, paths)
    paces = settle(met)
    rows = waits(met, paces)
    legs = legs_of(blueprint, paths, rows)
    load = loads(met, paces.eager)
    full = _full(met, load)
    unfair, allowed, busy = _unfair(met, full), _allowed(blueprint), _busy(met, load)
    ebbing = _fitful(met, full, more=False)
    changing, swamped = zaps(blueprint, asked(blueprint, paths, met, rows)), _swamped(met)
    turns = brought(blueprint.cells, met, load)
    quiet = {point for point, bands in load.items() if sum(band.share for band in bands.values()) <= QUIET}
    streams: dict[str, list[Stream]] = {}
    for one in met.streams:
        streams.setdefault(one.flow, []).append(one)
    trips, blocked = round_trips(blueprint, paths, met, rows), blocking(blueprint)
    for index, flow in enumerate(blueprint.flows):
        path, stream = tuple(paths.get(flow.name, ())), met.streams[index]
        ways = tuple(carrier(spans[hop.span], hop.forward) for hop in path)
        back = tuple(carrier(spans[hop.span], not hop.forward) for hop in reversed(path))
        narrow = min((full[point] for point in stream.points if point in full), key=lambda one: one.rate, default=None)
        alone = _alone(met, streams[flow.name], quiet) if isinstance(flow.traffic, WebPages) and clean(ways) else None
        yield Journey(
            flow=flow, path=path, carriers=ways, back=back, legs=legs.get(flow.name, ()), offered=stream.pace,
            calm=paces.calm[index], eager=paces.eager[index], fair=index not in unfair, narrow=narrow,
            round_trip=trips.get(flow.name, ()), blocked=blocked.get(flow.name), allowed=allowed.get(flow.name),
            contended=any(point in busy for point in stream.points), turns=turns.get(flow.name),
            steady=not any(point in ebbing for point in stream.points), held=paces.held.get(index),
            zap=changing.get(flow.name), swamped=any(point in swamped for point in stream.points), alone=alone)


def clean(ways: Sequence[LinkDirection]) -> bool:
    """Whether media carry all packets, each as soon as the one before has gone: no loss, and no air of a cell."""
    return bool(ways) and not any(way.lossy or way.airtime for way in ways)


def _alone(met: Crossings, streams: Sequence[Stream], quiet: Collection[Point]) -> bool | None:
    """Whether the packets of a flow, and what goes back, wait for nobody else: None where they do; else whether those
    before its narrowest span wait in one line."""
    points = {point for stream in streams for point in stream.points if point not in quiet}
    if any(met.streams[index].flow != streams[0].flow for point in points for index in met.at[point]):
        return None
    narrow = max(streams[0].points, key=lambda point: met.queues[point].service(streams[0]))
    return met.queues[narrow].fifo(met.queues[narrow].band(streams[0].service_class))


def _allowed(blueprint: Blueprint) -> dict[str, float]:
    """What contracts that drop let pass of each flow, IP bit/s; 0 where several flows share one."""
    ports = {(host.switch, host.port): host.name for host in blueprint.hosts}
    held = {(ports[switch.name, one.port], one.service_class): float(one.second_rate or one.rate)
            for switch in blueprint.switches for one in switch.markers if one.drops_red}
    sharing = Counter((flow.source, flow.service_class) for flow in blueprint.flows)
    return {flow.name: held[key] if sharing[key] == 1 else 0.0 for flow in blueprint.flows
            if (key := (flow.source, flow.service_class)) in held}


def _full(met: Crossings, load: Loads) -> dict[Point, Narrow]:
    """The queues that are never idle."""
    found = {}
    for point, bands in load.items():
        if met.queues[point].cell is not None or sum(band.share for band in bands.values()) < FULL:
            continue
        queue, members = met.queues[point], [met.streams[index] for index in met.at[point]]
        stubborn = sum(s.pace * queue.layer.cost(s.frame) * 8 for s in members if s.pace is not None)
        found[point] = Narrow(point.span, queue.rate, stubborn, sum(s.greedy for s in members))
    return found


def _swamped(met: Crossings) -> frozenset[Point]:
    """Where channels that were left and still come are too much beside what else is sent at a constant rate."""
    found = set()
    for point, indices in met.at.items():
        queue, members = met.queues[point], [met.streams[index] for index in indices]
        asked = sum(queue.cost(one) * one.most for one in members if one.pace is not None)
        if asked > queue.rate and any(one.left for one in members):
            found.add(point)
    return frozenset(found)


def _busy(met: Crossings, load: Loads) -> frozenset[Point]:
    """The air that is not calm; where one station alone sends, that is full."""
    return frozenset(point for point, bands in load.items() if (queue := met.queues[point]).cell is not None
                     and sum(band.share for band in bands.values()) > (FULL if queue.alone else CALM))


def _unfair(met: Crossings, full: Mapping[Point, Narrow]) -> frozenset[int]:
    """The TCP streams whose share hangs on more than shares."""
    contested = _contested(met, full)
    fitful = _fitful(met, full, more=True)
    return frozenset(
        index for index, stream in enumerate(met.streams)
        if any(point in fitful or _line(met, point, stream) in contested for point in stream.points)
    )


def _fitful(met: Crossings, full: Mapping[Point, Narrow], more: bool) -> frozenset[Point]:
    """Full queues with streams that come and go, and send more at times than is reckoned with, or never more."""
    return frozenset(point for point in full for stream in (met.streams[index] for index in met.at[point])
                     if stream.peak is not None and (stream.peak > (stream.pace or 0.0)) is more)


_Line = tuple[Point, int, str | None]
"""Those who wait one behind the other: at a queue, in a band, all or those of one subscriber."""


def _line(met: Crossings, point: Point, stream: Stream) -> _Line:
    queue = met.queues[point]
    return point, queue.band(stream.service_class), queue.line(stream)


def _contested(met: Crossings, full: Mapping[Point, Narrow]) -> frozenset[_Line]:
    """Lines before full spans in which more than one TCP stream waits."""
    found: set[_Line] = set()
    for point in full:
        waiting = Counter(_line(met, point, stream) for stream in (met.streams[index] for index in met.at[point])
                          if stream.greedy)
        found |= {line for line, count in waiting.items() if count > 1 and line[2] is not None}
    return frozenset(found)
