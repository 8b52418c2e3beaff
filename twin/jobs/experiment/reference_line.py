"""The reference line: the line, head-end and class that second instruments measure, and what is known of them; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, log, log2
from typing import NamedTuple

from twin.core.units import Rate, Size
from twin.jobs.experiment.probe_slots import Media
from twin.jobs.experiment.steady_tcp import NoSteadyTcp, SteadyTcp, steady_tcp
from twin.model import Direction, Transport
from twin.plan.blueprint import Blueprint, BulkTransfer, Flow, Host, Scheduler, SpanPlan
from twin.plan.blueprint.layers import HEADER
from twin.plan.forwarding.paths import Hop, host_paths

RATE_ENOUGH = Rate(4_000_000)
"""A line of about this rate needs few packets and little time."""
UP = 4
"""By what factor the upstream rate may be lower: it only carries acknowledgements."""
PORT = 8_990
"""Of irtt's server where no service has several ports: below the probes' ports."""
PACKET = Size(200)
"""IP packets of irtt and of our probe, as large as the shorter calibration probe and as a packet of G.711."""
DOUBT = 1e-6
"""Below this probability of its happening by chance, a missing packet counts against the emulation."""


@dataclass(frozen=True, slots=True)
class ReferenceLine:
    """A line and the head-end at the other end, with the path between them, in one service class.

    path: downstream. port: the last of several UDP ports of `service_class` at the head-end. returned: the probability,
    0 to 1, that a packet gets there and back. air: whether the path crosses a radio cell. steady: whether neither
    jitter nor reordering nor copies ever disturb its packets. tcp: of the last class over
    the same path; None where it is not compared, with the reason in `no_tcp`.
    """

    line: Host
    head_end: Host
    path: tuple[Hop, ...]
    service_class: str
    port: int
    returned: float
    air: bool
    tcp: SteadyTcp | None
    no_tcp: str = ""
    steady: bool = True

    @property
    def attempts(self) -> int:
        """How often irtt must be able to try to open its session, so that it does not fail by chance."""
        return 4 if self.returned > 0.97 else ceil(log(DOUBT) / log(1 - self.returned)) if self.returned else 0


class Destination(NamedTuple):
    """A UDP port at a head-end, and the class of packets to it."""

    head_end: Host
    port: int
    service_class: str


def reference_line(blueprint: Blueprint) -> ReferenceLine | None:
    """The line to measure: if possible one with a single TCP goodput and no loss on its path, which crosses no radio
    cell, at about 4 Mbit/s; None where no line reaches a head-end."""
    lines = {line: _destination(blueprint, line) for line in first_of_groups(blueprint)}
    ends = [(destination.head_end.name, line.name) for line, destination in lines.items()]
    paths = host_paths(blueprint, ends)
    known = [_reference(blueprint, line, destination, paths[pair])
             for (line, destination), pair in zip(lines.items(), ends, strict=True) if paths[pair]]
    spans = {span.name: span for span in blueprint.spans}
    return min(known, default=None,
               key=lambda line: (_preference(line), _distance(spans[line.line.span]), line.line.name))


def first_of_groups(blueprint: Blueprint) -> tuple[Host, ...]:
    """The first line of each group."""
    first: dict[str, Host] = {}
    for host in blueprint.hosts:
        if host.line_group is not None:
            first.setdefault(host.line_group, host)
    return tuple(first.values())


def head_ends(blueprint: Blueprint) -> tuple[Host, ...]:
    """The head-ends, in order of name."""
    return tuple(host for host in blueprint.hosts if host.line_group is None)


def _preference(reference: ReferenceLine) -> tuple[int, bool]:
    tcp = 2 if reference.tcp is None else 0 if reference.tcp.single else 1
    unsteady = 0 if reference.steady else 3
    return tcp + unsteady + 3 * round(10 * (1 - reference.returned)), reference.air


def _distance(span: SpanPlan) -> float:
    """How far the rate of a line is from the preferred one, in powers of two."""
    return abs(log2(min(span.forward.rate, UP * span.reverse.rate) / RATE_ENOUGH))


def _reference(blueprint: Blueprint, line: Host, destination: Destination, path: tuple[Hop, ...]) -> ReferenceLine:
    media, back = Media(blueprint), tuple(Hop(hop.span, not hop.forward) for hop in reversed(path))
    returned = media.arrives(path, PACKET + HEADER) * media.arrives(back, PACKET + HEADER)
    air = any(media.cell(hop) for hop in path)
    tcp, no_tcp = _tcp(blueprint, line, path)
    return ReferenceLine(
        line=line, head_end=destination.head_end, path=path, service_class=destination.service_class,
        port=destination.port, returned=returned, air=air, tcp=tcp, no_tcp=no_tcp,
        steady=media.steady(path) and not _disturbed(blueprint, path))


def _disturbed(blueprint: Blueprint, path: Sequence[Hop]) -> bool:
    """Whether a fault disturbs packets of the path, maybe beyond the run."""
    return bool({hop.span for hop in path} & {fault.name for fault in blueprint.faults
                                              if fault.impairments and fault.impairments.disturbs})


def _tcp(blueprint: Blueprint, line: Host, path: tuple[Hop, ...]) -> tuple[SteadyTcp | None, str]:
    """TCP in the last class, or why it is not compared."""
    if _policed(blueprint, line):
        return None, "what the line sends in its class is policed"
    try:
        return steady_tcp(blueprint, path, blueprint.classes[-1]), ""
    except NoSteadyTcp as reason:
        return None, str(reason)


def _policed(blueprint: Blueprint, line: Host) -> bool:
    """Whether acknowledgements in the last class may be dropped where they enter the network."""
    (switch,) = (switch for switch in blueprint.switches if switch.name == line.switch)
    metered = any(rule.meter is not None and rule.match.in_port == line.port and rule.match.dscp == 0
                  for rule in switch.rules)
    return metered or any(marker.port == line.port and marker.service_class == blueprint.classes[-1]
                          for marker in switch.markers)


def _destination(blueprint: Blueprint, line: Host) -> Destination:
    """The last of several UDP ports of the first class that has such; the first head-end and the last class where no
    service has several ports."""
    (scheduler,) = (span.b.scheduler for span in blueprint.spans if span.name == line.span)
    spare = next(_spare_ports(blueprint, scheduler), None) if scheduler is not None else None
    return spare or Destination(head_ends(blueprint)[0], PORT, blueprint.classes[-1])


def _spare_ports(blueprint: Blueprint, scheduler: Scheduler) -> Iterator[Destination]:
    """The last port of every service with several, by class."""
    hosts = {host.address: host for host in blueprint.hosts}
    for rule in sorted(scheduler.classifiers, key=lambda rule: rule.band):
        ports = rule.destination_ports
        if rule.destination in hosts and rule.transport is not Transport.TCP and ports and ports[1] > ports[0]:
            yield Destination(hosts[rule.destination], ports[1], scheduler.bands[rule.band].service_class)


def download(reference: ReferenceLine, service_class: str, port: int, clamp: int) -> Flow:
    """A download over the reference line from a port in a class; clamp: the window that its receiver offers, bytes."""
    return Flow(
        name=f"{reference.line.name}.reference-download", workload="reference-download", service="reference",
        service_class=service_class, direction=Direction.DOWN, line_group="", line=reference.line.name,
        source=reference.head_end.name, sink=reference.line.name, source_port=port, sink_port=0, dscp=0,
        traffic=BulkTransfer(clamp=Size(clamp)),
    )
