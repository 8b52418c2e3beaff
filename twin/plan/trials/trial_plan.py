"""Which method is which, and what a trial needs of the network."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from twin.core.units import Size, Time
from twin.model import Agreed, Direction, Discipline, Method, Network, Trial, line_name
from twin.plan import Blueprint
from twin.plan.blueprint import Flow, Host, Marker, SpanPlan, Switch, UdpFlood
from twin.plan.blueprint.layers import HEADER
from twin.plan.demand.flows import CPE_PORT, PORTS
from twin.plan.forwarding.paths import flow_paths
from twin.plan.qos.three_colour_markers import colours
from twin.plan.trials.measurements import FCS, Course, Limit, TrialPlan, Way, ip_size
from twin.plan.trials.rfc2544 import rfc2544
from twin.plan.trials.rfc6349 import rfc6349
from twin.plan.trials.y1564 import y1564

METHODS: Mapping[Method, Callable[[TrialPlan], Course]] = {
    Method.Y1564: y1564, Method.RFC2544: rfc2544, Method.RFC6349: rfc6349,
}


def trial_plan(network: Network, blueprint: Blueprint, trial: Trial) -> TrialPlan:
    """The way of each tested service on the first line of the trial's group."""
    flows = [_flow(network, trial, tested, number) for number, tested in enumerate(trial.services)]
    paths = flow_paths(replace(blueprint, flows=tuple(flows)))
    spans = {span.name: span for span in blueprint.spans}
    return TrialPlan(trial, tuple(
        _way(network, blueprint, flow, [(spans[hop.span], hop.forth) for hop in paths[flow.name]]) for flow in flows))


def _way(network: Network, blueprint: Blueprint, flow: Flow, hops: Sequence[tuple[SpanPlan, bool]]) -> Way:
    carriers = tuple(span.forth if forth else span.back for span, forth in hops)
    rooms = tuple(_room(span, forth, flow.service_class) for span, forth in hops)
    both = any(span.shared is not None or span.cell is not None for span, _ in hops)
    if flow.direction is Direction.DOWN:
        return Way(flow, carriers, rooms, both=both)
    line = next(host for host in blueprint.hosts if host.name == flow.line)
    switch = next(one for one in blueprint.switches if one.name == line.switch)
    held = [one for one in switch.markers if (one.port, one.service_class) == (line.port, flow.service_class)]
    mark = next(one.dscp for one in network.classes if one.name == flow.service_class)
    limits = [*_contracts(held), *_meters(switch, line, mark)]
    believed = [colours(one.dscp)[:2] for one in held if one.aware]
    return Way(flow, carriers, rooms, min(limits, key=lambda one: one.rate, default=None),
               believed[0] if believed else None, both)


def _room(span: SpanPlan, forth: bool, service_class: str) -> Size | None:
    """Bytes of the class that may wait before a span, where that is a plain queue of one direction."""
    order = (span.a if forth else span.b).scheduler
    bands = [band for band in order.bands if band.service_class in (service_class, "")] if order else []
    return bands[0].limit if bands and bands[0].discipline is Discipline.FIFO else None


def _contracts(held: Sequence[Marker]) -> Iterator[Limit]:
    """What a contract lets pass that drops red: IP bytes."""
    for one in held:
        if one.drops_red:
            burst = one.second_burst if one.second_rate else Size(one.burst + one.second_burst)
            yield Limit(one.second_rate or one.rate, burst, Size(HEADER + FCS))


def _meters(switch: Switch, line: Host, mark: int) -> Iterator[Limit]:
    """What a policed class lets pass of a line: Ethernet frames without FCS."""
    numbers = {rule.meter for rule in switch.rules if (rule.match.in_port, rule.match.dscp) == (line.port, mark)}
    yield from (Limit(meter.rate, meter.burst, Size(FCS)) for meter in switch.meters if meter.number in numbers)


def _flow(network: Network, trial: Trial, tested: Agreed, number: int) -> Flow:
    """A flow between the line and the head-end of a service, on the first of its ports."""
    service = next(one for one in network.services if one.name == tested.service)
    line, down = line_name(trial.line, 1), trial.direction is Direction.DOWN
    here, there = (line, CPE_PORT + number), (service.head_end, (service.ports or PORTS)[0])
    source, sink = (there, here) if down else (here, there)
    return Flow(name=f"{trial.name}.{service.name}", workload=trial.name, service=service.name,
                service_class=service.service_class, line_group=trial.line, line=line, direction=trial.direction,
                source=source[0], sink=sink[0], source_port=source[1], sink_port=sink[1], dscp=0,
                traffic=UdpFlood(ip_size(tested.frame), Time(0)))
