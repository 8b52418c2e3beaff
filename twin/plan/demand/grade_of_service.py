"""Planned grade of service of dialled calls: the calls that a span can carry, offered load and blocking. Pure.

Offered traffic, circuits and blocking are related by Erlang's first formula (ITU-T E.501, E.521).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from twin.core.units import PPM, Time, show_rate, show_ratio
from twin.model import Codec, Direction, Metric, Network
from twin.plan.blueprint import Blueprint, Flow, Server, SipSignalling, carrying
from twin.plan.blueprint.layers import FRAME
from twin.plan.demand.call_admission import Admission, admission, speech_classes
from twin.plan.demand.constant_rate_demand import offered_rate
from twin.plan.demand.erlang import circuits_for, erlang_b, erlangs_on
from twin.plan.demand.shared_capacities import Resource, speech_of
from twin.plan.interface_names import air_name

USUAL = 0.01
"""The blocking at which capacity is given."""

Found = Iterator[tuple[str, str, str]]
Callers = Mapping[str, tuple[Flow, SipSignalling]]
"""The signalling of each line that dials, by its name."""


@dataclass(frozen=True, slots=True)
class GradeOfService:
    """Grade of service of a span for dialled calls. calls: of this codec and packetization (ns; 0: its usual) that it
    can carry. capacity: erlang at 1 % blocking. offered: load of all lines that dial over it, erlang. blocking: ratio
    of calls, by Erlang B."""

    span: str
    forward: bool | None
    codec: Codec
    packetization: Time
    calls: int
    capacity: float
    offered: float
    blocking: float


def grades_of_service(blueprint: Blueprint) -> tuple[GradeOfService, ...]:
    """One for each span with an admission limit and each codec of calls over it, by name."""
    deciding = admission(blueprint)
    callers = _callers(blueprint)
    grades: dict[tuple[Resource, Codec, Time], GradeOfService] = {}
    for name, (_, call) in callers.items():
        for key in deciding.per_call.get(name, ()):
            if (key, call.codec, call.interval) not in grades:
                calls, load = deciding.calls(key, name), _load(deciding, callers, key)
                grades[key, call.codec, call.interval] = GradeOfService(
                    span=key[0], forward=key[1], codec=call.codec, packetization=call.packetization, calls=calls,
                    capacity=erlangs_on(calls, USUAL), offered=load, blocking=erlang_b(load, calls))
    return tuple(grade for _, grade in sorted(grades.items(), key=lambda item: str(item[0])))


def problems(network: Network, blueprint: Blueprint) -> Found:
    """Lines that cannot carry the calls they are sold with, and targets of blocking that cannot be met."""
    yield from _channels(network, blueprint)
    deciding, callers = admission(blueprint), _callers(blueprint)
    for target in network.targets:
        if Metric.BLOCKING in target.bounds:
            members = {name: (flow, call) for name, (flow, call) in callers.items() if flow.workload == target.workload
                       and (not target.lines or flow.line_group in target.lines)}
            yield from _blocked(deciding, callers, members, target.bounds[Metric.BLOCKING] / PPM)


def _blocked(deciding: Admission, callers: Callers, members: Callers, bound: float) -> Found:
    reported = set()
    for name, (flow, call) in members.items():
        places = [(f"lines.{flow.line_group}", call.dialling.call_channels, call.dialling.offered)]
        places += [(_place(key[0]), deciding.calls(key, name), _load(deciding, callers, key))
                   for key in deciding.per_call[name]]
        for place, circuits, load in places:
            blocked = erlang_b(load, circuits)
            if blocked > bound and place not in reported:
                reported.add(place)
                yield (place, f"is offered {load:g} erlang and can carry {circuits} calls: {show_ratio(blocked * PPM)} "
                       f"are blocked (Erlang B), and the target is at most {show_ratio(bound * PPM)}",
                       f"provide capacity for {circuits_for(load, bound)} calls, or offer at most "
                       f"{erlangs_on(circuits, bound):.4g} erlang" if bound else "no capacity suffices; set a target "
                       "above 0")


def _place(name: str) -> str:
    """The path of a span or radio cell in the description."""
    return f"radio-cells.{name.removeprefix(air_name(''))}" if name.startswith(air_name("")) else f"spans.{name}"


def _channels(network: Network, blueprint: Blueprint) -> Found:
    spans = {span.name: span for span in blueprint.spans}
    hosts = {host.name: host for host in blueprint.hosts}
    profiles = {str(group.name): group.profile for group in network.lines}
    classes = speech_classes(network)
    reported = set()
    for flow, call in _callers(blueprint).values():
        profile = profiles[flow.line_group]
        if profile in reported:
            continue
        reported.add(profile)
        place, channels = f"profiles.{profile}.channels", hosts[flow.line].call_channels
        span = spans[hosts[flow.line].span]
        for way in Direction:
            for server in span.servers(way is Direction.DOWN):
                yield from _held(place, channels, call, way.value, server)
        carried = classes[flow.workload]
        frames = offered_rate(FRAME, *speech_of(call))
        if carried.police is not None and frames > carried.police:
            yield (f"classes.{carried.name}.police", f"lets {show_rate(carried.police)} of each channel through, and "
                   f"a call of {call.codec} is {show_rate(frames)} of frames", "allow more")


def _held(place: str, channels: int, call: SipSignalling, way: str, link: Server) -> Found:
    needed = channels * offered_rate(link.layer, *speech_of(call))
    if needed > link.rate:
        yield (place, f"{channels} calls of {call.codec} need {show_rate(needed)} at the layer of the "
               f"line, and {way} it has {show_rate(link.rate)}", "sell fewer channels, or a faster line")


def _load(deciding: Admission, callers: Callers, key: Resource) -> float:
    """Offered load of a span by all lines, erlang."""
    return sum(call.dialling.offered for name, (_, call) in callers.items() if key in deciding.per_call.get(name, ()))


def _callers(blueprint: Blueprint) -> Callers:
    return {flow.name: (flow, call) for flow, call in carrying(SipSignalling, blueprint.flows)}
