"""Grade of service of dialled calls, before any is dialled: how many a span has room for, and what may be promised.

ITU-T E.501 and E.521: offered traffic, circuits and blocking are bound by Erlang's first formula. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from twin.core.units import PPM, show_rate, show_ratio
from twin.model import Codec, Metric, Network
from twin.plan.blueprint import Blueprint, Flow, LinkDirection, SipSignalling, carrying
from twin.plan.blueprint.layers import FRAME
from twin.plan.demand.call_admission import Admission, Resource, admission, speech_classes, speech_of
from twin.plan.demand.constant_rate_demand import offered_rate
from twin.plan.demand.erlang import circuits_for, erlang_b, erlangs_on
from twin.plan.interface_names import air_name

USUAL = 0.01
"""The blocking for which capacity is told where no target names another."""

Found = Iterator[tuple[str, str, str]]
Callers = Mapping[str, tuple[Flow, SipSignalling]]
"""The signalling of each line that dials, by its name."""


@dataclass(frozen=True, slots=True)
class GradeOfService:
    """What a span does for dialled calls. calls: of this codec that fit. carries: erlang at 1 % of blocking. offered:
    erlang that all lines dial over it. blocking: ratio of them that Erlang B expects to find no room."""

    span: str
    forward: bool | None
    codec: Codec
    calls: int
    capacity: float
    offered: float
    blocking: float


def grades_of_service(blueprint: Blueprint) -> tuple[GradeOfService, ...]:
    """One for each span with room for calls and each codec that is dialled over it, in order of name."""
    deciding = admission(blueprint)
    callers = _callers(blueprint)
    found: dict[tuple[Resource, Codec], GradeOfService] = {}
    for name, (_, call) in callers.items():
        for key in deciding.per_call.get(name, ()):
            if (key, call.codec) not in found:
                calls, load = deciding.calls(key, name), _load(deciding, callers, key)
                found[key, call.codec] = GradeOfService(span=key[0], forward=key[1], codec=call.codec, calls=calls,
                                                        capacity=erlangs_on(calls, USUAL), offered=load,
                                                        blocking=erlang_b(load, calls))
    return tuple(found[one] for one in sorted(found, key=str))


def problems(network: Network, blueprint: Blueprint) -> Found:
    """Lines that cannot hold the calls they are sold with, and blocking that cannot be promised."""
    yield from _channels(network, blueprint)
    deciding, callers = admission(blueprint), _callers(blueprint)
    for target in network.targets:
        if Metric.BLOCKING in target.bounds:
            members = {name: (flow, call) for name, (flow, call) in callers.items() if flow.workload == target.workload
                       and (not target.lines or flow.line_group in target.lines)}
            yield from _blocked(deciding, callers, members, target.bounds[Metric.BLOCKING] / PPM)


def _blocked(deciding: Admission, callers: Callers, members: Callers, promised: float) -> Found:
    told = set()
    for name, (flow, call) in members.items():
        places = [(f"lines.{flow.line_group}", call.dialling.call_channels, call.dialling.offered)]
        places += [(_place(key[0]), deciding.calls(key, name), _load(deciding, callers, key))
                   for key in deciding.per_call[name]]
        for place, circuits, load in places:
            blocked = erlang_b(load, circuits)
            if blocked > promised and place not in told:
                told.add(place)
                yield (place, f"{load:g} erlang of calls find room for {circuits}: {show_ratio(blocked * PPM)} are "
                       f"blocked (Erlang B) where at most {show_ratio(promised * PPM)} is promised",
                       f"give it room for {circuits_for(load, promised)} calls, or let at most "
                       f"{erlangs_on(circuits, promised):.4g} erlang come" if promised else "no room suffices; promise "
                       "a ratio that is not 0")


def _place(name: str) -> str:
    """Where a span or a radio cell is written."""
    return f"radio-cells.{name.removeprefix(air_name(''))}" if name.startswith(air_name("")) else f"spans.{name}"


def _channels(network: Network, blueprint: Blueprint) -> Found:
    spans = {span.name: span for span in blueprint.spans}
    hosts = {host.name: host for host in blueprint.hosts}
    profiles = {str(group.name): group.profile for group in network.lines}
    classes = speech_classes(network)
    told = set()
    for flow, call in _callers(blueprint).values():
        profile = profiles[flow.line_group]
        if profile in told:
            continue
        told.add(profile)
        place, channels = f"profiles.{profile}.channels", hosts[flow.line].call_channels
        span = spans[hosts[flow.line].span]
        for way, carrier in (("down", span.forward), ("up", span.reverse)):
            yield from _held(place, channels, call, way, carrier)
        carried = classes[flow.workload]
        frames = offered_rate(FRAME, *speech_of(call))
        if carried.police is not None and frames > carried.police:
            yield (f"classes.{carried.name}.police", f"lets {show_rate(carried.police)} of each channel through, and "
                   f"a call of {call.codec} is {show_rate(frames)} of frames", "allow more")


def _held(place: str, channels: int, call: SipSignalling, way: str, carrier: LinkDirection) -> Found:
    needed = channels * offered_rate(carrier.layer, *speech_of(call))
    if needed > carrier.rate:
        yield (place, f"{channels} calls of {call.codec} need {show_rate(needed)} at the layer of the "
               f"line, and {way} it has {show_rate(carrier.rate)}", "sell fewer channels, or a faster line")


def _load(deciding: Admission, callers: Callers, key: Resource) -> float:
    """Erlang that all lines dial over a span."""
    return sum(call.dialling.offered for name, (_, call) in callers.items() if key in deciding.per_call.get(name, ()))


def _callers(blueprint: Blueprint) -> Callers:
    return {flow.name: (flow, call) for flow, call in carrying(SipSignalling, blueprint.flows)}
