"""Protection: how long cuts of a ring take to heal, against the stated figures and the goals of ring protocols.

Virtual labs; a packet each millisecond and a call, each way, over the span that is cut.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from benchmarks.oracles.oracle import Oracle
from benchmarks.support import lab
from traffic.sample_files import LOST, Bytes, Packets
from twin.core.units import NS_PER_MS, NS_PER_S, Time
from twin.jobs.experiment.on_host import Side
from twin.judge.figures.packet_metrics import goodput
from twin.model import FaultKind, Healing, Metric, Protection
from twin.model.yaml import load, read
from twin.plan import plan
from twin.plan.blueprint import Blueprint, FaultPlan
from twin.plan.failures.degradation import degraded_by_all
from twin.plan.forwarding.loop_check import ForwardingTrace, Outcome, failed_spans, single_failures
from twin.plan.forwarding.paths import flow_paths
from twin.predict import predict

SECONDS, CUT_AT = 2.0, Time(NS_PER_S)
SETTLED, FALLEN = 5, 12
"""s: from when to when a degraded network is looked at."""
CACHE = 5.0
"""ms: Open vSwitch goes through its cache of flows at most so often."""
GRAIN = 1.0
"""ms: between two packets that tell the time."""
NETWORK = """\
twin: 1
name: ring
sites: {{here: {{}}}}
switches: {{{switches}}}
spans: {{{spans}}}
head-ends: {{softswitch: {{site: here, uplink: {{to: s0, capacity: 1 Gbit/s}}}}}}
classes: {{voice: {{dscp: EF, strict: true, queue: 20 ms}}, data: {{dscp: DF}}}}
services: {{telephony: {{class: voice, head-end: softswitch, transport: udp, ports: [16384, 32767]}}}}
profiles: {{fibre: {{down: 10 Mbit/s, up: 10 Mbit/s, technology: ethernet}}}}
workloads:
  down: {{service: telephony, activity: flood, direction: down, rate: 800 kbit/s, packet: 100 bytes}}
  up: {{service: telephony, activity: flood, direction: up, rate: 800 kbit/s, packet: 100 bytes}}
  call: {{service: telephony, activity: call}}
lines: {{home: {{at: s1, profile: fibre, runs: [down, up, call]}}}}
"""


def ring(nodes: int, kilometres: int, protection: Protection) -> Blueprint:
    """A ring of so many switches and so long, a head-end on the first and a line on the next; the span between them,
    a little shorter than the others, is cut."""
    names = [f"s{number}" for number in range(nodes)]
    each = kilometres * 1000 // nodes
    spans = [f"r{number}: {{ends: [{a}, {b}], capacity: 100 Mbit/s, length: {each - 10 * (number == 0)} m}}"
             for number, (a, b) in enumerate(zip(names, [*names[1:], names[0]], strict=True))]
    text = NETWORK.format(switches=", ".join(f"{name}: {{site: here}}" for name in names), spans=", ".join(spans))
    blueprint = plan(read(text, "ring.yaml"))
    return replace(blueprint, faults=(FaultPlan(CUT_AT, FaultKind.CUT, "r0"),), protection=protection)


def oracles() -> Iterator[Oracle]:
    """Measured in labs side by side; the proof is computed."""
    quick = Protection(Healing.FAST_FAILOVER, _ms(10), _ms(5), _ms(20))
    alone = replace(quick, healing=Healing.CONTROLLER)
    slow = Protection(Healing.FAST_FAILOVER, _ms(30), _ms(20), _ms(200))
    bare = replace(quick, healing=Healing.NONE)
    rings = [ring(4, 40, protection) for protection in (quick, alone, slow, bare)]
    small, controller, goal, never, many = lab.side_by_side([*rings, ring(16, 1200, quick)], SECONDS)
    switched = 15 + CACHE / 2
    yield Oracle("restoration by fast failover", "detection 10 ms + switch 5 ms, and half a turn of the switch's cache",
                 switched, _gap(small), (CACHE / 2 + GRAIN) / switched, "ms")
    yield Oracle("the same in a ring of 16 nodes and 1200 km", "RFC 3619, G.8032: whatever the number of nodes",
                 switched, _gap(many), (CACHE / 2 + GRAIN) / switched, "ms")
    yield Oracle("restoration by the controller alone", "detection 10 ms + controller 20 ms + 2 rounds of 5 ms (far "
                 "switch, near switch), and half a turn of the switch's cache", 40 + CACHE / 2, _gap(controller),
                 (CACHE / 2 + GRAIN) / (40 + CACHE / 2), "ms")
    yield Oracle("restoration at the goal of ring protocols", "G.8032, RFC 3619: 50 ms", 50, _gap(goal), GRAIN / 50,
                 "ms")
    for way in ("up", "down"):
        yield Oracle(f"packets of a call that 50 ms cost, {way}", "50 packets/s for 50 ms: 2 or 3", 2.5,
                     len(_lost(goal, f"home-1.call.{way}")), 0.2)
    rest = (SECONDS * NS_PER_S - CUT_AT) / NS_PER_MS
    yield Oracle("nothing heals without protection", "all packets after the cut", rest, _gap(never), 0.002, "ms")
    yield Oracle("pairs that circle, or are lost though joined, after any single failure, rings of 3 to 16",
                 "proof on the rules", 0, sum(_bad(ring(nodes, 160, quick)) for nodes in range(3, 17)), 0)
    yield from _degraded()


def _degraded() -> Iterator[Oracle]:
    """Spans of benchmarks/networks/degraded.yaml after their fall; what queues held has drained by SETTLED."""
    network = load(lab.NETWORKS / "degraded.yaml")
    blueprint = plan(network)
    low = replace(degraded_by_all(blueprint, blueprint.faults), faults=())
    predicted = predict(low, flow_paths(low))["firm-1.download"][Metric.GOODPUT].value
    assert predicted is not None
    (side,) = lab.side_by_side([blueprint], FALLEN)
    tcp, flood = side.samples["firm-1.download"], side.samples["barn-1.fetch"]
    assert isinstance(tcp, Bytes) and isinstance(flood, Packets)
    begin, end = SETTLED * NS_PER_S, FALLEN * NS_PER_S
    yield Oracle("TCP beside a call on a fibre that fell to 10 Mbit/s", "what the call leaves, of full frames",
                 predicted / 1e6, goodput(tcp, begin, end) / 1e6, 0.005, "Mbit/s")
    exchange = 50 + 15.5 * 20 + 192 + 1536 * 8 / 2 + 10 + 192 + 14 * 8 / 2
    came = sum(begin <= at < end for at in flood.received) / (FALLEN - SETTLED)
    yield Oracle("1500-byte packets a second on an 802.11b hop that fell to 2 Mbit/s", "DIFS, half a window, frame, "
                 "acknowledgement", 1e6 / exchange, came, 0.005, "1/s")


def _ms(number: int) -> Time:
    return Time(number * NS_PER_MS)


def _lost(side: Side, flow: str) -> list[int]:
    samples = lab.packets(side, flow)
    return [sent for sent, received in zip(samples.sent, samples.received, strict=True) if received == LOST]


def _gap(side: Side) -> float:
    """The longer gap of the two directions, ms."""
    return max(len(_lost(side, f"home-1.{way}")) for way in ("up", "down")) * GRAIN


def _bad(blueprint: Blueprint) -> int:
    """Pairs of switch and destination that a failure parts although another way joins them, or that circle."""
    follower, count = ForwardingTrace(blueprint), 0
    ends = {host.switch for host in blueprint.hosts}
    for broken in single_failures(blueprint):
        dead = failed_spans(blueprint, broken)
        for destination in ends - broken.nodes:
            fates = follower.outcomes(destination, dead)
            joined = {switch for (switch, number) in fates if number is None} - broken.nodes
            count += sum(fates[switch, None] is not Outcome.DELIVERED for switch in joined)
            count += sum(fate is Outcome.LOOPS for fate in fates.values())
    assert all(flow_paths(blueprint).values())
    return count
