"""How many calls each span has room for, and what each line that dials asks of the spans of its path. Pure.

A class that is strict may take what is not guaranteed to others; one that is not may take its guarantee, or without
one its weight of what the strict ones are not guaranteed. What calls that last the whole run take of it is taken off.
Guarantees are made on spans between nodes and on uplinks of head-ends, not on lines.

A radio cell has room for calls in time, for all its hops and both directions together: a small frame takes nearly as
much of it as a large one. Frames take turns there, each with its backoff; a guarantee takes what full frames of it do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import product

from twin.core.units import NS_PER_S, Rate, Size, Time
from twin.model import Network, ServiceClass
from twin.model.traffic_profiles import speech_packet
from twin.plan.blueprint import (
    Blueprint,
    CallBudget,
    Flow,
    LinkDirection,
    RtpCall,
    RtpStream,
    SipSignalling,
    SpanPlan,
    carrying,
)
from twin.plan.blueprint.layers import HEADER
from twin.plan.demand.constant_rate_demand import offered_rate
from twin.plan.forwarding.paths import Hop, flow_paths
from twin.plan.forwarding.reroute_times import Reroute, reroutes
from twin.plan.interface_names import air_name

Resource = tuple[str, bool | None]
"""A span and which way of it: forth, back, or both at once where they share the medium; or the air of a radio cell."""


@dataclass(frozen=True, slots=True)
class Admission:
    """What decides whether a call is admitted. rooms: bit/s for calls, of the air of radio cells ns in a
    second. uses: what one call of a line that dials takes of each, by the name of its signalling flow. channels: how
    many calls each such line holds."""

    budgets: Mapping[Resource, float]
    per_call: Mapping[str, Mapping[Resource, float]]
    call_channels: Mapping[str, int]

    def calls(self, key: Resource, caller: str) -> int:
        """How many calls of the kind that `caller` makes fit a span."""
        return int(self.budgets[key] // self.per_call[caller][key])


def admission(blueprint: Blueprint, failed: frozenset[str] = frozenset()) -> Admission:
    """What the softswitch of a blueprint decides by, while forwarding goes round the `failed` spans."""
    callers = _callers(blueprint)
    if not callers:
        return Admission({}, {}, {})
    paths, places = flow_paths(blueprint, failed), _Places(blueprint)
    whole = {(room.span, room.forward): room.rate for room in blueprint.call_budgets}
    uses = {flow.name: {key: cost for key, cost in places.call(call, paths[flow.name]).items() if key in whole}
            for flow, call in callers}
    held, crossed = _held(blueprint, paths, places), {key for own in uses.values() for key in own}
    rooms = {key: float(max(0, int(whole[key] - held.get(key, 0.0)))) for key in sorted(crossed, key=str)}
    return Admission(rooms, uses, {flow.name: call.dialling.call_channels for flow, call in callers})


def admissions(blueprint: Blueprint) -> tuple[tuple[Time, Admission], ...]:
    """What it decides by from when on, ns after the start of the measurement: forwarding as the controller turns it."""
    later = reroutes(blueprint) if blueprint.call_budgets else ()
    return tuple((turn.at, admission(blueprint, turn.failed)) for turn in (Reroute(Time(0), frozenset()), *later))


def call_budgets(network: Network, blueprint: Blueprint) -> tuple[CallBudget, ...]:
    """What the classes of dialled speech may take of every span and radio cell that their calls may come to cross."""
    callers, classes = _callers(blueprint), speech_classes(network)
    carried = sorted({classes[flow.workload] for flow, _ in callers}, key=lambda one: one.name)
    homes = {flow.line for flow, _ in callers}
    others = {host.span for host in blueprint.hosts if host.line_group is not None and host.name not in homes}
    places = _Places(blueprint)
    return tuple(CallBudget(*key, Rate(int(sum(_share(one, network.classes, *places.whole(key)) for one in carried))))
                 for key in places.all(others) if callers)


class _Places:
    """Where calls take room: spans, and the air of radio cells."""

    def __init__(self, blueprint: Blueprint) -> None:
        self._spans = {span.name: span for span in blueprint.spans}
        self._lines = {host.span for host in blueprint.hosts if host.line_group is not None}
        self._ways = {(way.span, way.forward): (cell, way) for cell in blueprint.cells for way in cell.hop_directions}

    def all(self, but: Set[str]) -> Iterator[Resource]:
        """Every place, without the spans named."""
        for span in self._spans.values():
            if span.cell is None and span.name not in but:
                yield from ((span.name, forth) for forth in ((None,) if span.shared else (True, False)))
        yield from ((name, None) for name in sorted({air_name(cell.name) for cell, _ in self._ways.values()}))

    def call(self, call: SipSignalling, path: Sequence[Hop]) -> dict[Resource, float]:
        """What one call takes of each place on a path, both directions of it."""
        packet, pause = speech_of(call)
        found: dict[Resource, float] = {}
        for hop, answer in product(path, (False, True)):
            key, cost = self.packets(Hop(hop.span, hop.forward != answer), packet, pause)
            found[key] = found.get(key, 0.0) + cost
        return found

    def packets(self, hop: Hop, packet: Size, pause: Time) -> tuple[Resource, float]:
        """Where packets, one each `pause`, take room, and how much: bit/s at the layer of the span, or ns in a second.
        """
        if hop in self._ways:
            cell, way = self._ways[hop]
            airtime = cell.frame_exchange(way, packet + HEADER) * cell.mean_transmissions(way)
            return (air_name(cell.name), None), airtime * NS_PER_S / pause
        span = self._spans[hop.span]
        layer = _carrier(span, hop.forward).layer
        return (span.name, None if span.shared else hop.forward), offered_rate(layer, packet, pause)

    def whole(self, key: Resource) -> tuple[float, float]:
        """All that there is of a place, and what a guarantee takes of it for each bit/s: nothing of a line."""
        name, forth = key
        if name in self._spans:
            return _carrier(self._spans[name], forth is not False).rate, 0.0 if name in self._lines else 1.0
        slowest = min(_carrier(self._spans[way.span], way.forward).rate for cell, way in self._ways.values()
                      if air_name(cell.name) == name)
        return NS_PER_S, NS_PER_S / slowest


def speech_classes(network: Network) -> dict[str, ServiceClass]:
    """The class in which the speech of each workload is carried, by the workload's name."""
    classes = {one.name: one for one in network.classes}
    services = {service.name: classes[service.service_class] for service in network.services}
    return {workload.name: services[workload.service] for workload in network.workloads}


def speech_of(call: SipSignalling) -> tuple[Size, Time]:
    """IP packet size and ns between packets of a call that is dialled."""
    return speech_packet(call.codec), call.codec.interval


def _held(blueprint: Blueprint, paths: Mapping[str, Sequence[Hop]], places: _Places) -> dict[Resource, float]:
    """What calls and streams in the classes of dialled speech take of each place for the whole run."""
    classes = {call.speech_class for _, call in _callers(blueprint)}
    found: dict[Resource, float] = {}
    for flow in blueprint.flows:
        if isinstance(flow.traffic, RtpCall | RtpStream) and flow.service_class in classes:
            for hop in paths[flow.name]:
                key, cost = places.packets(hop, flow.traffic.packet, flow.traffic.interval)
                found[key] = found.get(key, 0.0) + cost
    return found


def _share(one: ServiceClass, classes: Sequence[ServiceClass], whole: float, each: float) -> float:
    """What a class may take of a place. whole: all that there is; each: what a bit/s of a guarantee takes of it."""
    promised = {other.name: each * (other.guarantee or 0) for other in classes}
    if one.strict:
        return whole - sum(share for name, share in promised.items() if name != one.name)
    if promised[one.name]:
        return promised[one.name]
    left = whole - sum(promised[other.name] for other in classes if other.strict)
    return left * one.weight / sum(other.weight for other in classes if not other.strict)


def _callers(blueprint: Blueprint) -> list[tuple[Flow, SipSignalling]]:
    """The signalling flows of all lines that dial."""
    return list(carrying(SipSignalling, blueprint.flows))


def _carrier(span: SpanPlan, forth: bool) -> LinkDirection:
    return span.forward if forth else span.reverse
