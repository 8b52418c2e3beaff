"""A synthetic run for the report's tests and for looking at: figures made up from the paths of a real blueprint."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from tests.report.territory import network
from twin.core.seeds import stream
from twin.judge.run_record import Context, Measured, Run
from twin.judge.verdict import (
    RUN_FORMAT,
    CellLoad,
    Certificate,
    Distribution,
    FlowFigures,
    Outcome,
    Probe,
    Series,
    SpanDelay,
    SpanLoad,
    Verdict,
)
from twin.judge.verdicts.emulation_assumptions import assumptions
from twin.model import Metric, Network
from twin.plan import Blueprint, plan
from twin.plan.blueprint import BulkTransfer, Flow, PacketStream, RtpCall, RtpStream, SpanPlan, WebPages
from twin.plan.forwarding.paths import Hop, flow_paths

MS = 1_000_000
SECONDS = 60
QUANTILES = (0.001, 0.5, 0.9, 0.95, 0.99, 0.999, 1.0)
PATIENCE = {"voice": 0.3, "video": 0.8, "business": 1.5, "internet": 3.0}
"""How much of a packet's waiting a class feels with QoS; without, all classes feel the same."""
RATES = {RtpCall: 80_000, RtpStream: 1_060_000, BulkTransfer: 900_000, WebPages: 90_000}
AIR = CellLoad("hill", busy=0.432, busy_low=0.41, busy_high=0.475, frames=5000, collided=150,
               collision_probability=0.0312, damaged=20, retransmissions=168, dropped=2)
"""What the air of a cell carried; the sample run has none."""


@cache
def sample_run() -> Run:
    """A run with every kind of verdict: met, missed, inconclusive, and met without QoS too."""
    net = network()
    blueprint = plan(net)
    paths = flow_paths(blueprint)
    spans = {span.name: span for span in blueprint.spans}
    shares = {flow.name: _shares(flow, paths[flow.name], spans) for flow in blueprint.flows}
    qos = _measured(blueprint, paths, shares, True)
    baseline = _measured(blueprint, paths, shares, False)
    return Run(net, blueprint, _context(), qos=qos, baseline=baseline,
               verdicts=tuple(_verdicts(net, blueprint, qos, baseline)), delay_breakdown=shares)


def small_run(*verdicts: Verdict) -> Run:
    """The sample run with other verdicts."""
    return replace(sample_run(), verdicts=verdicts)


def verdict(**changes: object) -> Verdict:
    """A verdict that is met, with the changes asked for."""
    plain = Verdict("telephony", "call", "mazamet-2048-1.call.down", source="softswitch", sink="mazamet-2048-1",
                    metric=Metric.MEAN_DELAY, lower=True, target=100.0, value=31.2, unit="ms", samples=3000,
                    confidence=0.999, verdict=Outcome.MET, baseline=412.0, predicted=30.9, proves_qos=True)
    return replace(plain, **changes)  # type: ignore[arg-type]  # fields of it


def _context() -> Context:
    return Context(RUN_FORMAT, "virtual", 7, seconds=float(SECONDS), digest="3f9ac2d17b60e85514d0a9c2f7be3318" * 2,
                   baseline_digest="0b" * 32, started_at="2026-03-14T09:26:53Z", wall_seconds=18.4,
                   emulated_seconds=96.0, versions={"twin": "0.1.0", "Open vSwitch": "3.1.0", "lab kernel": "7.2.12"},
                   assumptions=assumptions(network(), "virtual"))


def _shares(flow: Flow, path: tuple[Hop, ...], spans: dict[str, SpanPlan]) -> tuple[SpanDelay, ...]:
    size = flow.traffic.packet if isinstance(flow.traffic, PacketStream) else 1500
    parts = []
    for hop in path:
        carrier = spans[hop.span].forward if hop.forward else spans[hop.span].reverse
        serialization = carrier.layer.cost(size + 14) * 8e9 / carrier.rate
        waiting = serialization * PATIENCE[flow.service_class] * stream(7, flow.name + hop.span).uniform(0.2, 1.4)
        parts.append(SpanDelay(hop.span, float(carrier.delay), serialization, waiting))
    return tuple(parts)


def _measured(
    blueprint: Blueprint, paths: dict[str, tuple[Hop, ...]], shares: dict[str, tuple[SpanDelay, ...]], qos: bool
) -> Measured:
    figures = tuple(_figures(flow, shares[flow.name], qos) for flow in blueprint.flows)
    probes = (
        Probe("mazamet-2048-1.probe-1500.down", 23.4375, 23.4375, "ms", 0.001, True),
        Probe("mazamet-2048-1.probe-1500.up", 24.011, 24.006, "ms", 0.001, True),
        Probe("aussillon-2048-1.probe-100.down", 37.0, 37.0, "ms", 0.005, True),
        Probe("aussillon-2048-1.probe-100.down packets", 40, 40, "packets", 0.005, True),
    )
    return Measured(figures, tuple(_loads(blueprint, paths, figures, qos)), Certificate(True, "virtual", probes, 0, 0))


def _figures(flow: Flow, shares: tuple[SpanDelay, ...], qos: bool) -> FlowFigures:
    draw = stream(7, f"{flow.name}/{qos}")
    fixed = sum(s.fixed + s.serialization for s in shares)
    waiting = sum(s.waiting for s in shares) * (1 if qos else draw.uniform(2, 40))
    packets, bulk = isinstance(flow.traffic, PacketStream), isinstance(flow.traffic, BulkTransfer)
    count = 3000 if packets else 600
    delays = sorted(int(fixed + min(draw.expovariate(1 / waiting), 9 * waiting)) for _ in range(count))
    rate = RATES[type(flow.traffic)] * (draw.uniform(0.25, 0.5) if bulk else 1)
    loss = 0.0 if qos or not packets else draw.uniform(0, 60_000)
    wave = [rate * (1 + 0.08 * math.sin(step / 3 + len(flow.name)) + draw.gauss(0, 0.03)) for step in range(SECONDS)]
    mean = sum(delays) / count
    heard = max(0.0, 93.2 - max(0.0, mean / MS - 100) * 0.12 - loss / 2500)
    score = heard if isinstance(flow.traffic, RtpCall) else None
    page = draw.uniform(0.4, 1.2) * 1e9 * (1 if qos else 5) if isinstance(flow.traffic, WebPages) else None
    values = {
        Metric.LOSS: loss if packets else None, Metric.MEAN_DELAY: mean if packets else None,
        Metric.MAX_DELAY: float(delays[-1]) if packets else None,
        Metric.DELAY_VARIATION: float(delays[int(count * 0.999) - 1] - delays[0]) if packets else None,
        Metric.JITTER: waiting / 3 if packets else None, Metric.R_FACTOR: score,
        Metric.MOS: 1 + score / 27 if score else None,
        Metric.GOODPUT: rate if bulk else None, Metric.PAGE_TIME: page,
    }
    return FlowFigures(
        flow=flow.name, sent=count, received=int(count * (1 - loss / 1e6)), throughput=Series(10**9, tuple(wave)),
        values={metric: value for metric, value in values.items() if value is not None},
        delays=_distribution(delays) if packets else None,
        delay_series=Series(10**9, tuple(mean * (1 + draw.gauss(0, 0.06)) for _ in wave)) if packets else None,
    )


def _distribution(delays: list[int]) -> Distribution:
    start, width = delays[0], max(1, (delays[-1] - delays[0]) // 100 + 1)
    bins = [0] * 100
    for delay in delays:
        bins[(delay - start) // width] += 1
    marks = tuple((p, delays[max(0, math.ceil(p * len(delays)) - 1)]) for p in QUANTILES)
    return Distribution(start, width, tuple(bins), marks)


def _loads(
    blueprint: Blueprint, paths: dict[str, tuple[Hop, ...]], figures: tuple[FlowFigures, ...], qos: bool
) -> Iterator[SpanLoad]:
    flows = {flow.name: flow for flow in blueprint.flows}
    carried: dict[tuple[str, bool], dict[str, float]] = {}
    for figure in figures:
        mean = sum(figure.throughput.values) / len(figure.throughput.values)
        kind = flows[figure.flow].service_class
        for hop in paths[figure.flow]:
            by_class = carried.setdefault((hop.span, hop.forward), {})
            by_class[kind] = by_class.get(kind, 0.0) + mean * 1.06
    for span in blueprint.spans:
        for forth in (True, False):
            rate = (span.forward if forth else span.reverse).rate
            by_class = carried.get((span.name, forth), {})
            over = max(1.0, sum(by_class.values()) / rate)
            dropped = {"internet": int(4000 * (over - 1))} if over > 1 else {}
            yield SpanLoad(span.name, forth, rate, {k: v / over for k, v in by_class.items()}, dropped)


def _verdicts(net: Network, blueprint: Blueprint, qos: Measured, baseline: Measured) -> Iterator[Verdict]:
    with_qos = {figure.flow: figure for figure in qos.figures}
    without = {figure.flow: figure for figure in baseline.figures}
    for flow in blueprint.flows:
        for target in (t for t in net.targets if t.workload == flow.workload):
            for metric, bound in target.bounds.items():
                yield _verdict(flow, metric, bound, with_qos[flow.name].values[metric],
                               without[flow.name].values[metric])


def _verdict(flow: Flow, metric: Metric, *figures: float) -> Verdict:
    """figures: target, value and baseline, in base units."""
    lower, unit = metric.row.lower, metric.row.scale.symbol
    target, value, beside = (figure / metric.row.scale.base for figure in figures)
    holds, holds_without = ((x <= target) == lower or x == target for x in (value, beside))
    outcome, reason, samples = Outcome.MET if holds else Outcome.MISSED, "", 3000
    if metric is Metric.LOSS and target < 100:
        outcome = Outcome.INCONCLUSIVE
        reason = "3000 packets are worth 3000 independent ones, 299574 needed; run for about 6000 s"
    return Verdict(flow.service, flow.workload, flow.name, source=flow.source, sink=flow.sink, metric=metric,
                   lower=lower, target=target, value=value, unit=unit, samples=samples,
                   confidence=None if reason else 0.9993, verdict=outcome, baseline=beside,
                   predicted=value * 0.98 if unit == "ms" else None, proves_qos=None if reason else not holds_without,
                   reason=reason)
