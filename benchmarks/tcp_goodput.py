"""TCP goodput on an ADSL line and on 100 Mbit/s Ethernet against theory: `python -m benchmarks.tcp_goodput`.

Linux puts time stamps (RFC 7323) into every segment, so that a full packet carries 1448 bytes and not 1460: the figures
of 1763.0 kbit/s and 94.92 Mbit/s for a plain segment are 1748.5 kbit/s and 94.15 Mbit/s here, and those count.
"""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.support import lab
from benchmarks.support.figure import Figure, main, within
from traffic.sample_files import Bytes
from twin.core.units import NS_PER_S
from twin.judge.figures.packet_metrics import WARM_UP, goodput
from twin.plan.blueprint import LinkDirection
from twin.plan.forwarding.paths import flow_paths
from twin.predict.load.packet_streams import carrier
from twin.predict.theory.goodput import PLAIN_PAYLOAD, tcp_goodput

SECONDS = 20
"""On a line that needs 6.6 ms a packet, one packet more or less is 0.04 % of so long a time."""
TOLERANCE = 0.005


def figures(seconds: float = SECONDS, workloads: Sequence[str] = ("ours", "iperf3")) -> list[Figure]:
    """Run and compare."""
    blueprint = lab.only(lab.described("goodput"), workloads)
    samples = lab.run(blueprint, seconds).side.samples
    spans = {span.name: span for span in blueprint.spans}
    paths = flow_paths(blueprint)
    rows = []
    for flow in blueprint.flows:
        hop = paths[flow.name][-1]
        progress = samples[flow.name]
        assert isinstance(progress, Bytes)
        rows.append(_row(flow.workload, carrier(spans[hop.span], hop.forward), steady(progress, seconds)))
    return rows


def steady(progress: Bytes, seconds: float) -> float:
    """Goodput between the first sample after slow start and the last one, bit/s.

    Samples stand where bytes were taken up: between two of them nothing is cut off.
    """
    inside = [at for at in progress.at if WARM_UP <= at <= seconds * NS_PER_S]
    return goodput(progress, inside[0], inside[-1])


def _row(workload: str, line: LinkDirection, measured: float) -> Figure:
    plain = tcp_goodput(line.rate, line.layer, PLAIN_PAYLOAD) / 1000
    kind = "2048 kbit/s ATM, PPPoA" if line.layer.atm else "100BASE"
    return within(f"TCP goodput, {kind}, {workload} (1460-byte segments would be {plain:.1f})",
                  tcp_goodput(line.rate, line.layer) / 1000, measured / 1000, TOLERANCE, "kbit/s")


if __name__ == "__main__":
    main(figures)
