"""Probes of a campaign: small packets at a dense interval in each service class, over whatever a cut turns round; pure.

Each switch that has another way gets a host of its own, on a span that holds no packet up, and each class a service
of its own at a head-end that serves it, so that the switches treat a probe as they treat the class.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil

from twin.core.units import Rate, Size, Time
from twin.model import Direction, HeadEnd, Name, Network, Service, Transport, Uplink
from twin.plan.blueprint import Blueprint, Flow, RestorationProbe, carrying
from twin.plan.blueprint.layers import HEADER
from twin.plan.failures.failure_scenarios import Failure
from twin.plan.forwarding.loop_check import NO_FAILURE, FailedElements, failed_spans, single_failures
from twin.plan.forwarding.paths import Hop, flow_paths

INTERVAL = Time(1_000_000)
"""Between two packets of a probe: so fine is the time known for which nothing came."""
PACKET = Size(64)
UPLINK = Rate(1_000_000_000)
FIRST_PORT, PORTS = 60_000, 256
"""The first port of the first class's probes, and how many ports a class has; RTP and default ranges end before."""
WORKLOAD = "restoration-probe"


@dataclass(frozen=True, slots=True)
class ProbePhase:
    """When probes run, after the start of the measurement."""

    name: str
    start: Time
    stop: Time


def with_probes(network: Network, blueprint: Blueprint) -> Network:
    """The network with hosts and services for probes. blueprint: of the network itself."""
    guarded = sorted(node for broken in single_failures(blueprint) for node in broken.nodes)
    sites = {switch.name: switch.site for switch in blueprint.switches}
    hosts = [HeadEnd(_host(node), Name(sites[node]), Uplink(Name(node), UPLINK)) for node in guarded]
    return replace(network,
                   head_ends=tuple(sorted((*network.head_ends, *hosts), key=lambda head_end: head_end.name)),
                   services=tuple(sorted((*network.services, *_services(network)), key=lambda one: one.name)))


def _services(network: Network) -> Iterator[Service]:
    served: dict[str, Service] = {}
    for service in network.services:
        served.setdefault(service.service_class, service)
    for number, (name, service) in enumerate(sorted(served.items())):
        first = FIRST_PORT + number * PORTS
        yield Service(Name(f"{WORKLOAD}-{number}"), Name(name), service.head_end, Transport.UDP,
                      (first, first + PORTS - 1))


def probes(network: Network, blueprint: Blueprint, cut: Failure, phases: tuple[ProbePhase, ...],
           standing: FailedElements = NO_FAILURE) -> tuple[Flow, ...]:
    """The probes whose way the cut interrupts and that still have one, in each stretch; both directions.

    network, blueprint: with probes. standing: what is broken already, and gone round. Beside those from the head-ends,
    in each class, one runs across a span that is cut from end to end, in the default class: nothing else may use it.
    """
    asked = replace(blueprint, flows=tuple(sorted(_candidates(network, blueprint, cut), key=lambda flow: flow.name)))
    gone = failed_spans(blueprint, standing)
    dead = gone | failed_spans(blueprint, cut.failed)
    before, after = flow_paths(asked, gone), flow_paths(asked, dead)
    met = [flow for flow in asked.flows if after[flow.name] and dead & {hop.span for hop in before[flow.name]}]
    return tuple(replace(flow, name=f"{flow.name}.{phase.name}", start=phase.start, stop=phase.stop,
                         source_port=flow.source_port + turn, sink_port=flow.sink_port + turn,
                         traffic=RestorationProbe(PACKET, INTERVAL, phase=phase.name))
                 for turn, phase in enumerate(phases) for flow in met)


def overtaking(blueprint: Blueprint, broken: FailedElements) -> dict[str, int]:
    """How many packets of each probe may be overtaken when it returns to its own way from the one round what is broken:
    as many as were sent within what that takes longer."""
    spans = {span.name: span for span in blueprint.spans}
    asked = replace(blueprint, flows=tuple(flow for flow, _ in carrying(RestorationProbe, blueprint.flows)))

    def empty(path: Sequence[Hop]) -> float:
        carriers = [spans[hop.span].forward if hop.forward else spans[hop.span].reverse for hop in path]
        return sum(carrier.delay + carrier.serialization(PACKET + HEADER) for carrier in carriers)

    own, round_it = flow_paths(asked), flow_paths(asked, failed_spans(blueprint, broken))
    return {name: max(0, ceil((empty(round_it[name]) - empty(own[name])) / INTERVAL)) for name in own}


def _candidates(network: Network, blueprint: Blueprint, cut: Failure) -> Iterator[Flow]:
    names = {host.name for host in blueprint.hosts}
    switches = [switch.name for switch in blueprint.switches if _host(switch.name) in names]
    for service in network.services:
        if service.name.startswith(WORKLOAD) and service.ports:
            for number, switch in enumerate(switches):
                port = service.ports[0] + 4 * number
                yield from _both_ways(service.head_end, _host(switch), port, service.service_class)
    for span in blueprint.spans:
        ends = [_host(end.node) for end in (span.a, span.b)]
        if span.name == cut.name and not cut.node and names.issuperset(ends):
            yield from _both_ways(ends[0], ends[1], FIRST_PORT - PORTS, blueprint.classes[-1])


def _both_ways(near: str, far: str, port: int, service_class: str) -> Iterator[Flow]:
    for way, source, sink, shift in ((Direction.DOWN, near, far, 0), (Direction.UP, far, near, 2)):
        yield Flow(
            name=f"{far}.{service_class}.{near}.{way.value}", workload=WORKLOAD, service=WORKLOAD,
            service_class=service_class, direction=way, line_group="", line=far, source=source, sink=sink,
            source_port=port + shift, sink_port=port + shift, dscp=0,
            traffic=RestorationProbe(PACKET, INTERVAL, phase=""))


def _host(node: str) -> Name:
    return Name(f"probe-at-{node}"[:40])
