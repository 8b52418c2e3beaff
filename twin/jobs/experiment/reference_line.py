"""Who bears witness: the line, head-end and class that second instruments measure, and what is known of them; pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import ceil, log, log2

from twin.core.units import Rate, Size
from twin.jobs.experiment.probe_slots import Media
from twin.jobs.experiment.steady_tcp import NoSteadyTcp, SteadyTcp, steady_tcp
from twin.model import Direction, Transport
from twin.plan.blueprint import Blueprint, BulkTransfer, Flow, Host, Scheduler, SpanPlan
from twin.plan.blueprint.layers import HEADER
from twin.plan.forwarding.paths import Hop, flow_paths

RATE_ENOUGH = Rate(4_000_000)
"""A line of about this rate costs few packets and little time."""
UP = 4
"""So many times slower may its way up be: it carries answers."""
PORT = 8_990
"""Of irtt's server where no service has one to spare: below those of the calibration."""
PACKET = Size(200)
"""IP packets of irtt and of our probe, as long as the shorter probe of the calibration and as a call's of G.711."""
DOUBT = 1e-6
"""How improbable it has to be that nothing arrives by chance, before that counts against the emulation."""


@dataclass(frozen=True, slots=True)
class Stand:
    """Who bears witness: a line and the head-end opposite, with which path between them, and in which class.

    path: down. port: the last of a range of UDP ports that leads to `service_class`. returned: the chance, 0 to 1, that
    a packet of ours comes there and back. tcp: TCP in the last class over the same path, or why it is not compared.
    """

    line: Host
    head_end: Host
    path: tuple[Hop, ...]
    service_class: str
    port: int
    returned: float
    air: bool
    tcp: SteadyTcp | str

    @property
    def attempts(self) -> int:
        """How often irtt must be ready to knock, so that chance alone does not keep it out."""
        return 4 if self.returned > 0.97 else ceil(log(DOUBT) / log(1 - self.returned)) if self.returned else 0


def stand(blueprint: Blueprint) -> Stand | None:
    """The line that bears witness: one on whose path TCP has a single goodput and nothing is lost, which leads through
    no radio cell, at about 4 Mbit/s, as far as there is one; None where no line reaches a head-end."""
    doors = {host: _door(blueprint, host) for host in first_of_groups(blueprint)}
    trials = tuple(download(blueprint, line, door[0], "trial") for line, door in doors.items())
    paths = flow_paths(replace(blueprint, flows=trials))
    known = [_stand(blueprint, line, door, paths[trial.name])
             for (line, door), trial in zip(doors.items(), trials, strict=True) if paths[trial.name]]
    spans = {span.name: span for span in blueprint.spans}
    return min(known, default=None, key=lambda one: (_preference(one), _distance(spans[one.line.span]), one.line.name))


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


def _preference(one: Stand) -> tuple[int, bool]:
    tcp = 2 if isinstance(one.tcp, str) else 0 if one.tcp.single else 1
    return tcp + 3 * round(10 * (1 - one.returned)), one.air


def _distance(span: SpanPlan) -> float:
    """How far a line is from the rate that is enough, in powers of two."""
    return abs(log2(min(span.forward.rate, UP * span.reverse.rate) / RATE_ENOUGH))


def _stand(blueprint: Blueprint, line: Host, door: tuple[Host, int, str], path: tuple[Hop, ...]) -> Stand:
    head_end, port, service_class = door
    media, back = Media(blueprint), tuple(Hop(hop.span, not hop.forward) for hop in reversed(path))
    returned = media.arrives(path, PACKET + HEADER) * media.arrives(back, PACKET + HEADER)
    air = any(media.cell(hop) for hop in path)
    return Stand(
        line=line, head_end=head_end, path=path, service_class=service_class, port=port, returned=returned, air=air,
        tcp=_tcp(blueprint, line, path))


def _tcp(blueprint: Blueprint, line: Host, path: tuple[Hop, ...]) -> SteadyTcp | str:
    try:
        if _policed(blueprint, line):
            raise NoSteadyTcp("what the line sends in its class is policed")
        return steady_tcp(blueprint, path, blueprint.classes[-1])
    except NoSteadyTcp as fault:
        return str(fault)


def _policed(blueprint: Blueprint, line: Host) -> bool:
    """Whether acknowledgements of the last class may be dropped where they enter the network."""
    (switch,) = (one for one in blueprint.switches if one.name == line.switch)
    metered = any(rule.meter is not None and rule.match.in_port == line.port and rule.match.dscp == 0
                  for rule in switch.rules)
    return metered or any(marker.port == line.port and marker.service_class == blueprint.classes[-1]
                          for marker in switch.markers)


def _door(blueprint: Blueprint, line: Host) -> tuple[Host, int, str]:
    """A head-end, and the last of several UDP ports there that lead to the first class that has such; the first
    head-end and the last class where no service has ports to spare."""
    (order,) = (span.b.scheduler for span in blueprint.spans if span.name == line.span)
    found = next(_doors(blueprint, order), None) if order is not None else None
    return found or (head_ends(blueprint)[0], PORT, blueprint.classes[-1])


def _doors(blueprint: Blueprint, order: Scheduler) -> Iterator[tuple[Host, int, str]]:
    hosts = {host.address: host for host in blueprint.hosts}
    for one in sorted(order.classifiers, key=lambda one: one.band):
        ports = one.destination_ports
        if one.destination in hosts and one.transport is not Transport.TCP and ports and ports[1] > ports[0]:
            yield hosts[one.destination], ports[1], order.bands[one.band].service_class


def download(blueprint: Blueprint, line: Host, head_end: Host, name: str, port: int = 0,
             clamp: int = 0) -> Flow:
    """A download over the line, by that name, in the last class; clamp: the window that its receiver offers."""
    return Flow(
        name=f"{line.name}.witness-{name}", workload=f"witness-{name}", service="witness",
        service_class=blueprint.classes[-1], direction=Direction.DOWN, line_group="", line=line.name,
        source=head_end.name, sink=line.name, source_port=port, sink_port=0, dscp=0,
        traffic=BulkTransfer(clamp=Size(clamp)),
    )
