"""DSL: what every encapsulation carries, how many calls fit, how long they wait, what buffers, noise and loops do.

Measured in a virtual lab with QoS, and where it says so in one without, at the same time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.oracles.oracle import Oracle
from benchmarks.support import copper_lines, lab
from benchmarks.support.copper_lines import CAPACITIES, DEPTHS, DOWN, FAR, NARROW, UP, filled_name, fit
from benchmarks.tcp_goodput import steady
from traffic.sample_files import LOST, Bytes, Packets
from twin.core.units import NS_PER_MS, NS_PER_S, Length
from twin.jobs.experiment.on_host import Side
from twin.judge.figures.span_load import span_loads
from twin.model import Conductor, Encapsulation
from twin.model.access.dsl_reach import attainable
from twin.plan import Policy, plan
from twin.plan.blueprint import Blueprint
from twin.plan.blueprint.layers import HEADER, TCP_OVERHEAD
from twin.plan.forwarding.paths import flow_paths
from twin.predict import HopDelay, predict_hop_delays

SECONDS = 10.0
SETTLED = 2 * NS_PER_S
CELL, HELD = 53, 48
EXACT, RATE, TCP, CHANCE = 1e-3, 2e-3, 5e-3, 0.2
"""Tolerances: of delays, of UDP and of TCP rates, and of what comes of 150 bursts and more (three standard errors)."""
ANSWERS = 0.06
"""For acknowledgements: Linux answers each packet while its window grows."""
STAB, FORUM = "tc-stab(8), RFC 2684", "ADSL Forum"
REACH = (("0.4 mm", 4_600, 2000), ("0.5 mm", 5_500, 2000), ("0.4 mm", 2_700, 6100), ("0.5 mm", 3_700, 6100))


@dataclass(frozen=True)
class Measured:
    """One side of the run, and what theory says of the ways of its flows."""

    blueprint: Blueprint
    side: Side
    path_predictions: dict[str, tuple[HopDelay, ...]]

    def packets(self, flow: str) -> Packets:
        """The samples of a constant-rate flow."""
        return lab.packets(self.side, flow)

    def goodput(self, flow: str) -> float:
        """kbit/s of TCP payload once slow start is over."""
        samples = self.side.samples[flow]
        assert isinstance(samples, Bytes)
        return steady(samples, SECONDS) / 1000

    def carried(self, flow: str) -> float:
        """kbit/s of IP of a constant-rate flow, between the first and last arrival once queues are full."""
        sample = self.packets(flow)
        arrivals = sorted(at for at in sample.received if SETTLED <= at <= SECONDS * NS_PER_S)
        return (len(arrivals) - 1) * sample.size * 8 * NS_PER_S / (arrivals[-1] - arrivals[0]) / 1000

    def longest_wait(self, flow: str) -> float:
        """ms that the unluckiest packet waited."""
        empty = sum(delay.fixed + delay.serialization for delay in self.path_predictions[flow])
        return (max(self.packets(flow).delays) - empty) / NS_PER_MS

    def probe(self, line: str, size: int, way: str) -> int:
        """ns that the fastest probe of a size took over a line, when nothing else was under way."""
        (packets,) = (packets for name, packets in self.side.calibration.items()
                    if name.startswith(f"{line}.") and name.endswith(f".probe-{size}.{way}"))
        assert isinstance(packets, Packets)
        return min(packets.delays)


def oracles() -> Iterator[Oracle]:
    """Computed, and measured side by side with QoS and without."""
    network = copper_lines.network()
    blueprints = [plan(network), plan(network, Policy.NONE)]
    sides = lab.side_by_side(blueprints, SECONDS)
    qos, baseline = (Measured(blueprint, side, predict_hop_delays(blueprint, flow_paths(blueprint)))
                     for blueprint, side in zip(blueprints, sides, strict=True))
    for kind in Encapsulation:
        yield from _encapsulation(qos, kind)
    yield from _calls(qos)
    yield from _waits(qos, baseline)
    yield from _answers(qos)
    yield from _laid(qos)


def _encapsulation(qos: Measured, kind: Encapsulation) -> Iterator[Oracle]:
    cells = -(-(kind.mtu + kind.overhead) // HELD)
    for way, rate in (("down", DOWN), ("up", UP)):
        cell = CELL * 8 * NS_PER_S / rate
        others = 2 * (kind.mtu + 38) * 8
        taken = (qos.probe(f"udp-{kind.value}-1", kind.mtu, way) - others) / cell
        yield Oracle(f"cells of {kind.mtu} bytes {way}, {kind.value}", STAB, cells, taken, EXACT)
        tail = "-1492" if kind.mtu == 1492 else ""
        yield Oracle(f"UDP (IP) {way}, {kind.value}", STAB, rate * kind.mtu / (cells * CELL) / 1000,
                     qos.carried(f"udp-{kind.value}-1.fill-{way}{tail}"), RATE, "kbit/s")
        payload = kind.mtu - TCP_OVERHEAD
        yield Oracle(f"TCP {way}, {kind.value}, MTU {kind.mtu}", STAB, rate * payload / (cells * CELL) / 1000,
                     qos.goodput(f"{way}-{kind.value}-1.{way}load"), TCP, "kbit/s")


def _calls(qos: Measured) -> Iterator[Oracle]:
    """As many calls as fit lose nothing; with one more, the line carries what it carries, in calls."""
    for codec, up, kind in CAPACITIES:
        name = f"{fit(codec, up, kind)} calls of {codec.value} on {up // 1000} kbit/s, {kind.value}"
        full, over = (filled_name(codec, up, kind, more) for more in (0, 1))
        lost = sum(at == LOST for at in qos.packets(f"{full}-1.{full}").received)
        yield Oracle(f"packets lost of {name}", "calls that fit", 0.0, lost, 0.0)
        ip = (codec.payload + 40) * 8 * 50 / 1000
        cells = -(-(codec.payload + 40 + kind.overhead) // HELD)
        yield Oracle(f"calls carried with one more than {name}", "rate by cells a call", up / (cells * CELL * 8 * 50),
                     qos.carried(f"{over}-1.{over}") / ip, RATE)


def _waits(qos: Measured, baseline: Measured) -> Iterator[Oracle]:
    for size, cells, overhead in ((1500, 32, "PPPoA"), (1492, 32, "PPPoE"), (576, 13, "PPPoA")):
        yield Oracle(f"longest wait of a call behind {size} bytes on 128 kbit/s, {overhead}", "one packet in service",
                     cells * CELL * 8 / NARROW * 1000, qos.longest_wait(f"behind-{size}-1.g729.up"), 0.01, "ms")
    for way, rate, full in (("down", DOWN, "331 ms"), ("up", NARROW, "5.3 s")):
        yield Oracle(f"50 full packets in a buffer, {way}, without QoS: {full}", "bytes by rate",
                     50 * 32 * CELL * 8 / rate * 1000, baseline.longest_wait(f"buffer-1.fill-{way}"), 0.01, "ms")
    yield Oracle("the call beside the buffer down, with QoS", "one packet in service", 32 * CELL * 8 / DOWN * 1000,
                 qos.longest_wait("buffer-1.g729.down"), 0.05, "ms")


def _answers(qos: Measured) -> Iterator[Oracle]:
    """What a full download sends back, in cells: too much beside G.711 on 128 kbit/s, not beside G.729."""
    loads = span_loads(qos.blueprint, qos.side.before, qos.side.after, SECONDS)
    (back,) = (load for load in loads if load.span == "answers-1" and not load.forth)
    segments = (DOWN - 106_000) / (32 * CELL * 8)
    yield Oracle("a G.711 call up, in cells", "headers and cells", 106.0, back.by_class["voice"] / 1000, 5e-3, "kbit/s")
    yield Oracle("acknowledgements of a download beside it, in cells", "one for two segments, two cells each",
                 segments / 2 * 2 * CELL * 8 / 1000, back.by_class["data"] / 1000, ANSWERS, "kbit/s")
    yield Oracle("longest wait of a call behind acknowledgements on 128 kbit/s", "one packet in service",
                 2 * CELL * 8 / NARROW * 1000, qos.longest_wait("slim-1.g729.up"), 0.01, "ms")
    yield Oracle("TCP beside G.729, acknowledged on 128 kbit/s", "what the call leaves, by cells",
                 (DOWN - 42_400) * 1448 / (32 * CELL) / 1000, qos.goodput("slim-1.download"), TCP, "kbit/s")


def _laid(qos: Measured) -> Iterator[Oracle]:
    for conductor, length, rate in REACH:
        yield Oracle(f"{length / 1000} km of {conductor}", FORUM, rate,
                     attainable(Length(length), Conductor(conductor)).down / 1000, 32 / rate, "kbit/s")
    rate = attainable(FAR, Conductor.MM_04).down
    yield Oracle(f"TCP on {FAR / 1000} km of 0.4 mm, sold as 2048", "trained rate by cells",
                 rate * 1448 / (32 * CELL) / 1000, qos.goodput("far-1.download"), TCP, "kbit/s")
    plain, *deep = (sum(qos.probe(f"depth-{depth}-1", 1500, way) for way in ("down", "up")) for depth in DEPTHS)
    for depth, theory, there_and_back in zip(DEPTHS[1:], (5.0, 25.0), deep, strict=True):
        yield Oracle(f"round trip by interleaving of depth {depth}", "operators' round trips", theory,
                     (there_and_back - plain) / NS_PER_MS, EXACT, "ms")
    yield from _noise(qos)


def _noise(qos: Measured) -> Iterator[Oracle]:
    """Loss of full packets and of a call's, on the fast path and where interleaving of depth 32 mends 1 ms."""
    spans = {span.name: span for span in qos.blueprint.spans}
    for line, flow in (("noise", "fill-down"), ("short", "fill-down"), ("small", "small-down"),
                       ("mended", "fill-down"), ("storm", "small-down")):
        carrier = spans[f"{line}-1"].forward
        assert carrier.impulse_noise is not None
        sample = qos.packets(f"{line}-1.{flow}")
        came = sample.received[:max(number for number, at in enumerate(sample.received) if at != LOST)]
        strikes = carrier.impulse_noise
        what = (f"bursts of {strikes.mean / NS_PER_MS:g} ms each {strikes.period / NS_PER_MS:g} ms, {sample.size} "
                f"bytes, {strikes.corrected / NS_PER_MS:g} ms mended")
        yield Oracle(f"lost to {what}", "chance to meet a burst, by its rule",
                     carrier.loss_probability(sample.size + HEADER),
                     sum(at == LOST for at in came) / len(came), CHANCE)
