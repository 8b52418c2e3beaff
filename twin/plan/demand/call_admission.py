"""Call admission: how many dialled calls each span can carry, and how much of its capacity a call needs. Pure.

A strict class may use what is not guaranteed to other classes. Any other class may use its guarantee or, without one,
its share by weight of what is not guaranteed to strict classes. Calls that last the whole run reduce this budget.
Guarantees hold on spans between nodes and on uplinks of head-ends, not on lines.

The budget of a radio cell is airtime, for all its hops and both directions together: there a small frame takes nearly
as much as a large one. Each frame has its backoff; a guarantee takes the airtime of its rate in full frames.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from twin.core.units import Rate, Time
from twin.model import Network, ServiceClass
from twin.plan.blueprint import (
    Blueprint,
    CallBudget,
    Flow,
    RtpCall,
    RtpStream,
    SipSignalling,
    carrying,
)
from twin.plan.demand.shared_capacities import Resource, SharedCapacities
from twin.plan.forwarding.paths import Hop, flow_paths
from twin.plan.forwarding.reroute_times import Reroute, reroutes


@dataclass(frozen=True, slots=True)
class Admission:
    """What call admission decides by. budgets: for calls, bit/s of spans and ns of airtime a second of radio cells.
    per_call: what one call of a line takes of each, by the name of its signalling flow. call_channels: how many calls
    each such line can hold."""

    budgets: Mapping[Resource, float]
    per_call: Mapping[str, Mapping[Resource, float]]
    call_channels: Mapping[str, int]

    def calls(self, key: Resource, caller: str) -> int:
        """How many calls with the codec of `caller` a span can carry."""
        return int(self.budgets[key] // self.per_call[caller][key])


def admission(blueprint: Blueprint, failed: frozenset[str] = frozenset()) -> Admission:
    """What the softswitch of a blueprint decides by while traffic is rerouted around the `failed` spans."""
    callers = _callers(blueprint)
    if not callers:
        return Admission({}, {}, {})
    paths, places = flow_paths(blueprint, failed), SharedCapacities(blueprint)
    whole = {(budget.span, budget.forward): budget.rate for budget in blueprint.call_budgets}
    uses = {flow.name: {key: cost for key, cost in places.call(call, paths[flow.name]).items() if key in whole}
            for flow, call in callers}
    held, crossed = _held(blueprint, paths, places), {key for own in uses.values() for key in own}
    budgets = {key: float(max(0, int(whole[key] - held.get(key, 0.0)))) for key in sorted(crossed, key=str)}
    return Admission(budgets, uses, {flow.name: call.dialling.call_channels for flow, call in callers})


def admissions(blueprint: Blueprint) -> tuple[tuple[Time, Admission], ...]:
    """What the softswitch decides by, and from when on, ns after the start of the measurement: one for each reroute."""
    later = reroutes(blueprint) if blueprint.call_budgets else ()
    return tuple((reroute.at, admission(blueprint, reroute.failed))
                 for reroute in (Reroute(Time(0), frozenset()), *later))


def call_budgets(network: Network, blueprint: Blueprint) -> tuple[CallBudget, ...]:
    """The budget for dialled calls of every span and radio cell that they may cross, rerouted or not."""
    callers, classes = _callers(blueprint), speech_classes(network)
    carried = sorted({classes[flow.workload] for flow, _ in callers}, key=lambda service_class: service_class.name)
    homes = {flow.line for flow, _ in callers}
    others = {host.span for host in blueprint.hosts if host.line_group is not None and host.name not in homes}
    places = SharedCapacities(blueprint)

    def budget(key: Resource) -> Rate:
        return Rate(int(sum(share_of(each, network.classes, *places.whole(key)) for each in carried)))

    return tuple(CallBudget(*key, budget(key)) for key in places.all(others) if callers)


def speech_classes(network: Network) -> dict[str, ServiceClass]:
    """The class in which the speech of each workload is carried, by the workload's name."""
    classes = {service_class.name: service_class for service_class in network.classes}
    services = {service.name: classes[service.service_class] for service in network.services}
    return {workload.name: services[workload.service] for workload in network.workloads}


def _held(blueprint: Blueprint, paths: Mapping[str, Sequence[Hop]], places: SharedCapacities) -> dict[Resource, float]:
    """What calls and streams that last the whole run take of each resource in the classes of dialled speech."""
    classes = {call.speech_class for _, call in _callers(blueprint)}
    held: dict[Resource, float] = {}
    for flow in blueprint.flows:
        if isinstance(flow.traffic, RtpCall | RtpStream) and flow.service_class in classes:
            for hop in paths[flow.name]:
                key, cost = places.packets(hop, flow.traffic.packet, flow.traffic.interval)
                held[key] = held.get(key, 0.0) + cost
    return held


def share_of(service_class: ServiceClass, classes: Sequence[ServiceClass], whole: float, each: float) -> float:
    """The budget of a class. whole: capacity of the resource. each: what 1 bit/s of a guarantee takes of it."""
    guaranteed = {other.name: each * (other.guarantee or 0) for other in classes}
    if service_class.strict:
        return whole - sum(share for name, share in guaranteed.items() if name != service_class.name)
    if guaranteed[service_class.name]:
        return guaranteed[service_class.name]
    left = whole - sum(guaranteed[other.name] for other in classes if other.strict)
    return left * service_class.weight / sum(other.weight for other in classes if not other.strict)


def _callers(blueprint: Blueprint) -> list[tuple[Flow, SipSignalling]]:
    """The signalling flows of all lines that dial."""
    return list(carrying(SipSignalling, blueprint.flows))
