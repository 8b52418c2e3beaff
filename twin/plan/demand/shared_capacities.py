"""What traffic takes of what it shares: the rate of a span, or the airtime of a radio cell. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from itertools import product

from twin.core.units import NS_PER_S, Size, Time
from twin.model.traffic_profiles import speech_packet
from twin.plan.blueprint import Blueprint, LinkDirection, SipSignalling, SpanPlan
from twin.plan.blueprint.layers import HEADER
from twin.plan.demand.constant_rate_demand import offered_rate
from twin.plan.forwarding.paths import Hop
from twin.plan.interface_names import air_name

Resource = tuple[str, bool | None]
"""A span and its direction: forward (True), reverse (False), or None where both share a medium; or a radio cell."""


class SharedCapacities:
    """Spans, and the airtime of radio cells, each with what packets take of it."""

    def __init__(self, blueprint: Blueprint) -> None:
        self._spans = {span.name: span for span in blueprint.spans}
        self._lines = {host.span for host in blueprint.hosts if host.line_group is not None}
        self._ways = {(way.span, way.forward): (cell, way) for cell in blueprint.cells for way in cell.hop_directions}

    def all(self, but: Set[str]) -> Iterator[Resource]:
        """Every resource but the spans in `but`."""
        for span in self._spans.values():
            if span.cell is None and span.name not in but:
                yield from ((span.name, forward) for forward in ((None,) if span.shared else (True, False)))
        yield from ((name, None) for name in sorted({air_name(cell.name) for cell, _ in self._ways.values()}))

    def call(self, call: SipSignalling, path: Sequence[Hop]) -> dict[Resource, float]:
        """What one call takes of each resource on a path, in both directions."""
        return self.both_ways(path, *speech_of(call))

    def both_ways(self, path: Sequence[Hop], packet: Size, pause: Time) -> dict[Resource, float]:
        """What a packet every `pause` ns each way takes of each resource on a path."""
        costs: dict[Resource, float] = {}
        for hop, answer in product(path, (False, True)):
            key, cost = self.packets(Hop(hop.span, hop.forward != answer), packet, pause)
            costs[key] = costs.get(key, 0.0) + cost
        return costs

    def packets(self, hop: Hop, packet: Size, pause: Time) -> tuple[Resource, float]:
        """The resource that a packet every `pause` uses on a hop, and how much of it: bit/s at the span's layer, or
        airtime in ns a second."""
        if hop in self._ways:
            cell, way = self._ways[hop]
            airtime = cell.frame_exchange(way, packet + HEADER) * cell.mean_transmissions(way)
            return (air_name(cell.name), None), airtime * NS_PER_S / pause
        span = self._spans[hop.span]
        layer = _direction(span, hop.forward).layer
        return (span.name, None if span.shared else hop.forward), offered_rate(layer, packet, pause)

    def whole(self, key: Resource) -> tuple[float, float]:
        """The capacity of a resource, and how much of it 1 bit/s of a guarantee takes (nothing of a line)."""
        name, forward = key
        if name in self._spans:
            return self._spans[name].carried(forward is not False), 0.0 if name in self._lines else 1.0
        slowest = min(_direction(self._spans[way.span], way.forward).rate for cell, way in self._ways.values()
                      if air_name(cell.name) == name)
        return NS_PER_S, NS_PER_S / slowest


def speech_of(call: SipSignalling) -> tuple[Size, Time]:
    """IP packet size and ns between packets of a call that is dialled."""
    return speech_packet(call.codec, call.interval), call.interval


def _direction(span: SpanPlan, forward: bool) -> LinkDirection:
    return span.forward if forward else span.reverse
