"""Workloads of lines to flows: source, destination, ports, interval and size of packets.

A call is two flows, one each way; a line that dials is three: its signalling, and the speech of its calls each way.
Ports at a head-end are handed out in the service's range: one of its own for each UDP flow, while TCP flows and
look-ups share the range in turn; all who dial share the first port of the signalling. In a swarm subscribers fetch
from each other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from twin.core.units import Rate, Size, Time
from twin.model import (
    CallControl,
    Dial,
    Direction,
    LineGroup,
    Name,
    Network,
    Profile,
    Service,
    Swarm,
    Watch,
    Workload,
)
from twin.model.access.dsl_reach import Rates, as_laid, trained
from twin.model.access.lines import group_and_number
from twin.plan.blueprint import DatagramRequests, FixedSize, Flow, IptvChannelPlan, IptvViewing, PacketStream, Traffic
from twin.plan.demand import traffic as kinds
from twin.plan.emulated_lines import emulated_lines
from twin.plan.qos.schedulers import class_order
from twin.plan.qos.three_colour_markers import coloured

PORTS = (20_000, 59_999)
"""Ports of a service that names none."""
CPE_PORT = 10_000
"""The first port of a CPE; each flow of a line has its own."""


WINDOW_TIME = 2
"""Seconds of its line's rate that the window of a download or upload holds: longer than queues are. A window that
grew for longer would make Linux acknowledge every packet for as long, which a narrow way up feels."""
LEAST_WINDOW, MOST_WINDOW = 64 * 2**10, 16 * 2**20
"""Bytes."""


class NoPorts(ValueError):
    """A service's range of ports is too small for its channels and UDP flows, each of which has one of its own."""

    def __init__(self, service: Service, wanted: int) -> None:
        first, last = service.ports or PORTS
        super().__init__(f"service {service.name} has {last - first + 1} ports ({first} to {last}), and {wanted} are "
                         "wanted, one for each channel and UDP flow; give it more, or emulate fewer lines")


@dataclass(frozen=True, slots=True)
class _Line:
    """An emulated line. number: in its group, from 1. channels: calls that it holds at a time."""

    name: str
    group: Name
    number: int
    rates: Rates
    channels: int


@dataclass(frozen=True, slots=True)
class _Run:
    """A workload as a line runs it. number: among what the line runs."""

    line: _Line
    workload: Workload
    service: Service
    number: int


def flows(network: Network, broadcast: Sequence[IptvChannelPlan] = ()) -> tuple[Flow, ...]:
    """All flows of all emulated lines, sorted by name. Raises NoPorts where a range does not suffice.

    broadcast: the channels, which have taken the first ports of their services.
    """
    planner = _Planner(network, {channel.name: channel for channel in broadcast})
    planned: list[Flow] = []
    swarms: dict[str, list[tuple[_Line, Flow]]] = {}
    for run in _runs(network):
        match run.workload.settings:
            case Watch() as watch:
                planned.append(planner.viewing(run, watch))
            case Dial() as dial:
                planned.extend(planner.dialled(run, dial))
            case Swarm() as swarm:
                swarms.setdefault(run.workload.name, []).extend((run.line, flow) for flow in planner.sent(run, swarm))
            case settings:
                planned.extend(planner.sent(run, settings))
    last = class_order(network)[-1].name
    for workload in network.workloads:
        if isinstance(workload.settings, Swarm):
            planned.extend(_swarm(swarms.get(workload.name, ()), workload.settings.peers, last))
    return tuple(sorted(planned, key=lambda flow: flow.name))


def _runs(network: Network) -> Iterator[_Run]:
    """What every line runs by the description, then what else a live twin has started: ports stay as they were."""
    workloads = {workload.name: workload for workload in network.workloads}
    services = {service.name: service for service in network.services}
    profiles = {profile.name: profile for profile in network.profiles}
    lines = [(_line(name, group, profiles[group.profile]), group) for name, group in emulated_lines(network)]
    described = ((line, enumerate(group.runs)) for line, group in lines)
    started = ((line, enumerate(group.also_runs, len(group.runs))) for line, group in lines)
    for line, runs in chain(described, started):
        for number, workload in ((number, workloads[run]) for number, run in runs):
            yield _Run(line, workload, services[workload.service], number)


def _line(name: str, group: LineGroup, profile: Profile) -> _Line:
    return _Line(name, group.name, group_and_number(name)[1], trained(as_laid(profile, group)), profile.call_channels)


class _Planner:
    """Gives each flow its ends; keeps count of the ports that are taken."""

    def __init__(self, network: Network, broadcast: Mapping[str, IptvChannelPlan]) -> None:
        self._network, self._broadcast = network, broadcast
        self._services = {service.name: service for service in network.services}
        self._control: CallControl = network.control.call_control
        self._taken = Counter(channel.service for channel in broadcast.values())
        self._marked = coloured(network) | {remark.service_class for head_end in network.head_ends
                                            for remark in head_end.remarks}

    def viewing(self, run: _Run, watch: Watch) -> Flow:
        """The flow of one who watches channels; its packets are the channels' own."""
        watched = [self._broadcast[name] for name in watch.channels]
        busiest = min(watched, key=lambda channel: channel.interval)
        sent = IptvViewing(busiest.packet, busiest.interval, watch.channels, watch.zap or Time(0))
        return _flow(run, Direction.DOWN, sent, (watched[0].port, watched[0].port))

    def sent(self, run: _Run, settings: kinds.Direct) -> Iterator[Flow]:
        """A flow each way in which the workload is measured."""
        ways = {way: kinds.traffic(settings, self._offer(run, way)) for way in settings.directions}
        port = self._port(run.service, own=any(isinstance(sent, PacketStream) for sent in ways.values()))
        for way, sent in ways.items():
            yield _flow(run, way, sent, (port, CPE_PORT + 2 * run.number), several=len(ways) > 1)

    def dialled(self, run: _Run, dial: Dial) -> Iterator[Flow]:
        """The signalling of a line that dials, and the speech of its calls both ways, if there is any."""
        port, cpe_port = self._port(run.service, own=True), CPE_PORT + 2 * run.number
        how = kinds.dialling(dial, self._control, run.line.channels)
        by = replace(run, service=self._services[dial.signalling])
        calls = kinds.signalling(dial, how, run.service.service_class)
        setup = _flow(by, Direction.UP, calls, (_ports(by.service)[0], cpe_port + 1))
        yield setup
        if dial.speech:
            speech = kinds.dialled_speech(dial, how, setup.name)
            yield from (_flow(run, way, speech, (port, cpe_port), several=True) for way in dial.directions)

    def _offer(self, run: _Run, way: Direction) -> kinds.Offer:
        (first, last), rates = _ports(run.service), run.line.rates
        return kinds.Offer(run.service.transport, last - first + 1,
                           _window(rates.down if way is Direction.DOWN else rates.up),
                           run.service.service_class in self._marked)

    def _port(self, service: Service, *, own: bool) -> int:
        """The next port of a service. own: whether no other flow may have it."""
        first, last = _ports(service)
        used, count = self._taken[service.name], last - first + 1
        if own and used >= count:
            raise NoPorts(service, self._wanted(service))
        self._taken[service.name] += 1
        return first + used % count

    def _wanted(self, service: Service) -> int:
        """The ports of a service that channels and lines take in turn."""
        takes = {workload.name: workload.service == service.name and not isinstance(workload.settings, Watch)
                 for workload in self._network.workloads}
        return sum(channel.service == service.name for channel in self._broadcast.values()) \
            + sum(group.emulated * sum(takes[name] for name in group.workloads) for group in self._network.lines)


def _ports(service: Service) -> tuple[int, int]:
    return service.ports or PORTS


def _window(rate: Rate) -> Size:
    return Size(min(max(rate // 8 * WINDOW_TIME, LEAST_WINDOW), MOST_WINDOW))


def _flow(run: _Run, way: Direction, sent: Traffic, ports: tuple[int, int], *, several: bool = False) -> Flow:
    """A flow between the head-end of a service and a line, whose ports those are. several: whether the workload has
    one each way."""
    line, service, down = run.line.name, run.service, way is Direction.DOWN
    port, near = ports if isinstance(sent, FixedSize | DatagramRequests) else (ports[0], 0)
    return Flow(
        name=f"{line}.{run.workload.name}" + (f".{way.value}" if several else ""), workload=run.workload.name,
        service=service.name, service_class=service.service_class, line_group=run.line.group, line=line, direction=way,
        source=service.head_end if down else line, sink=line if down else service.head_end,
        source_port=port if down else near, sink_port=near if down else port,
        dscp=0 if down else run.workload.dscp, traffic=sent,
    )


def _swarm(members: Sequence[tuple[_Line, Flow]], peers: int, last: str) -> Iterator[Flow]:
    """Each member of a swarm fetches from the next `peers` others, in an order in which line groups take turns.

    members: each line with its flow, as if from the head-end. What goes between subscribers is recognised as no
    service, so that it is served in the last class (see twin.plan.forwarding.openflow_rules).
    """
    ordered = sorted(members, key=lambda member: (member[0].number, member[0].name))
    for place, (_, flow) in enumerate(ordered):
        for step in range(1, min(peers, len(ordered) - 1) + 1):
            peer = ordered[(place + step) % len(ordered)][0].name
            yield replace(flow, name=f"{flow.name}.{peer}", source=peer, service_class=last)
