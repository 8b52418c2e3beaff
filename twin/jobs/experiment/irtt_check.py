"""irtt beside a voice probe of ours, on a loaded line; pure.

This comes when all samples of the run are taken: what a Go program does between two system calls hangs on the
processor's own clock, and would move samples that come after it by ticks. The line that bears witness then carries
full packets at random moments, both ways, for most of its time: whatever is sent at fixed intervals finds such a queue
as it is on average (Baccelli and others 2006), while beside a steady load the two would fall in step with it, each in
its own. Our probe and irtt are of the class that goes first. Both go over whatever way there is by then, so that cuts
do not matter. Before the load begins irtt has the network to itself, as the probes of the calibration had it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from traffic.sample_files import Packets, Samples
from traffic.tools.irtt import Echoes
from twin.core.units import NS_PER_S, Size, Time
from twin.jobs.experiment.reference_line import Stand, hops, stand
from twin.judge.certificate.cross_checks import least_delay, mean_delay
from twin.judge.verdict import Witnessed
from twin.model import Direction, Discipline, Transport
from twin.plan.blueprint import Blueprint, Flow, Host, Scheduler, UdpFlood
from twin.plan.blueprint.layers import HEADER

PORT = 8_990
"""Of irtt's server where no service has one to spare, and of our probes: below those of the calibration."""
PACKET = Size(200)
"""IP packets of irtt and of our probe, as long as the shorter probe of the calibration and as a call's of G.711."""
INTERVALS = Time(41_300_000), Time(39_100_000)
"""Between packets of irtt, and of ours: together no more than a call of G.711."""
LOAD, LOAD_ON_AIR, FULL = 0.8, 0.2, Size(1500)
"""The part of the narrowest span's rate that is taken each way; of a radio cell's, which both share, with all that a
frame costs there; and the largest IP packets that take it."""
IDLE, SETTLING, SECONDS = 1, 1, 10
"""For how long irtt has the network to itself; what is left out of the load's beginning; how long the load lasts."""


@dataclass(frozen=True, slots=True)
class Beside:
    """irtt's ends, its port, the time between its packets, and the flows that run beside it, our probes first.

    alike: whether our probes' packets and irtt's wait in one line. A queue that shares between flows tells them apart.
    """

    line: Host
    head_end: Host
    port: int
    interval: Time
    flows: tuple[Flow, ...]
    alike: bool


class _Door(NamedTuple):
    """Where packets of a service go that waits in the first line of all: its head-end, its last port and its class."""

    head_end: Host
    last: int
    service_class: str


def beside(blueprint: Blueprint) -> Beside | None:
    """What is asked of irtt, and what runs meanwhile; None without lines."""
    place = stand(blueprint)
    if place is None:
        return None
    (order,) = (span.b.scheduler for span in blueprint.spans if span.name == place.line.span)
    door = _door(blueprint, order) or _Door(place.head_end, PORT, blueprint.classes[-1])
    probes = (_flow(place.line, door, way, UdpFlood(PACKET, INTERVALS[1])) for way in Direction)
    alike = order is None or all(band.discipline is Discipline.FIFO for band in order.bands
                                 if band.service_class in ("", door.service_class))
    return Beside(place.line, door.head_end, door.last, INTERVALS[0], (*probes, *_load(blueprint, place)), alike)


def _load(blueprint: Blueprint, place: Stand) -> Iterator[Flow]:
    """Full packets at random moments, both ways, in the last class."""
    spans = {span.name: span for span in blueprint.spans}
    way = hops(blueprint, place)
    largest = Size(min(FULL, *(spans[hop.span].forth.layer.largest - HEADER for hop in way)))
    for direction in Direction:
        down = direction is Direction.DOWN
        carriers = [spans[hop.span].forth if hop.forth is down else spans[hop.span].back for hop in way]
        interval = max(one.serialization(largest + HEADER) for one in carriers) / (LOAD_ON_AIR if place.air else LOAD)
        door = _Door(place.head_end, PORT + 2, blueprint.classes[-1])
        flow = _flow(place.line, door, direction, UdpFlood(largest, Time(round(interval)), random=True))
        yield replace(flow, name=f"{place.line.name}.echo-load.{direction.value}", sink_port=PORT + 1,
                      source_port=PORT + 1)


def _door(blueprint: Blueprint, order: Scheduler | None) -> _Door | None:
    """The first service in the order of bands that has ports of UDP to spare."""
    if order is None:
        return None
    hosts = {host.address: host for host in blueprint.hosts}
    for one in sorted(order.classifiers, key=lambda one: one.band):
        ports = one.destination_ports
        if one.destination in hosts and one.transport is not Transport.TCP and ports and ports[1] > ports[0]:
            return _Door(hosts[one.destination], ports[1], order.bands[one.band].service_class)
    return None


def _flow(line: Host, door: _Door, way: Direction, sent: UdpFlood) -> Flow:
    """Packets one way between the line and the port before the last of a head-end's."""
    near, far = (line.name, PORT), (door.head_end.name, door.last - 1)
    (source, source_port), (sink, sink_port) = (far, near) if way is Direction.DOWN else (near, far)
    return Flow(
        name=_name(line.name, way), workload="echo", service="witness", service_class=door.service_class,
        direction=way, line_group="", line=line.name, source=source, sink=sink, source_port=source_port,
        sink_port=sink_port, dscp=0, traffic=sent, start=Time(sent.interval // 3))


def _name(line: str, way: Direction) -> str:
    return f"{line}.echo.{way.value}"


def heard(blueprint: Blueprint, samples: Mapping[str, Samples], alone: Mapping[str, Samples], echoes: Echoes | None,
          start: int) -> Iterator[Witnessed]:
    """What both instruments said of delay, without load and beside the line's own.

    samples: of our probes beside the load, which began at `start` (ns since 1970). alone: those of the calibration.

    Where their packets need not wait in one line, delays beside load are not compared. Through a radio cell only the
    way up beside load is: an echo on its way back finds the air busy with the acknowledgement of what it answers, and
    without load backoffs are chance. Where spans are cut the way may be another one by then, or none at all, which
    both find.
    """
    asked, place = beside(blueprint), stand(blueprint)
    if asked is None or place is None:
        return
    found = echoes or Echoes((), (), 0)
    spans = len(hops(blueprint, place))
    for way, theirs in ((Direction.DOWN, found.back), (Direction.UP, found.there)):
        if place.air and way is Direction.DOWN:
            continue
        if not place.air and not blueprint.faults:
            yield least_delay(f"least one-way delay of {PACKET} bytes {way.value}, {place.line.name}",
                              _delays(alone.get(f"{place.line.name}.probe-{PACKET}.{way.value}")), theirs, spans)
        if not asked.alike:
            continue
        ours = _delays(samples.get(_name(place.line.name, way)), SETTLING * NS_PER_S)
        loaded = [delay for sent, delay in zip(found.sent, theirs, strict=True) if sent - start >= SETTLING * NS_PER_S]
        if ours or loaded or not blueprint.faults:
            yield mean_delay(f"mean one-way delay of {PACKET} bytes {way.value} beside load, {place.line.name}",
                             ours, loaded, spans)


def _delays(samples: Samples | None, begin: int = 0) -> list[int]:
    """Of the packets that were sent from `begin` on."""
    if not isinstance(samples, Packets):
        return []
    return [r - s for s, r in zip(samples.sent, samples.received, strict=True) if s >= begin and r >= 0]
