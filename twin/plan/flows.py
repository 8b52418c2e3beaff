"""Workloads of lines to flows: who sends what to whom, from which port, at which interval.

A call is two flows, one each way; a line that dials is three: its signalling, and the speech of its calls each way.
Ports at a head-end are handed out in the service's range: one of its own for each UDP flow, while TCP flows and
look-ups share the range in turn; all who dial share the first port of the signalling. In a swarm subscribers fetch
from each other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from twin.model import USUAL_TRICKS, Activity, Direction, LineGroup, Network, Service, Transport, Workload
from twin.model.reach import Rates, as_laid, trained
from twin.model.traffic_profiles import (
    CONSTANT_RATE,
    DNS_ANSWER,
    DNS_QUESTION,
    MAIL_RECEIPT,
    MAIL_REQUEST,
    PAGE_REQUEST,
    SIP_PACKET,
    SPEECH,
    interval,
    packet_size,
)
from twin.plan.blueprint import ChannelPlan, Dialling, Flow
from twin.plan.contracts import coloured
from twin.plan.schedulers import class_order
from twin.units import Rate, Size, Time

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
    name: str
    group: LineGroup
    rates: Rates


def lines(network: Network) -> Iterator[tuple[str, LineGroup]]:
    """The emulated lines: name and group, in order of group and number."""
    for group in sorted(network.lines, key=lambda group: group.name):
        for number in range(1, group.emulated + 1):
            yield (f"{group.name}-{number}", group)


def flows(network: Network, broadcast: Sequence[ChannelPlan] = ()) -> tuple[Flow, ...]:
    """All flows of all emulated lines, sorted by name. Raises NoPorts where a range does not suffice.

    broadcast: the channels, which have taken the first ports of their services.
    """
    workloads = {w.name: w for w in network.workloads}
    services = {s.name: s for s in network.services}
    profiles = {profile.name: profile for profile in network.profiles}
    taken = dict(Counter(channel.service for channel in broadcast))
    marked = coloured(network) | {remark.service_class for head_end in network.head_ends
                                  for remark in head_end.remarks}
    found: list[Flow] = []
    for name, group in lines(network):
        line = _Line(name, group, trained(as_laid(profiles[group.profile], group)))
        for number, run in enumerate(group.runs):
            workload = workloads[run]
            service = services[workload.service]
            if workload.activity is Activity.WATCH:
                found.append(_watch(line, workload, service, broadcast))
                continue
            low, high = service.ports or PORTS
            turn, room = taken.setdefault(service.name, 0), high - low + 1
            if turn >= room and workload.activity in CONSTANT_RATE | SPEECH:
                raise NoPorts(service, _wanted(network, service, broadcast))
            taken[service.name] += 1
            spoken = tuple(_flows(line, workload, service, low + turn % room, CPE_PORT + 2 * number, marked))
            if workload.activity is Activity.DIAL:
                assert workload.signalling is not None
                dialling = _dialling(network, workload, profiles[group.profile].channels, service.service_class)
                spoken = _dialled(line, dialling, services[workload.signalling], spoken)
            found.extend(spoken)
    last = class_order(network)[-1].name
    swarms = {w.name: _swarm([f for f in found if f.workload == w.name], w.peers, last)
              for w in network.workloads if w.activity is Activity.SWARM}
    alone = [flow for flow in found if flow.workload not in swarms]
    return tuple(sorted((*alone, *(flow for swarm in swarms.values() for flow in swarm)), key=lambda flow: flow.name))


def _watch(line: _Line, workload: Workload, service: Service, broadcast: Sequence[ChannelPlan]) -> Flow:
    """The flow of one who watches channels; its packets are the channels' own."""
    watched = [next(channel for channel in broadcast if channel.name == name) for name in workload.channels]
    busiest = min(watched, key=lambda channel: channel.interval)
    return Flow(
        name=f"{line.name}.{workload.name}", workload=workload.name, service=service.name,
        service_class=service.service_class, activity=workload.activity, direction=Direction.DOWN,
        line_group=line.group.name, line=line.name, source=service.head_end, sink=line.name,
        source_port=watched[0].port, sink_port=watched[0].port, dscp=0, packet=busiest.packet,
        interval=busiest.interval, channels=workload.channels, zap=workload.zap or Time(0),
    )


def _wanted(network: Network, service: Service, broadcast: Sequence[ChannelPlan]) -> int:
    """The ports of a service that channels and lines take in turn."""
    runs = {w.name: w.service == service.name and w.activity is not Activity.WATCH for w in network.workloads}
    return sum(channel.service == service.name for channel in broadcast) \
        + sum(group.emulated * sum(runs[name] for name in group.runs) for group in network.lines)


def directions(workload: Workload) -> tuple[Direction, ...]:
    """The directions in which a workload is measured."""
    match workload.activity:
        case Activity.CALL | Activity.DIAL:
            return (Direction.DOWN, Direction.UP)
        case Activity.FLOOD | Activity.MAIL:
            return (workload.direction,)
        case Activity.UPLOAD | Activity.FORGED:
            return (Direction.UP,)
        case _:
            return (Direction.DOWN,)


def _flows(line: _Line, workload: Workload, service: Service, port: int, cpe_port: int,
           marked: Collection[str]) -> Iterator[Flow]:
    ways = directions(workload)
    constant, asked = workload.activity in CONSTANT_RATE | SPEECH, _asked(workload, service)
    for way in ways:
        down = way is Direction.DOWN
        client_port = cpe_port if constant or asked.get("datagrams") else 0
        yield Flow(
            name=f"{line.name}.{workload.name}" + (f".{way.value}" if len(ways) > 1 else ""),
            workload=workload.name,
            service=service.name,
            service_class=service.service_class,
            activity=workload.activity,
            direction=way,
            line_group=line.group.name,
            line=line.name,
            source=service.head_end if down else line.name,
            sink=line.name if down else service.head_end,
            source_port=port if down else client_port,
            sink_port=client_port if down else port,
            dscp=0 if down else workload.dscp,
            packet=packet_size(workload.activity, workload.codec, workload.packet),
            interval=interval(workload.activity, workload.codec, workload.rate, workload.packet),
            random=workload.random,
            codec=workload.codec if workload.activity in SPEECH else None,
            playout=workload.playout if workload.activity in SPEECH else Time(0),
            adaptive=workload.adaptive,
            concealment=workload.concealment,
            **asked,
            connections=workload.connections,
            window=Size(0 if constant else _window(line.rates.down if down else line.rates.up)),
            witness=workload.witness,
            tricks=(workload.tricks or USUAL_TRICKS) if workload.activity is Activity.FORGED else (),
            notes_marks=workload.activity in CONSTANT_RATE and service.service_class in marked,
            rate=workload.rate or Rate(0) if workload.activity is Activity.FILM else Rate(0),
            buffer=workload.buffer if workload.activity is Activity.FILM else Time(0),
        )


def _window(rate: Rate) -> int:
    return min(max(rate // 8 * WINDOW_TIME, LEAST_WINDOW), MOST_WINDOW)


def _asked(workload: Workload, service: Service) -> dict[str, Any]:
    """What a subscriber sends and gets each time, where the activity is to ask and wait; where is forged."""
    pause = {"pause": workload.pause}
    match workload.activity:
        case Activity.FORGED:
            first, last = service.ports or PORTS
            return {"service_ports": last - first + 1}
        case Activity.PAGES:
            parts = {"objects": workload.objects, "object_size": workload.object_size,
                     "persistent": workload.persistent} if workload.objects else {}
            return {"request": PAGE_REQUEST, "response": workload.page, **parts, **pause}
        case Activity.MAIL if workload.direction is Direction.DOWN:
            return {"request": MAIL_REQUEST, "response": workload.mail, **pause}
        case Activity.MAIL:
            return {"request": workload.mail, "response": MAIL_RECEIPT, **pause}
        case Activity.LOOKUPS:
            return {"request": DNS_QUESTION, "response": DNS_ANSWER, "datagrams": True, "tries": workload.tries,
                    "timeout": workload.timeout, **pause}
        case Activity.INTERACTIVE:
            return {"request": workload.request, "response": workload.response, "timeout": workload.timeout,
                    "datagrams": service.transport is Transport.UDP, **pause}
        case _:
            return {}


def _swarm(members: Sequence[Flow], peers: int, last: str) -> Iterator[Flow]:
    """Each member of a swarm fetches from the next `peers` others, in an order in which line groups take turns.

    members: a flow of each line, as if from the head-end. What goes between subscribers is recognised as no service,
    so that it is served in the last class (see twin.plan.rules).
    """
    turns = sorted(members, key=lambda flow: (int(flow.line.rpartition("-")[2]), flow.line))
    for place, member in enumerate(turns):
        for step in range(1, min(peers, len(turns) - 1) + 1):
            peer = turns[(place + step) % len(turns)].line
            yield replace(member, name=f"{member.name}.{peer}", source=peer, service_class=last)


def _dialling(network: Network, workload: Workload, channels: int, service_class: str) -> Dialling:
    control = network.call_control
    occupied = Time(control.processing + control.ringing + workload.holding)
    return Dialling(workload.erlangs or 0.0, occupied, workload.holding, control.processing, channels, workload.speech,
                    service_class)


def _dialled(line: _Line, dialling: Dialling, service: Service, spoken: tuple[Flow, ...]) -> tuple[Flow, ...]:
    """The signalling of a line that dials by `service`, and the speech of its calls both ways, if there is any."""
    up = next(flow for flow in spoken if flow.direction is Direction.UP)
    signalling = replace(
        up, name=f"{line.name}.{up.workload}", service=service.name, service_class=service.service_class,
        sink=service.head_end, source_port=up.source_port + 1, sink_port=(service.ports or PORTS)[0],
        packet=SIP_PACKET, interval=Time(0), dialling=dialling,
    )
    return (signalling, *(replace(flow, dialling=dialling) for flow in spoken if dialling.speech))
