"""The OpenFlow rules and meters of a switch: source check, classification, policing and queues, forwarding.

Four tables (OpenFlow 1.3; the miss of each is a rule of its own):

    ADMISSION  source check: ARP is answered and never flooded; a host may only use its own address, and no VLAN tag;
               IGMP of lines goes to the controller, a few messages a second
    BOUNDARY   classification by head-end, transport and port; rewrites the DSCP to that of the class
    QUEUE      the line's meter for a policed class, and the queue of the DSCP
    FORWARD    the host's port, or the port towards the switch that owns the prefix: on the detour whose number the
               packet carries, else on the shortest path, protected by a fast-failover group; for IPTV channels see
               twin.plan.forwarding.multicast_trees

Traffic between switches has been classified where it entered, so it goes from ADMISSION to QUEUE. Without QoS it goes
from ADMISSION to FORWARD. A line needs two rules, and a rule and a meter for each policed class.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from twin.core.progress import counted
from twin.core.units import Rate, Size
from twin.model import Healing, Policy, Scheduling, Transport
from twin.plan.blueprint import Blueprint, FastFailoverGroup, Host, Match, Meter, Port, Rule
from twin.plan.forwarding.fast_failover import MOST_RULES, Detours, TooManyRules, detours
from twin.plan.forwarding.paths import routes

ADMISSION, BOUNDARY, QUEUE, FORWARD = range(4)

IGMP_METERS = 1 << 20
"""Meters for IGMP of lines are numbered from the next on."""

MISS, COMMON, DETOURED, PARTICULAR, FIRST = 0, 100, 150, 200, 300
"""Priorities; those of services in BOUNDARY start at FIRST, the widest service lowest."""


@dataclass(frozen=True, slots=True)
class Treatment:
    """How a service class is treated; class k has queue k. police, burst: of one line, none if None."""

    dscp: int
    police: Rate | None = None
    burst: Size = Size(0)
    others: tuple[int, ...] = ()
    """Further DSCPs of the class: its colours, where lines have bandwidth profiles."""


@dataclass(frozen=True, slots=True)
class Recognition:
    """How a service is classified: its head-end's address "a.b.c.d", transport, first and last port there.

    service_class: the index of its class. No ports: every port.
    """

    address: str
    transport: Transport
    ports: tuple[int, int] | None
    service_class: int


def switch_rules(
    policy: Policy,
    ports: Sequence[Port],
    hosts: Sequence[Host],
    classes: Sequence[Treatment],
    services: Sequence[Recognition],
    colour_aware: Collection[tuple[int, int]] = (),
    messages: int = 0,
) -> tuple[tuple[Rule, ...], tuple[Meter, ...]]:
    """All rules of a switch but those of FORWARD, and its meters.

    ports: of the switch. hosts: attached to it; those with a line group are lines. classes: in the order of their
    queues, of the whole network; the last is the default. services: of the whole network. colour_aware: ports of
    lines, each with the index of a class, whose packets keep their colours. messages: of IGMP that a line may send in a
    second, 0 without IPTV channels.
    """
    lines = tuple(host for host in hosts if host.line_group is not None)
    igmp, limits = membership_rules(lines, messages)
    if policy.scheduler is Scheduling.NONE:
        return (*admission_rules(ports, hosts, FORWARD, FORWARD), *igmp), limits
    meters = (*line_meters(lines, classes), *limits)
    rules = (
        *admission_rules(ports, hosts, BOUNDARY, QUEUE),
        *igmp,
        *boundary_rules(hosts, classes, services),
        *colour_rules(colour_aware, classes, services),
        *queue_rules(lines, classes),
    )
    return rules, meters


def admission_rules(ports: Iterable[Port], hosts: Iterable[Host], boundary: int, inner: int) -> Iterator[Rule]:
    """ADMISSION: hosts with their own address go to table `boundary`, traffic of other switches to table `inner`."""
    yield Rule(ADMISSION, COMMON, Match(arp=True), arp_reply=True)
    for port in ports:
        if port.trusted:
            yield Rule(ADMISSION, PARTICULAR, Match(in_port=port.number, arp=True))
            yield Rule(ADMISSION, COMMON, Match(in_port=port.number), next_table=inner)
    for host in hosts:
        yield Rule(ADMISSION, COMMON, Match(in_port=host.port, source=f"{host.address}/32"), next_table=boundary)
    yield Rule(ADMISSION, MISS, Match())


def membership_rules(lines: Iterable[Host], messages: int) -> tuple[tuple[Rule, ...], tuple[Meter, ...]]:
    """ADMISSION: IGMP of a line goes only to the controller, limited by a meter of the line.

    IGMP of other hosts is treated like any packet: FORWARD has no rule for its group, so it is dropped.
    """
    rows = [(line, Meter(IGMP_METERS + row, Rate(messages), Size(messages), packets=True))
            for row, line in enumerate(lines, 1) if messages]
    rules = tuple(
        Rule(ADMISSION, PARTICULAR, Match(in_port=line.port, source=f"{line.address}/32", igmp=True),
             meter=meter.number, to_controller=True)
        for line, meter in rows
    )
    return rules, tuple(meter for _, meter in rows)


def boundary_rules(
    hosts: Sequence[Host], classes: Sequence[Treatment], services: Sequence[Recognition]
) -> Iterator[Rule]:
    """BOUNDARY: the DSCP of the service that a packet from or to a head-end belongs to; otherwise the default.

    From a head-end only if it is attached to this switch. Of overlapping services the narrower one applies.
    """
    here = {host.address for host in hosts}
    for priority, service in enumerate(ranks(services) if here else (), FIRST):
        mark = classes[service.service_class].dscp
        address = f"{service.address}/32"
        for transport, port in _transport_matches(service):
            yield Rule(BOUNDARY, priority, Match(destination=address, transport=transport, destination_port=port),
                       mark=mark, next_table=QUEUE)
            if service.address in here:
                yield Rule(BOUNDARY, priority, Match(source=address, transport=transport, source_port=port),
                           mark=mark, next_table=QUEUE)
    yield Rule(BOUNDARY, MISS, Match(), mark=classes[-1].dscp, next_table=QUEUE)


def colour_rules(
    colour_aware: Iterable[tuple[int, int]], classes: Sequence[Treatment], services: Sequence[Recognition]
) -> Iterator[Rule]:
    """BOUNDARY: packets of a line with a colour-aware profile in a class keep their colour in the services of it."""
    ranked = ranks(services)
    for port, aware_class in colour_aware:
        for dscp in classes[aware_class].others:
            for priority, service in enumerate(ranked, FIRST + len(ranked)):
                mark = None if service.service_class == aware_class else classes[service.service_class].dscp
                for transport, ports in _transport_matches(service):
                    yield Rule(BOUNDARY, priority, Match(in_port=port, dscp=dscp, transport=transport,
                               destination=f"{service.address}/32", destination_port=ports), mark=mark,
                               next_table=QUEUE)


def ranks(services: Iterable[Recognition]) -> list[Recognition]:
    """Services in order of priority, the widest first."""
    return sorted(services, key=lambda service: (-_width(service), service.address, str(service.ports)))


def queue_rules(lines: Iterable[Host], classes: Sequence[Treatment]) -> Iterator[Rule]:
    """QUEUE: the queue of each DSCP; for a line in a policed class first its meter."""
    for line, (queue, treatment), meter in _policed(lines, classes):
        yield Rule(QUEUE, PARTICULAR, Match(in_port=line.port, dscp=treatment.dscp), meter=meter, queue=queue,
                   next_table=FORWARD)
    for queue, treatment in enumerate(classes):
        for dscp in (treatment.dscp, *treatment.others):
            yield Rule(QUEUE, COMMON, Match(dscp=dscp), queue=queue, next_table=FORWARD)
    yield Rule(QUEUE, MISS, Match(), queue=len(classes) - 1, next_table=FORWARD)


def line_meters(lines: Iterable[Host], classes: Sequence[Treatment]) -> tuple[Meter, ...]:
    """A meter for each line and policed class, numbered from 1 in the order of the lines."""
    return tuple(
        Meter(meter, Rate(treatment.police * line.call_channels), Size(treatment.burst * line.call_channels))
        for line, (_, treatment), meter in _policed(lines, classes)
        if treatment.police is not None
    )


def forward_rules(blueprint: Blueprint, failed: frozenset[str] = frozenset()) -> dict[str, tuple[Rule, ...]]:
    """FORWARD of every switch, by its name, once the failed spans between switches are known to have failed.

    Raises TooManyRules.
    """
    hosts: dict[str, list[Host]] = {switch.name: [] for switch in blueprint.switches}
    for host in blueprint.hosts:
        hosts[host.switch].append(host)
    prefixes = {switch.name: switch.prefixes for switch in blueprint.switches}
    destinations = [name for name, attached in hosts.items() if attached]
    if len(destinations) * len(hosts) > MOST_RULES:
        raise TooManyRules(f"{len(hosts)} nodes need a rule for each of {len(destinations)} that have hosts, "
                           f"{len(destinations) * len(hosts)} in all; a lab holds {MOST_RULES}", "divide the network")
    way = routes(blueprint, failed, destinations)
    fast = blueprint.protection.healing is Healing.FAST_FAILOVER
    protection = detours(blueprint, failed, destinations) if fast else Detours()
    miss = Rule(FORWARD, MISS, Match())
    return {name: (*_to_hosts(hosts[name]), *_onwards(name, prefixes, way[name], protection), miss)
            for name in counted("write rules", tuple(hosts))}


def fast_failover_groups(rules: Iterable[Rule]) -> tuple[FastFailoverGroup, ...]:
    """The groups that rules use, each once, in order of their numbers."""
    groups = {rule.fast_failover for rule in rules if rule.fast_failover is not None}
    return tuple(sorted(groups, key=lambda group: group.number))


def port_masks(first: int, last: int) -> Iterator[tuple[int, int]]:
    """The fewest (value, mask) pairs that together match the ports `first` to `last`, both included."""
    while first <= last:
        size = first & -first or 1 << 16
        while size > last - first + 1:
            size >>= 1
        yield first, 0xFFFF & ~(size - 1)
        first += size


def _to_hosts(hosts: Iterable[Host]) -> Iterator[Rule]:
    for host in hosts:
        for dscp, rewritten in host.remarks:
            yield Rule(FORWARD, FIRST, Match(destination=f"{host.address}/32", dscp=dscp), mark=rewritten,
                       destination_mac=host.mac, output=host.port)
        yield Rule(FORWARD, PARTICULAR, Match(destination=f"{host.address}/32"), destination_mac=host.mac,
                   output=host.port)


def _onwards(switch: str, prefixes: Mapping[str, Sequence[str]], way: Mapping[str, int], protection: Detours
             ) -> Iterator[Rule]:
    """Towards other switches. After rerouting, packets in flight may have to leave by the port where they arrived."""
    for destination, port in way.items():
        group = protection.groups.get((switch, destination))
        for prefix in prefixes[destination]:
            match = Match(destination=prefix)
            yield Rule(FORWARD, COMMON, match, output=port, hairpin=True) if group is None else \
                Rule(FORWARD, COMMON, match, fast_failover=group)
    for (number, destination), port in sorted(protection.steps.get(switch, {}).items()):
        for prefix in prefixes[destination]:
            yield Rule(FORWARD, DETOURED, Match(destination=prefix, detour=number), output=port)


def _width(service: Recognition) -> int:
    """How many (transport, port) pairs the service takes at its head-end."""
    first, last = service.ports or (0, 0xFFFF)
    transports = {Transport.ANY: 256 if service.ports is None else 2}.get(service.transport, 1)
    return transports * (last - first + 1)


def _transport_matches(service: Recognition) -> Iterator[tuple[Transport, tuple[int, int] | None]]:
    if service.ports is None:
        yield service.transport, None
        return
    for transport in (Transport.UDP, Transport.TCP) if service.transport is Transport.ANY else (service.transport,):
        for pair in port_masks(*service.ports):
            yield transport, pair


def _policed(
    lines: Iterable[Host], classes: Sequence[Treatment]
) -> Iterator[tuple[Host, tuple[int, Treatment], int]]:
    """Each line with each policed class (index, treatment), and the number of its meter."""
    policed = [(queue, treatment) for queue, treatment in enumerate(classes) if treatment.police is not None]
    for row, line in enumerate(lines):
        for column, entry in enumerate(policed):
            yield line, entry, 1 + row * len(policed) + column
