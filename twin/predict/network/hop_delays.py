"""What the parts of a path cost a flow: fixed delay and serialization, which are exact, and waiting, which is not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from twin.plan.blueprint import Blueprint, IptvViewing, PacketStream, SipSignalling, SpanPlan, carrying
from twin.plan.blueprint.layers import HEADER
from twin.plan.forwarding.paths import Hop
from twin.predict.network.igmp_load import REPORT
from twin.predict.network.max_min_fairness import settle
from twin.predict.network.packet_streams import carrier
from twin.predict.network.queue_crossings import Crossings, crossings
from twin.predict.network.queueing_delay import Wait, waits


@dataclass(frozen=True, slots=True)
class Leg:
    """One span of a flow's path, ns: propagation and equipment, serialization of a packet, and the wait before it."""

    hop: Hop
    fixed: float
    serialization: float
    wait: Wait


def legs(blueprint: Blueprint, paths: Mapping[str, Sequence[Hop]]) -> dict[str, tuple[Leg, ...]]:
    """The legs of every constant-rate flow, by its name; () where there is no way. TCP flows are left out."""
    met = crossings(blueprint, paths)
    return legs_of(blueprint, paths, waits(met, settle(met)))


def legs_of(
    blueprint: Blueprint, paths: Mapping[str, Sequence[Hop]], rows: Sequence[Sequence[Wait]]
) -> dict[str, tuple[Leg, ...]]:
    """The same, from the waits of all streams."""
    spans = {span.name: span for span in blueprint.spans}
    found = {}
    for flow, row in zip(blueprint.flows, rows, strict=False):
        if isinstance(flow.traffic, PacketStream):
            found[flow.name] = _legs(flow.traffic.packet, paths.get(flow.name, ()), spans, row)
    return found


def round_trips(
    blueprint: Blueprint, paths: Mapping[str, Sequence[Hop]], met: Crossings, rows: Sequence[Sequence[Wait]]
) -> dict[str, tuple[Leg, ...]]:
    """The legs of every flow that signals, there and back again, by its name."""
    spans = {span.name: span for span in blueprint.spans}
    ways = {(stream.flow, stream.source): row for stream, row in zip(met.streams, rows, strict=True)}
    found = {}
    for flow, call in carrying(SipSignalling, blueprint.flows):
        there = paths.get(flow.name, ())
        back = tuple(Hop(hop.span, not hop.forward) for hop in reversed(there))
        found[flow.name] = (*_legs(call.packet, there, spans, ways[flow.name, flow.source]),
                            *_legs(call.packet, back, spans, ways[flow.name, flow.sink]))
    return found


def asked(
    blueprint: Blueprint, paths: Mapping[str, Sequence[Hop]], met: Crossings, rows: Sequence[Sequence[Wait]]
) -> dict[str, Leg]:
    """The way of the IGMP messages of every flow that watches channels, up its line, by its name."""
    spans = {span.name: span for span in blueprint.spans}
    watching = {(flow.name, flow.sink): paths[flow.name] for flow, _ in carrying(IptvViewing, blueprint.flows)
                if paths.get(flow.name)}
    found = {}
    for stream, row in zip(met.streams, rows, strict=True):
        path = watching.get((stream.flow, stream.source))
        if path:
            up = Hop(path[-1].span, not path[-1].forward)
            (found[stream.flow],) = _legs(REPORT, (up,), spans, row)
    return found


def total(parts: Iterable[float | None]) -> float | None:
    """The sum of all parts; None where one of them is not known."""
    known = list(parts)
    return None if None in known else sum(part for part in known if part is not None)


def _legs(packet: int, path: Sequence[Hop], spans: Mapping[str, SpanPlan], row: Sequence[Wait]) -> tuple[Leg, ...]:
    ways = [carrier(spans[hop.span], hop.forward) for hop in path]
    return tuple(Leg(hop, way.delay, way.serialization(packet + HEADER), wait)
                 for hop, way, wait in zip(path, ways, row, strict=True))
