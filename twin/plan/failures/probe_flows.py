"""Probes of a campaign: small packets at short intervals in each service class, on every path that a cut changes. Pure.

Each switch with a redundant path gets a host for probes, on a span that never delays a packet, and each class gets a
service for probes at one of its head-ends, so that switches treat a probe like other traffic of its class.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil

from twin.core.units import Rate, Size, Time
from twin.model import Direction, HeadEnd, Name, Network, Service, Transport, Uplink
from twin.plan.blueprint import Blueprint, Flow, RestorationProbe, carrying
from twin.plan.blueprint.layers import HEADER
from twin.plan.failures.failure_scenarios import Failure
from twin.plan.forwarding.loop_check import NO_FAILURE, FailedElements, failed_spans, single_failures
from twin.plan.forwarding.paths import Hop, flow_paths, host_paths

INTERVAL = Time(1_000_000)
"""Between two packets of a probe, at least: the resolution of a measured restoration time."""
SHARE = 0.5
"""What part of a span's capacity all probes together may take; where they would take more, they are sent less often."""
PACKET = Size(64)
UPLINK = Rate(1_000_000_000)
FIRST_PORT, PORTS = 60_000, 256
"""The first port of the first class's probes, and the ports of each class; RTP and default port ranges end below."""
WORKLOAD = "restoration-probe"


@dataclass(frozen=True, slots=True)
class ProbePhase:
    """When probes run, ns after the start of the measurement."""

    name: str
    start: Time
    stop: Time


@dataclass(frozen=True, slots=True)
class ProbedNetwork:
    """A network with hosts and services for probes. hosts: by the node to which they are attached."""

    network: Network
    services: tuple[Service, ...]
    hosts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ProbePath:
    """Two hosts between which probes can be sent in a class, and the first of their ports. subscriber: the host that
    counts as a probe's line."""

    name: str
    source: str
    sink: str
    subscriber: str
    service_class: str
    direction: Direction
    port: int

    def probe(self, number: int, phase: ProbePhase, interval: Time) -> Flow:
        """The probe of a phase; number: of the phase. interval: between its packets."""
        return Flow(
            name=f"{self.name}.{phase.name}", workload=WORKLOAD, service=WORKLOAD, service_class=self.service_class,
            direction=self.direction, line_group="", line=self.subscriber, source=self.source, sink=self.sink,
            source_port=self.port + number, sink_port=self.port + number, dscp=0, start=phase.start, stop=phase.stop,
            traffic=RestorationProbe(PACKET, interval, phase=phase.name))


def with_probes(network: Network, blueprint: Blueprint) -> ProbedNetwork:
    """The network with hosts and services for probes. blueprint: of the network itself."""
    protected = sorted(node for broken in single_failures(blueprint) for node in broken.nodes)
    sites = {switch.name: switch.site for switch in blueprint.switches}
    hosts = {node: HeadEnd(_host(node), Name(sites[node]), Uplink(Name(node), UPLINK)) for node in protected}
    services = tuple(_services(network))
    probed = replace(
        network,
        head_ends=tuple(sorted((*network.head_ends, *hosts.values()), key=lambda head_end: head_end.name)),
        services=tuple(sorted((*network.services, *services), key=lambda service: service.name)))
    return ProbedNetwork(probed, services, {node: host.name for node, host in hosts.items()})


def _host(node: str) -> Name:
    return Name(f"probe-at-{node}"[:40])


def _services(network: Network) -> Iterator[Service]:
    served: dict[str, Service] = {}
    for service in network.services:
        served.setdefault(service.service_class, service)
    for number, (name, service) in enumerate(sorted(served.items())):
        first = FIRST_PORT + number * PORTS
        yield Service(Name(f"{WORKLOAD}-{number}"), Name(name), service.head_end, Transport.UDP,
                      (first, first + PORTS - 1))


def probes(probed: ProbedNetwork, blueprint: Blueprint, cut: Failure, phases: tuple[ProbePhase, ...],
           already_broken: FailedElements = NO_FAILURE) -> tuple[Flow, ...]:
    """The probes whose path a cut interrupts and that are rerouted, in each phase and both directions.

    blueprint: of the probed network. already_broken: before the cut, with traffic rerouted. Probes run from the
    head-ends in each class; where a span is cut, also from end to end of it in the default class, as other traffic may
    not use it.
    """
    failed = failed_spans(blueprint, already_broken)
    failed_then = failed | failed_spans(blueprint, cut.failed)
    candidates = sorted(_candidates(probed, blueprint, cut), key=lambda candidate: candidate.name)
    ends = [(candidate.source, candidate.sink) for candidate in candidates]
    before, after = host_paths(blueprint, ends, failed), host_paths(blueprint, ends, failed_then)
    rerouted = [candidate for candidate, pair in zip(candidates, ends, strict=True)
                if after[pair] and failed_then & {hop.span for hop in before[pair]}]
    interval = probe_interval(blueprint, *([paths[candidate.source, candidate.sink] for candidate in rerouted]
                                           for paths in (before, after)))
    return tuple(candidate.probe(number, phase, interval) for number, phase in enumerate(phases)
                 for candidate in rerouted)


def _candidates(probed: ProbedNetwork, blueprint: Blueprint, cut: Failure) -> Iterator[ProbePath]:
    hosts = [probed.hosts[switch.name] for switch in blueprint.switches if switch.name in probed.hosts]
    for service in probed.services:
        first, _ = service.ports or (FIRST_PORT, 0)
        for number, host in enumerate(hosts):
            yield from _both_ways(service.head_end, host, first + 4 * number, service.service_class)
    for span in blueprint.spans:
        if span.name == cut.name and not cut.node and {span.a.node, span.b.node} <= {*probed.hosts}:
            yield from _both_ways(probed.hosts[span.a.node], probed.hosts[span.b.node], FIRST_PORT - PORTS,
                                  blueprint.classes[-1])


def probe_interval(blueprint: Blueprint, *ways: Sequence[Sequence[Hop]]) -> Time:
    """The least whole number of INTERVAL between the packets of a probe at which no span carries more of all probes
    than its SHARE. ways: the paths of all probes, before the cut and after it."""
    spans = {span.name: span for span in blueprint.spans}
    most = 0.0
    for paths in ways:
        time: Counter[tuple[str, bool]] = Counter()
        for hop in (hop for path in paths for hop in path):
            span = spans[hop.span]
            link = span.forward if hop.forward else span.reverse
            one_medium = span.shared is not None or span.cell is not None
            time[hop.span, hop.forward or one_medium] += ceil(link.serialization(PACKET + HEADER))
        most = max(most, *time.values(), 0)
    return Time(INTERVAL * max(1, ceil(most / SHARE / INTERVAL)))


def _both_ways(near: str, far: str, port: int, service_class: str) -> Iterator[ProbePath]:
    for way, source, sink, shift in ((Direction.DOWN, near, far, 0), (Direction.UP, far, near, 2)):
        yield ProbePath(
            name=f"{far}.{service_class}.{near}.{way.value}", source=source, sink=sink, subscriber=far,
            service_class=service_class, direction=way, port=port + shift)


def overtaking(blueprint: Blueprint, broken: FailedElements) -> dict[str, int]:
    """How many packets of each probe may be reordered when traffic reverts from the detour to the working path: those
    sent within the difference of the paths' delays."""
    spans = {span.name: span for span in blueprint.spans}
    probed = replace(blueprint, flows=tuple(flow for flow, _ in carrying(RestorationProbe, blueprint.flows)))

    def delay(path: Sequence[Hop]) -> float:
        directions = [spans[hop.span].forward if hop.forward else spans[hop.span].reverse for hop in path]
        return sum(link.least_delay + link.serialization(PACKET + HEADER) for link in directions)

    working, detour = flow_paths(probed), flow_paths(probed, failed_spans(blueprint, broken))
    return {flow.name: max(0, ceil((delay(detour[flow.name]) - delay(working[flow.name])) / probe.interval))
            for flow, probe in carrying(RestorationProbe, probed.flows)}
