"""Tests of lines by their standards: what RFC 2544 and RFC 6349 print, computed and measured; contracts by Y.1564."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import floor
from pathlib import Path

from benchmarks.oracles.oracle import Oracle
from benchmarks.support import lab
from traffic.sample_files import Bytes
from twin.core.units import NS_PER_MS, NS_PER_S, Rate, Size, Time
from twin.jobs.trials import run_trials
from twin.judge.figures.packet_metrics import goodput
from twin.model.yaml import load
from twin.plan.blueprint import BulkTransfer, LinkDirection
from twin.plan.blueprint.layers import ETHERNET_WIRE
from twin.plan.trials.measurements import Report, Row, most_frames
from twin.plan.trials.rfc6349 import (
    bandwidth_delay_product,
    buffer_delay,
    efficiency,
    ideal_rate,
    time_ratio,
    window_limited_rate,
)

EXACT = 1e-9
FRAMES = {10: {64: 14880, 128: 8445, 256: 4528, 512: 2349, 768: 1586, 1024: 1197, 1280: 961, 1518: 812},
          100: {64: 148809, 128: 84459, 256: 45289, 512: 23496, 1024: 11973, 1280: 9615, 1518: 8127}}
"""Frames/s of Ethernet by Mbit/s and bytes (RFC 2544, appendix B)."""
QUEUE = 12_500
"""Bytes that the line of 10 Mbit/s lets wait: 10 ms."""
SEGMENTS, PAYLOAD = 12, 1448
SECONDS, SETTLED = 3.0, NS_PER_S


def oracles() -> Iterator[Oracle]:
    """What is printed, then what virtual labs measure."""
    yield from printed()
    with tempfile.TemporaryDirectory(prefix="metro-twin-") as folder:
        names = ("frames-10", "frames-100", "tcp-100", "contract", "single-rate", "two-rate", "broken", "unpoliced")
        tried = run_trials(load(lab.NETWORKS / "trials.yaml"), Path(folder), names)
    reports = {trial_run.report.name: trial_run.report for trial_run in tried}
    for rate in (10, 100):
        yield from _frames(rate, reports[f"frames-{rate}"])
    yield from _bursts(reports["frames-10"])
    yield from _delays(reports["frames-10"])
    yield from _recoveries(reports["frames-10"], reports["frames-100"])
    yield from _contracts(reports)
    best = max(row.values["goodput"] for row in _rows(reports["tcp-100"], "TCP"))
    yield Oracle("TCP on 100BASE, time stamps on", "RFC 6349, 4.1.1, less 12 bytes a segment",
                 ideal_rate((_ethernet(100),), 1500) / 1000, best, 0.001, "kbit/s")
    (bottleneck,) = _rows(reports["tcp-100"], "bottleneck")
    yield Oracle("bottleneck of 100BASE, IP", "RFC 6349, 3.2.2: full packets at 8127 a second",
                 8127.44 * 1500 * 8 / 1000, bottleneck.values["rate"], 0.0005, "kbit/s")
    yield from windows()


def printed() -> Iterator[Oracle]:
    """Figures that stand in the RFCs, by the functions that the trials use."""
    for rate, row in FRAMES.items():
        for frame, count in row.items():
            yield Oracle(f"most frames/s, {rate} Mbit/s, {frame} bytes", "RFC 2544, appendix B", count,
                         floor(most_frames((_ethernet(rate),), frame)), EXACT)
    goodput = ideal_rate((_ethernet(100),), 1500, 40) / 1e6
    yield Oracle("TCP on 100BASE", "RFC 6349, 4.1.1", 94.9, goodput, 0.0005, "Mbit/s")
    theory: float
    for rate, ms, theory in ((100_000_000, 1, 12_500), (100_000_000, 2, 25_000), (100_000_000, 5, 62_500),
                             (5_000_000, 90, 56_250), (640_000, 90, 7_200)):
        yield Oracle(f"product of {rate / 1e6:g} Mbit/s and a round trip of {ms} ms", "RFC 6349, 3.3.1", theory,
                     bandwidth_delay_product(rate, ms * NS_PER_MS), EXACT, "bytes")
    for ms, theory in ((5, 25.6), (10, 12.8)):
        yield Oracle(f"window of 16 kB, a round trip of {ms} ms", "RFC 6349, 3.3.1", theory,
                     window_limited_rate(16_000, ms * NS_PER_MS) / 1e6, EXACT, "Mbit/s")
    yield Oracle("100 MB on 100BASE", "RFC 6349, 4.1.2, which rounds it up to 9 s", 8.43,
                 100e6 * 8 / ideal_rate((_ethernet(100),), 1500, 40), 1e-3, "s")
    yield Oracle("transfer time ratio, 12 s where 8 would do", "RFC 6349, 4.1.1", 1.5, time_ratio(12, 8), EXACT)
    yield Oracle("TCP efficiency, 2000 of 102000 bytes again", "RFC 6349, 4.2", 98.03,
                 100 * efficiency(102_000, 2_000), 0.0002, "%")
    yield Oracle("buffer delay, 32 ms where 25 is least", "RFC 6349, 4.3", 28, 100 * buffer_delay(32, 25), EXACT, "%")


def windows() -> Iterator[Oracle]:
    """Twelve segments a round trip of 5 and 10 ms: RFC 6349's 25.6 and 12.8 Mbit/s of 16 kB come from the same law."""
    blueprint = lab.described("trials")
    window = Size(SEGMENTS * PAYLOAD)
    flows = tuple(replace(flow, traffic=BulkTransfer(clamp=window)) for flow in blueprint.flows)
    samples = lab.run(replace(blueprint, flows=flows), SECONDS).side.samples
    for name, trip in (("near-1.window", 5_000_000), ("far-1.window", 10_000_000)):
        progress = samples[name]
        assert isinstance(progress, Bytes)
        inside = [at for at in progress.at if SETTLED <= at <= SECONDS * NS_PER_S]
        law = window * 8 * NS_PER_S / trip
        yield Oracle(f"window of {window} bytes, round trip {trip / 1e6:g} ms", "RFC 6349: window × 8 / round trip",
                     law / 1e6, goodput(progress, inside[0], inside[-1]) / 1e6, 0.02, "Mbit/s")


def _frames(rate: int, report: Report) -> Iterator[Oracle]:
    for row in _rows(report, "throughput"):
        frame = int(row.values["frame"])
        yield Oracle(f"throughput, {rate} Mbit/s, {frame} bytes", "RFC 2544, appendix B", FRAMES[rate][frame],
                     floor(row.values["frames"]), 0.001, "frames/s")


def _bursts(report: Report) -> Iterator[Oracle]:
    """A burst at 1 Gbit/s: what waits fits the queue, while the line takes a hundredth of it away."""
    for row in _rows(report, "back-to-back"):
        cost = ETHERNET_WIRE.cost(int(row.values["frame"]) - 4)
        theory = floor(QUEUE / cost) / (1 - 10 / 1000) + 1
        yield Oracle(f"back-to-back, {row.step}", "queue over what arrives beyond the rate", theory,
                     row.values["burst"], 1.5 / theory, "frames")


def _delays(report: Report) -> Iterator[Oracle]:
    """In the middle of a stream at throughput nothing waits: serialization on two spans, no propagation."""
    for row in _rows(report, "latency"):
        cost = ETHERNET_WIRE.cost(int(row.values["frame"]) - 4)
        theory = sum(cost * 8 * 1000 / rate for rate in (1e9, 1e7))
        yield Oracle(f"latency, {row.step}", "RFC 2544, 26.2: serialization", theory, row.values["delay"], 0.001, "ms")


def _recoveries(*reports: Report) -> Iterator[Oracle]:
    """The mean of eleven, which find eleven frames of the pattern last: backlog over rate, to a fifth of a frame."""
    for report, rate, queue in zip(reports, (1e7, 1e8), (QUEUE, 25_000), strict=True):
        for row in _rows(report, "system recovery"):
            cost = ETHERNET_WIRE.cost(int(row.values["frame"]) - 4)
            frame = cost * 8 * 1000 / rate
            theory = (floor(queue / cost) + 1.5 * (1 - 1 / 1.1) - 5 / 1.1) * frame + cost * 8 / 1e6
            yield Oracle(f"system recovery, {rate / 1e6:g} Mbit/s, {row.step}", "RFC 2544, 26.5: backlog over rate",
                         theory, row.values["recovery"], 0.2 * frame / theory, "ms")


def _contracts(reports: Mapping[str, Report]) -> Iterator[Oracle]:
    for name, passes in (("contract", True), ("single-rate", True), ("two-rate", False), ("broken", False),
                         ("unpoliced", False)):
        yield Oracle(f"{name} passes", "ITU-T Y.1564", float(passes), float(reports[name].passed is True), EXACT)
    over = _rows(reports["contract"], "contract, configuration")[-1]
    burst = 4_000 * 8 / 2 / 1000
    yield Oracle("arrives of 1625 kbit/s, policed to 1500 without FCS", "rate and burst over 2 s",
                 (1500 + burst) * 512 / 508, over.values["arrived"], 0.005, "kbit/s")
    green = _rows(reports["single-rate"], "coloured, configuration")[-1].values["green"]
    yield Oracle("green of 1000 kbit/s beside yellow, one rate", "RFC 2697: a bucket of its own", 1000, green, 0.001,
                 "kbit/s")
    shared, peak = _rows(reports["two-rate"], "coloured, configuration")[-1].values, (1460 + burst) * 512 / 494
    yield Oracle("arrives of 1000 kbit/s green and 625 yellow, two rates", "RFC 2698, 3: a peak of 1460 of IP", peak,
                 shared["arrived"], 0.005, "kbit/s")
    yield Oracle("green of that", "RFC 2698, 3: both share the peak, as their frames happen to alternate",
                 peak * 1000 / 1625, shared["green"], 0.03, "kbit/s")


def _rows(report: Report, test: str) -> list[Row]:
    return [row for row in report.rows if row.test == test]


def _ethernet(rate: int) -> LinkDirection:
    return LinkDirection(Rate(rate * 1_000_000), ETHERNET_WIRE, Time(0))
