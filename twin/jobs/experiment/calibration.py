"""The probes that come before the traffic: what they send, and what theory says of them; pure.

On the unloaded network, over a line of each group and the whole way to a head-end and back, small packets and the
largest that the line takes must take exactly their serialization and propagation: so the delay and the rate of every
span kind are both checked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise, product

from traffic.sample_files import Packets, Samples
from twin.core.units import NS_PER_MS, NS_PER_S, Size, Time
from twin.jobs.experiment.iperf3_check import transfers
from twin.judge.verdict import Probe
from twin.model import Direction
from twin.plan.blueprint import Blueprint, Carrier, Cell, Flow, PacketStream, SpanPlan, UdpFlood, Way, carrying
from twin.plan.blueprint.layers import HEADER
from twin.plan.forwarding.paths import Hop, flow_paths

SECONDS = 3.0
"""How long the probes last."""
INTERVAL, SPREAD = Time(200_000_000), Time(250_000_000)
"""Between packets of the first probe, and how much more for the last: the others lie evenly between, so that no two
keep step, and the smallest delay of each is free of the others."""
TOLERANCE = 0.001
"""By how much, of the expected value, a probe may be off."""
GRAIN = 1_000
"""And by how many ns for each span crossed: a span has two timers, and they are late by some ns."""
PORT = 9_000
"""Probes use ports from here on, below those of the services' default range."""
SMALL = Size(200)


def calibration_flows(blueprint: Blueprint) -> tuple[Flow, ...]:
    """The probes, and then the second witness of TCP."""
    return (*probe_flows(blueprint), *transfers(blueprint, SECONDS))


def probe_flows(blueprint: Blueprint) -> tuple[Flow, ...]:
    """The probes: for one line of each group and each size, one down and one up."""
    head_end = next(host.name for host in blueprint.hosts if host.line_group is None)
    first: dict[str, str] = {}
    for host in blueprint.hosts:
        if host.line_group is not None:
            first.setdefault(host.line_group, host.name)
    largest = {span.name: Size(span.back.layer.largest - HEADER) for span in blueprint.spans}
    kinds = list(product((False, True), Direction, first.values()))
    step = SPREAD // max(1, len(kinds))
    flows = [_flow(blueprint.classes[-1], head_end, largest[line] if full else SMALL, way, line, number,
                   Time(number * step)) for number, (full, way, line) in enumerate(kinds)]
    return tuple(sorted(flows, key=lambda flow: flow.name))


def _flow(service_class: str, head_end: str, size: Size, way: Direction, line: str, number: int, late: Time) -> Flow:
    """The probe with this number; late: how much later than the first it starts, and how much slower it is."""
    down = way is Direction.DOWN
    return Flow(
        name=f"{line}.probe-{size}.{way.value}", workload=f"probe-{size}", service="probe",
        service_class=service_class, direction=way, line_group="", line=line,
        source=head_end if down else line, sink=line if down else head_end,
        source_port=PORT + number, sink_port=PORT + number, dscp=0,
        traffic=UdpFlood(size, Time(INTERVAL + late)), start=late, stop=Time(round(SECONDS * NS_PER_S)),
    )


def probes(blueprint: Blueprint, samples: Mapping[str, Samples]) -> tuple[Probe, ...]:
    """Each probe's expectation beside what was measured, in order of name."""
    asked = replace(blueprint, flows=probe_flows(blueprint))
    paths = flow_paths(asked)
    return tuple(_judge(flow, sent, paths[flow.name], asked, samples.get(flow.name))
                 for flow, sent in carrying(PacketStream, asked.flows))


def _judge(flow: Flow, sent: PacketStream, path: Sequence[Hop], blueprint: Blueprint, samples: Samples | None) -> Probe:
    spans = {span.name: span for span in blueprint.spans}
    carriers = [spans[hop.span].forth if hop.forth else spans[hop.span].back for hop in path]
    turns = sum(map(_half_window, _turns(path, spans, blueprint)))
    waits = sum(cell.difs + max(0, way.answer - delay) for cell, way, delay in _turns(path, spans, blueprint))
    return _probe(flow, sent, carriers, waits, turns, samples.delays if isinstance(samples, Packets) else ())


def _turns(path: Sequence[Hop], spans: Mapping[str, SpanPlan], blueprint: Blueprint) -> list[tuple[Cell, Way, Time]]:
    """Where a packet goes on through the cell it has just come through: the way it came, and how long that took it.

    It finds the air busy with its own acknowledgement, and so has to draw a backoff.
    """
    cells = {cell.name: cell for cell in blueprint.cells}
    found = []
    for came, goes in pairwise(path):
        name = spans[came.span].cell
        if name is not None and name == spans[goes.span].cell:
            way = next(way for way in cells[name].ways if (way.span, way.forth) == came)
            found.append((cells[name], way, spans[came.span].forth.delay))
    return found


def _half_window(turn: tuple[Cell, Way, Time]) -> float:
    """Half of the backoffs are shorter, and so is the shortest of all packets of a probe."""
    cell, _, _ = turn
    return cell.cw_min / 2 * cell.slot


def _probe(
    flow: Flow, sent: PacketStream, carriers: Sequence[Carrier], waits: float, turns: float, delays: tuple[int, ...]
) -> Probe:
    """waits: what is certain of the waits for the air; turns: what backoffs may add."""
    empty = sum(carrier.serialization(sent.packet + HEADER) + carrier.delay for carrier in carriers) + waits
    expected = empty + turns / 2
    tolerance = TOLERANCE + (GRAIN * len(carriers) + turns / 2) / expected
    return Probe.of(flow.name, expected / NS_PER_MS, min(delays, default=0) / NS_PER_MS, "ms", tolerance)
