"""The delay of each hop of a path: fixed delay and serialization, which are exact, and queueing, which is not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import groupby

from twin.plan.blueprint import Blueprint, IptvViewing, PacketStream, SipSignalling, SpanPlan, carrying
from twin.plan.blueprint.layers import HEADER
from twin.plan.forwarding.paths import Hop
from twin.predict.delay.mean_waits import waits
from twin.predict.delay.waits import Wait
from twin.predict.load.cpe_shapers import line_of, own_hops, with_shapers
from twin.predict.load.forged_load import reached
from twin.predict.load.igmp_load import REPORT
from twin.predict.load.max_min_fairness import settle
from twin.predict.load.packet_streams import Small, carrier, headers
from twin.predict.load.queue_crossings import Crossings, crossings


@dataclass(frozen=True, slots=True)
class HopDelay:
    """One hop of a flow's path, ns: propagation, equipment and impairments at the least; serialization of a packet; and
    the wait before it, together with what impairments delay in addition."""

    hop: Hop
    fixed: float
    serialization: float
    wait: Wait

    def then(self, other: HopDelay) -> HopDelay:
        """This and another part of the same hop."""
        return HopDelay(Hop(line_of(self.hop.span), self.hop.forward), self.fixed + other.fixed,
                        self.serialization + other.serialization, self.wait.then(other.wait))

    @property
    def least(self) -> float:
        """The delay without queueing."""
        return self.fixed + self.serialization


def predict_hop_delays(blueprint: Blueprint, paths: Mapping[str, Sequence[Hop]]) -> dict[str, tuple[HopDelay, ...]]:
    """The hops of every constant-rate flow, by its name; () where there is no path. TCP flows are left out."""
    blueprint, paths = with_shapers(blueprint, paths)
    met = crossings(blueprint, paths)
    return hop_delays_of(blueprint, paths, waits(met, settle(met)))


def hop_delays_of(
    blueprint: Blueprint, paths: Mapping[str, Sequence[Hop]], rows: Sequence[Sequence[Wait]]
) -> dict[str, tuple[HopDelay, ...]]:
    """The same, from the waits of all streams."""
    spans, channels = {span.name: span for span in blueprint.spans}, bool(blueprint.iptv_channels)
    return {flow.name: _hop_delays(flow.traffic.packet, reached(flow, paths.get(flow.name, ()), channels), spans, row)
            for flow, row in zip(blueprint.flows, rows, strict=False) if isinstance(flow.traffic, PacketStream)}


def round_trips(
    blueprint: Blueprint, paths: Mapping[str, Sequence[Hop]], met: Crossings, rows: Sequence[Sequence[Wait]]
) -> dict[str, tuple[HopDelay, ...]]:
    """The hops of every flow that signals, or asks and is answered by a packet each, there and back again, by its name.
    """
    spans = {span.name: span for span in blueprint.spans}
    by_source = {(stream.flow, stream.source): row for stream, row in zip(met.streams, rows, strict=True)}
    trips = {}
    for flow, call in carrying(SipSignalling, blueprint.flows):
        there = paths.get(flow.name, ())
        back = tuple(Hop(hop.span, not hop.forward) for hop in reversed(there))
        trips[flow.name] = (*_hop_delays(call.packet, there, spans, by_source[flow.name, flow.source]),
                            *_hop_delays(call.packet, back, spans, by_source[flow.name, flow.sink]))
    for flow in blueprint.flows:
        there = paths.get(flow.name, ())
        if isinstance(flow.traffic, Small) and there:
            back = tuple(Hop(hop.span, not hop.forward) for hop in reversed(there))
            more = headers(flow.traffic) - HEADER
            trips[flow.name] = (
                *_hop_delays(flow.traffic.response + more, there, spans, by_source[flow.name, flow.source]),
                *_hop_delays(flow.traffic.request + more, back, spans, by_source[flow.name, flow.sink]))
    return trips


def igmp_delays(
    blueprint: Blueprint, paths: Mapping[str, Sequence[Hop]], met: Crossings, rows: Sequence[Sequence[Wait]]
) -> dict[str, HopDelay]:
    """The delay of IGMP messages up the line, for every flow that watches channels, by its name."""
    spans = {span.name: span for span in blueprint.spans}
    watching = {(flow.name, flow.sink): paths[flow.name] for flow, _ in carrying(IptvViewing, blueprint.flows)
                if paths.get(flow.name)}
    delays = {}
    for stream, row in zip(met.streams, rows, strict=True):
        path = watching.get((stream.flow, stream.source))
        if path:
            up = [Hop(hop.span, not hop.forward) for hop in reversed(own_hops(path))]
            (delays[stream.flow],) = _hop_delays(REPORT, up, spans, row)
    return delays


def total(parts: Iterable[float | None]) -> float | None:
    """The sum of all parts; None where one of them is not known."""
    known = list(parts)
    return None if None in known else sum(part for part in known if part is not None)


def _hop_delays(
    packet: int, path: Sequence[Hop], spans: Mapping[str, SpanPlan], row: Sequence[Wait]
) -> tuple[HopDelay, ...]:
    """A hop for each span; a shaper and its line are one."""
    carriers = [carrier(spans[hop.span], hop.forward) for hop in path]
    passed = [HopDelay(hop, medium.least_delay, medium.serialization(packet + HEADER), wait)
              for hop, medium, wait in zip(path, carriers, row, strict=True)]
    return tuple(reduce(HopDelay.then, parts) for _, parts in groupby(passed, lambda part: line_of(part.hop.span)))
