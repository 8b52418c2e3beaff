"""The plan of a trial: path, queues and policer of each tested service; and the table of methods."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from twin.core.units import Size, Time
from twin.model import AcceptanceCriteria, Direction, Discipline, Method, Network, Trial, line_name
from twin.plan import Blueprint
from twin.plan.blueprint import Flow, Host, SpanPlan, Switch, ThreeColourMarker, UdpFlood
from twin.plan.blueprint.layers import HEADER
from twin.plan.demand.flows import CPE_PORT, PORTS
from twin.plan.forwarding.paths import flow_paths
from twin.plan.qos.three_colour_markers import colours
from twin.plan.trials.measurements import FCS, PolicerLimit, Procedure, ServicePath, TrialPlan, ip_size
from twin.plan.trials.rfc2544 import rfc2544
from twin.plan.trials.rfc6349 import rfc6349
from twin.plan.trials.y1564 import y1564

METHODS: Mapping[Method, Callable[[TrialPlan], Procedure]] = {
    Method.Y1564: y1564, Method.RFC2544: rfc2544, Method.RFC6349: rfc6349,
}


def trial_plan(network: Network, blueprint: Blueprint, trial: Trial) -> TrialPlan:
    """The path of each tested service on the first line of the trial's group."""
    flows = [_flow(network, trial, tested, number) for number, tested in enumerate(trial.services)]
    paths = flow_paths(replace(blueprint, flows=tuple(flows)))
    spans = {span.name: span for span in blueprint.spans}
    return TrialPlan(trial, tuple(
        _service_path(network, blueprint, flow, [(spans[hop.span], hop.forward) for hop in paths[flow.name]])
        for flow in flows))


def _service_path(network: Network, blueprint: Blueprint, flow: Flow, hops: Sequence[tuple[SpanPlan, bool]]
                  ) -> ServicePath:
    carriers = tuple(span.forward if forward else span.reverse for span, forward in hops)
    queue_limits = tuple(_queue_limit(span, forward, flow.service_class) for span, forward in hops)
    shared_medium = any(span.shared is not None or span.cell is not None for span, _ in hops)
    if flow.direction is Direction.DOWN:
        return ServicePath(flow, carriers, queue_limits, shared_medium=shared_medium)
    line = next(host for host in blueprint.hosts if host.name == flow.line)
    switch = next(switch for switch in blueprint.switches if switch.name == line.switch)
    policers = [marker for marker in switch.markers
                if (marker.port, marker.service_class) == (line.port, flow.service_class)]
    mark = next(known.dscp for known in network.classes if known.name == flow.service_class)
    limits = [*_profile_limits(policers), *_meter_limits(switch, line, mark)]
    trusted = [colours(marker.dscp)[:2] for marker in policers if marker.colour_aware]
    return ServicePath(flow, carriers, queue_limits, min(limits, key=lambda limit: limit.rate, default=None),
                       trusted[0] if trusted else None, shared_medium)


def _queue_limit(span: SpanPlan, forward: bool, service_class: str) -> Size | None:
    """Bytes of the class that may wait before a span, where that is a plain queue of one direction."""
    order = (span.a if forward else span.b).scheduler
    bands = [band for band in order.bands if band.service_class in (service_class, "")] if order else []
    return bands[0].limit if bands and bands[0].discipline is Discipline.FIFO else None


def _profile_limits(policers: Sequence[ThreeColourMarker]) -> Iterator[PolicerLimit]:
    """The limit of a bandwidth profile that drops red: IP bytes."""
    for marker in policers:
        if marker.drops_red:
            burst = marker.second_burst if marker.second_rate else Size(marker.burst + marker.second_burst)
            yield PolicerLimit(marker.second_rate or marker.rate, burst, Size(HEADER + FCS))


def _meter_limits(switch: Switch, line: Host, mark: int) -> Iterator[PolicerLimit]:
    """The limit of the OpenFlow meter of a policed class: Ethernet frames without FCS."""
    numbers = {rule.meter for rule in switch.rules if (rule.match.in_port, rule.match.dscp) == (line.port, mark)}
    yield from (PolicerLimit(meter.rate, meter.burst, Size(FCS)) for meter in switch.meters if meter.number in numbers)


def _flow(network: Network, trial: Trial, tested: AcceptanceCriteria, number: int) -> Flow:
    """A flow between the line and the head-end of a service, on the first of its ports."""
    service = next(service for service in network.services if service.name == tested.service)
    line, down = line_name(trial.line, 1), trial.direction is Direction.DOWN
    here, there = (line, CPE_PORT + number), (service.head_end, (service.ports or PORTS)[0])
    source, sink = (there, here) if down else (here, there)
    return Flow(name=f"{trial.name}.{service.name}", workload=trial.name, service=service.name,
                service_class=service.service_class, line_group=trial.line, line=line, direction=trial.direction,
                source=source[0], sink=sink[0], source_port=source[1], sink_port=sink[1], dscp=0,
                traffic=UdpFlood(ip_size(tested.frame), Time(0)))
