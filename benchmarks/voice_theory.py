"""A call on a loaded 512 kbit/s line against theory: `python -m benchmarks.voice_theory`.

Two lines, each with a call and a flood of 1514-byte frames: one at 90 % load in all, packet by packet against the exact
recursion of the queue, and one at 85 %, where the mean has a closed form (benchmarks.support.priority).
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

from benchmarks.support import lab, priority
from benchmarks.support.figure import Figure, main, within
from traffic.sample_files import Packets, Samples
from twin.core.units import NS_PER_MS, NS_PER_S
from twin.model.traffic_profiles import packet_times
from twin.plan.blueprint import Blueprint, Flow, PacketStream
from twin.plan.blueprint.layers import HEADER
from twin.plan.demand.flow_phases import phased
from twin.plan.forwarding.paths import flow_paths
from twin.predict.load.packet_streams import carrier

MINUTES = 20
NS_PER_US = 1_000
MEAN, LARGEST = 0.001, 0.005
"""By how much the emulation may differ from theory."""
BUSY, STEADY = ("busy-1.call.down", "busy-1.flood-90"), ("steady-1.call.down", "steady-1.flood-85")
"""The call and the flood of each line."""


def figures(minutes: float = MINUTES) -> list[Figure]:
    """Run and compare."""
    seconds = minutes * 60
    blueprint = phased(lab.described("voice"), lab.SEED)
    samples = lab.run(lab.described("voice"), seconds).side.samples
    flows = {flow.name: flow for flow in blueprint.flows}
    rows = []
    for load, (call, flood) in (("90", BUSY), ("85", STEADY)):
        theory = delays(blueprint, flows[call], flows[flood], seconds)
        rows += _rows(f"voice, {load} % load", theory, _delays(samples[call]))
    call, flood = STEADY
    closed = mean_delay(blueprint, flows[call], flows[flood])
    return [*rows, within("voice, 85 % load, mean delay, closed form", closed / NS_PER_MS,
                           fmean(_delays(samples[call])) / NS_PER_MS, MEAN, "ms")]


def _delays(samples: Samples) -> tuple[int, ...]:
    assert isinstance(samples, Packets)
    return samples.delays


def _rows(what: str, theory: Sequence[float], measured: Sequence[int]) -> list[Figure]:
    apart = sorted(abs(a - b) for a, b in zip(theory, measured, strict=True))
    most = apart[len(apart) * 99 // 100] / NS_PER_US
    return [
        within(f"{what}, mean delay", fmean(theory) / NS_PER_MS, fmean(measured) / NS_PER_MS, MEAN, "ms"),
        within(f"{what}, largest delay", max(theory) / NS_PER_MS, max(measured) / NS_PER_MS, LARGEST, "ms"),
        Figure(f"{what}, packet by packet", "-", f"99 % of {len(apart)} packets within {most:.1f} µs of theory"),
    ]


def delays(blueprint: Blueprint, call: Flow, flood: Flow, seconds: float) -> list[float]:
    """The one-way delay of each packet of the call by the exact recursion of its line's queue, ns."""
    (early, late), (service, other) = around(blueprint, call), _services(blueprint, call, flood)
    before, _ = around(blueprint, flood)
    arrivals = [at + early for at in packet_times(sent_by(call).interval, call.start, seconds)]
    others = (at + before for at in packet_times(sent_by(flood).interval, flood.start, seconds + 1))
    return [early + stay + late for stay in priority.stays(arrivals, service, others, other)]


def mean_delay(blueprint: Blueprint, call: Flow, flood: Flow) -> float:
    """The mean one-way delay of the call in the long run, ns."""
    service, other = _services(blueprint, call, flood)
    return sum(around(blueprint, call)) + service + priority.mean_wait(
        sent_by(call).interval, service, sent_by(flood).interval, other)


def sent_by(flow: Flow) -> PacketStream:
    """The packets of a flow that sends at a constant rate."""
    assert isinstance(flow.traffic, PacketStream)
    return flow.traffic


def _services(blueprint: Blueprint, call: Flow, flood: Flow) -> tuple[float, float]:
    """How long the line is taken by a packet of each, ns."""
    call_line, flood_line = (_times(blueprint, flow)[-1] for flow in (call, flood))
    return call_line[0], flood_line[0]


def around(blueprint: Blueprint, flow: Flow) -> tuple[float, float]:
    """What a packet takes on an empty way, ns: until it is at its line's queue, and after it has left that."""
    *before, line = _times(blueprint, flow)
    return sum(sum(step) for step in before), line[1]


def _times(blueprint: Blueprint, flow: Flow) -> list[tuple[float, float]]:
    """Serialization and fixed delay on each span of a flow's path, ns."""
    spans = {span.name: span for span in blueprint.spans}
    ways = [carrier(spans[hop.span], hop.forward) for hop in flow_paths(blueprint)[flow.name]]
    return [(way.layer.cost(sent_by(flow).packet + HEADER) * 8 * NS_PER_S / way.rate, way.delay) for way in ways]


if __name__ == "__main__":
    main(figures)
