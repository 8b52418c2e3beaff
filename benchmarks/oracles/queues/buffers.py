"""Queues whose length is given in bytes: where each discipline drops, in ATM cells and on the wire.

Measured in the virtual lab: benchmarks/networks/buffers.yaml.
"""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.oracles.oracle import Oracle
from benchmarks.support import lab
from traffic.sample_files import LOST, Packets
from twin.core.units import NS_PER_MS, NS_PER_S
from twin.model import Discipline
from twin.model.yaml import load
from twin.plan import plan
from twin.plan.blueprint import Band, PacketStream, Scheduler, carrying, full_packets
from twin.plan.blueprint.layers import HEADER
from twin.plan.forwarding.paths import flow_paths
from twin.predict import predict_hop_delays

SECONDS = 3.0
CALM = 400 * NS_PER_MS
"""For so long after a line is full CoDel's laws drop next to nothing yet."""
SEEDS = (1, 2)
"""CAKE's BLUE drops by chance, and may just strike the packet that would have waited longest."""


def oracles() -> Iterator[Oracle]:
    """The longest wait in each queue."""
    blueprint = plan(load(lab.NETWORKS / "buffers.yaml"))
    ways, spans = predict_hop_delays(blueprint, flow_paths(blueprint)), {span.name: span for span in blueprint.spans}
    runs = [lab.run(blueprint, SECONDS, seed).side for seed in SEEDS]
    for flow, sent in carrying(PacketStream, blueprint.flows):
        order = spans[ways[flow.name][-1].hop.span].a.scheduler
        assert order is not None
        (band,) = (band for band in order.bands if band.service_class == flow.service_class)
        empty = sum(delay.fixed + delay.serialization for delay in ways[flow.name])
        longest = max(_longest(lab.packets(side, flow.name), band) for side in runs)
        yield _drops(sent, order, band, longest - empty)


def _longest(seen: Packets, band: Band) -> int:
    """ns; of fq_codel and CAKE at first."""
    end = seen.sent[0] + CALM if band.discipline is not Discipline.FIFO else seen.sent[-1]
    return max(at - left for left, at in zip(seen.sent, seen.received, strict=True) if at != LOST and left < end)


def _drops(sent: PacketStream, order: Scheduler, band: Band, wait: float) -> Oracle:
    """A fifo drops what comes last, when the packets before it have to be sent; the others what has waited longest, so
    that each packet that comes moves the queue on."""
    cost = order.layer.cost(sent.packet + HEADER)
    what = (f"longest wait in {band.discipline} of {band.limit} bytes, packets of {cost} "
            f"{'in cells' if order.layer.atm else 'on the wire'}")
    if band.discipline is Discipline.FIFO:
        whole = band.limit // cost * cost * 8 * NS_PER_S / order.rate
        return Oracle(what, "whole packets by rate", whole / NS_PER_MS, wait / NS_PER_MS, 1e-3, "ms")
    held = full_packets(band.limit, order.layer.max_frame_cost) * sent.interval
    return Oracle(what, "whole packets by offered load", held / NS_PER_MS, wait / NS_PER_MS, 5e-3, "ms")
