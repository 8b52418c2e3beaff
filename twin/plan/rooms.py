"""How many calls each span has room for, and what each line that dials asks of the spans of its path. Pure.

A class that is strict may take what is not guaranteed to others; one that is not may take its guarantee, or without
one its weight of what the strict ones are not guaranteed. What calls that last the whole run take of it is taken off.
Guarantees are made on spans between nodes and on uplinks of head-ends, not on lines.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from traffic.profiles import interval, packet_size
from twin.model import Activity, Network, ServiceClass
from twin.plan.blueprint import Blueprint, Carrier, Flow, Room, SpanPlan
from twin.plan.demands import STEADY, offered
from twin.plan.paths import Hop, flow_paths
from twin.units import Rate, Size, Time

Key = tuple[str, bool | None]
"""A span and which way of it: forth, back, or both at once where they share the medium."""


@dataclass(frozen=True, slots=True)
class Admission:
    """What decides whether a call is admitted. rooms: bit/s for calls. uses: what one call of a line that dials takes
    of each, by the name of its signalling flow. channels: how many calls each such line holds."""

    rooms: Mapping[Key, float]
    uses: Mapping[str, Mapping[Key, float]]
    channels: Mapping[str, int]

    def calls(self, key: Key, caller: str) -> int:
        """How many calls of the kind that `caller` makes fit a span."""
        return int(self.rooms[key] // self.uses[caller][key])


def admission(blueprint: Blueprint) -> Admission:
    """What the softswitch of a blueprint decides by."""
    callers = _callers(blueprint)
    if not callers:
        return Admission({}, {}, {})
    rooms = {(room.span, room.forth): float(room.rate) for room in blueprint.rooms}
    paths = flow_paths(blueprint)
    spans = {span.name: span for span in blueprint.spans}
    uses = {flow.name: {key: cost for key, cost in call_costs(flow, paths[flow.name], spans).items() if key in rooms}
            for flow in callers}
    return Admission(rooms, uses, {flow.name: flow.dialling.channels for flow in callers if flow.dialling})


def rooms(network: Network, blueprint: Blueprint) -> tuple[Room, ...]:
    """What dialled calls may take of every span that they cross."""
    callers = _callers(blueprint)
    if not callers:
        return ()
    paths = flow_paths(blueprint)
    spans = {span.name: span for span in blueprint.spans}
    classes = speech_classes(network)
    carried = {classes[flow.workload] for flow in callers}
    crossed = {key for flow in callers for key in call_costs(flow, paths[flow.name], spans)}
    held = _held(blueprint, paths, spans, {one.name for one in carried})
    found = []
    for name, forth in sorted(crossed, key=str):
        span = spans[name]
        share = sum(_share(one, network.classes, _carrier(span, forth is not False).rate, _is_line(blueprint, span))
                    for one in carried)
        found.append(Room(name, forth, Rate(max(0, int(share - held.get((name, forth), 0.0))))))
    return tuple(found)


def call_costs(flow: Flow, path: Sequence[Hop], spans: Mapping[str, SpanPlan]) -> dict[Key, float]:
    """bit/s at the layer of each span of a path that one call takes, both directions of it."""
    packet, pause = speech_of(flow)
    found: dict[Key, float] = {}
    for hop, answer in product(path, (False, True)):
        span, forth = spans[hop.span], hop.forth != answer
        key = _key(span, forth)
        found[key] = found.get(key, 0.0) + offered(_carrier(span, forth).layer, packet, pause)
    return found


def speech_classes(network: Network) -> dict[str, ServiceClass]:
    """The class in which the speech of each workload is carried, by the workload's name."""
    classes = {one.name: one for one in network.classes}
    services = {service.name: classes[service.service_class] for service in network.services}
    return {workload.name: services[workload.service] for workload in network.workloads}


def speech_of(flow: Flow) -> tuple[Size, Time]:
    """IP packet size and ns between packets of a call that the flow dials."""
    return packet_size(Activity.DIAL, flow.codec, Size(0)), interval(Activity.DIAL, flow.codec, None, Size(0))


def _held(blueprint: Blueprint, paths: Mapping[str, Sequence[Hop]], spans: Mapping[str, SpanPlan],
          classes: set[str]) -> dict[Key, float]:
    """bit/s that calls and channels in these classes take of each span for the whole run."""
    found: dict[Key, float] = {}
    for flow in blueprint.flows:
        if flow.activity in STEADY and flow.service_class in classes:
            for hop in paths[flow.name]:
                key = _key(spans[hop.span], hop.forth)
                found[key] = found.get(key, 0.0) + offered(_carrier(spans[hop.span], hop.forth).layer, flow.packet,
                                                            flow.interval)
    return found


def _share(one: ServiceClass, classes: Sequence[ServiceClass], rate: int, line: bool) -> float:
    """bit/s of a span of `rate` that a class may take."""
    promised = {other.name: 0 if line else other.guarantee or 0 for other in classes}
    if one.strict:
        return rate - sum(share for name, share in promised.items() if name != one.name)
    if promised[one.name]:
        return promised[one.name]
    left = rate - sum(promised[other.name] for other in classes if other.strict)
    return left * one.weight / sum(other.weight for other in classes if not other.strict)


def _callers(blueprint: Blueprint) -> list[Flow]:
    """The signalling flows of all lines that dial."""
    return [flow for flow in blueprint.flows if flow.dialling is not None and not flow.interval]


def _is_line(blueprint: Blueprint, span: SpanPlan) -> bool:
    return any(host.span == span.name and host.line_group is not None for host in blueprint.hosts)


def _key(span: SpanPlan, forth: bool) -> Key:
    return span.name, None if span.shared else forth


def _carrier(span: SpanPlan, forth: bool) -> Carrier:
    return span.forth if forth else span.back
