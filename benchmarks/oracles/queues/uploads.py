"""Calls behind an upload: how long the buffer of a line makes them wait, on each kind of line.

Measured in the virtual lab: benchmarks/networks/uploads.yaml.
"""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.oracles.oracle import Oracle
from benchmarks.support import lab
from traffic.sample_files import LOST
from twin.core.units import NS_PER_MS, NS_PER_S
from twin.model import Direction, Policy
from twin.plan.blueprint import RtpCall, carrying
from twin.plan.forwarding.paths import flow_paths
from twin.predict import predict_hop_delays

SECONDS = 30.0


def oracles() -> Iterator[Oracle]:
    """The longest wait of a call before each line: for a full buffer, give or take the packet that no longer fits and
    the one in service."""
    blueprint = lab.described("uploads", Policy.NONE)
    ways, spans = predict_hop_delays(blueprint, flow_paths(blueprint)), {span.name: span for span in blueprint.spans}
    side = lab.run(blueprint, SECONDS).side
    for flow, _ in carrying(RtpCall, blueprint.flows):
        if flow.direction is Direction.UP:
            line, seen = spans[flow.line], lab.packets(side, flow.name)
            order = line.b.scheduler
            assert order is not None
            limit = order.bands[0].limit
            empty = sum(delay.fixed + delay.serialization for delay in ways[flow.name])
            longest = max(at - left for left, at in zip(seen.sent, seen.received, strict=True) if at != LOST) - empty
            yield Oracle(
                f"call behind an upload, {limit} bytes of buffer at {order.rate} bit/s ({line.kind})", "buffer by rate",
                limit * 8 * NS_PER_S / order.rate / NS_PER_MS, longest / NS_PER_MS, order.layer.max_frame_cost / limit,
                "ms")
