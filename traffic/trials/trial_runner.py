"""Carries out a trial in the lab: does each measurement that its method asks for."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean

from traffic import agent
from traffic.sample_files import LOST, Bytes, Packets
from traffic.trials import mtu_and_rtt_probes
from twin.core.records import to_plain
from twin.core.units import NS_PER_S, Time
from twin.model import Direction
from twin.plan.blueprint import Blueprint, BulkTransfer, Flow, Host, UdpFlood
from twin.plan.trials.measurements import (
    Measurement,
    PathMtuTest,
    RecoveryResult,
    RecoveryTest,
    Report,
    Result,
    RoundTripTest,
    StreamResult,
    StreamTest,
    TransferResult,
    TransferTest,
    TrialPlan,
    ip_size,
)
from twin.plan.trials.trial_plan import METHODS

MARGIN = 2 * NS_PER_S
"""How long late frames are waited for (RFC 2544, 23), ns; then queues are empty, and nothing has to settle."""
REPORT = "report.json"
SETTLED = 2 * NS_PER_S
"""What the goodput of a transfer leaves out at its start, ns."""
STRETCH = 10 * NS_PER_S


@dataclass(slots=True)
class TrialRunner:
    """Carries out one trial. lateness: the largest of a timer so far, ns."""

    plan: TrialPlan
    hosts: Mapping[str, Host]
    seed: int
    out: Path
    lateness: int = 0

    def run(self) -> Report:
        """Measure what the method asks for until it has its report."""
        procedure = METHODS[self.plan.trial.method](self.plan)
        try:
            measurement = next(procedure)
            while True:
                measurement = procedure.send(self.measure(measurement))
        except StopIteration as end:
            report: Report = end.value
            return report

    def measure(self, measurement: Measurement) -> Result:
        """Do one measurement."""
        match measurement:
            case StreamTest():
                agent.say({"phase": measurement.title})
                return self._send_streams(measurement)
            case RecoveryTest():
                agent.say({"phase": measurement.title})
                return self._recovery_time(measurement)
            case TransferTest():
                agent.say({"phase": measurement.title})
                return self._transfer(measurement)
            case PathMtuTest():
                agent.say({"phase": "path MTU"})
                flow = self.plan.paths[measurement.service].flow
                return mtu_and_rtt_probes.path_mtu(self.hosts, flow, measurement.least, measurement.most)
            case RoundTripTest():
                agent.say({"phase": "round trip"})
                flow = self.plan.paths[measurement.service].flow
                return mtu_and_rtt_probes.round_trip(self.hosts, flow, measurement.count)

    def _send_streams(self, measurement: StreamTest) -> tuple[StreamResult, ...]:
        flows: list[Flow] = []
        for place, stream in enumerate(measurement.streams):
            flow = replace(self.plan.paths[stream.service].flow, dscp=stream.mark,
                           traffic=UdpFlood(ip_size(stream.frame), stream.interval),
                           start=Time(stream.interval * place // len(measurement.streams)))
            flows.append(self._second_flow(flow) if flow.name in {other.name for other in flows} else flow)
        results = self._run_flows(flows, measurement.length)
        return tuple(stream_result(results.samples[flow.name], measurement.length) for flow in flows)

    def _recovery_time(self, measurement: RecoveryTest) -> RecoveryResult:
        """Two flows send alternately, and one of them ends; the other sends the last frame before that."""
        path, length = self.plan.paths[measurement.service].flow, Time(measurement.interval * measurement.count)
        first = replace(path, traffic=UdpFlood(ip_size(measurement.frame), Time(2 * measurement.interval)))
        second = replace(self._second_flow(first), start=measurement.interval)
        odd = measurement.count % 2
        flows = [first, replace(second, stop=length)] if odd else [replace(first, stop=length), second]
        results = self._run_flows(flows, Time(length + measurement.after))
        return RecoveryResult(recovery_time([results.samples[flow.name] for flow in flows], length))

    def _second_flow(self, flow: Flow) -> Flow:
        """The same flow once more: by another port of the line's."""
        name, more = f"{flow.name}.beside", len(self.plan.paths)
        if flow.direction is Direction.DOWN:
            return replace(flow, name=name, sink_port=flow.sink_port + more)
        return replace(flow, name=name, source_port=flow.source_port + more)

    def _transfer(self, measurement: TransferTest) -> TransferResult:
        flow = replace(self.plan.paths[measurement.service].flow, traffic=BulkTransfer(clamp=measurement.window))
        results = self._run_flows([flow], measurement.length)
        progress, counters = results.samples[flow.name], results.counters[flow.name]
        assert isinstance(progress, Bytes)
        mean_rtt = counters.rtt_sum * 1000 / counters.rtt_samples if counters.rtt_samples else 0.0
        goodput = _goodput(progress, min(SETTLED, measurement.length // 4))
        return TransferResult(goodput, counters.sent_bytes, counters.retransmitted_bytes, mean_rtt)

    def _run_flows(self, flows: Sequence[Flow], length: Time) -> agent.FlowResults:
        results = agent.run_flows(flows, self.hosts, length / NS_PER_S, self.seed, self.out, margin=MARGIN)
        self.lateness = max(self.lateness, results.lateness)
        return results


def stream_result(samples: object, length: int) -> StreamResult:
    """The result of a stream that lasted `length` ns."""
    assert isinstance(samples, Packets)
    delays, arrived = samples.delays, sorted(at for at in samples.received if at != LOST)
    arrival_rate = (len(arrived) - 1) * NS_PER_S / (arrived[-1] - arrived[0]) if len(arrived) > 1 else 0.0
    if not delays:
        return StreamResult(
            sent=len(samples.sent), received=0, punctual=0, arrival_rate=arrival_rate, mean_delay=None, max_delay=None,
            delay_variation=None, tagged_delay=None, available=0.0)
    ordered = sorted(delays)
    tagged = next(((s, r) for s, r in zip(samples.sent, samples.received, strict=True) if 2 * s >= length), (0, LOST))
    return StreamResult(
        sent=len(samples.sent), received=len(delays), punctual=sum(at < arrived[0] + length for at in arrived),
        arrival_rate=arrival_rate, mean_delay=fmean(delays), max_delay=float(ordered[-1]),
        delay_variation=float(ordered[-(-len(ordered) * 999 // 1000) - 1] - ordered[0]),
        tagged_delay=None if tagged[1] == LOST else float(tagged[1] - tagged[0]), available=available(samples))


def recovery_time(flows: Sequence[object], relief: int) -> float | None:
    """When the first frame after the last lost one arrived, ns after `relief`; None where there is no such frame.

    flows: those that make up the stream together, each in order of departure.
    """
    frames: list[tuple[int, int]] = []
    for samples in flows:
        assert isinstance(samples, Packets)
        frames += zip(samples.sent, samples.received, strict=True)
    after = None
    for _, received in sorted(frames, reverse=True):
        if received == LOST:
            return None if after is None else float(after - relief)
        after = received
    return None


def available(samples: Packets) -> float:
    """The part of the seconds, ppm, that do not belong to ten or more in a row with more than half lost (Y.1563)."""
    lost: dict[int, list[bool]] = {}
    for sent, received in zip(samples.sent, samples.received, strict=True):
        lost.setdefault(sent // NS_PER_S, []).append(received == LOST)
    bad = [2 * sum(flags) > len(flags) for _, flags in sorted(lost.items())]
    out, run = 0, 0
    for is_bad in (*bad, False):
        run, out = (run + 1, out) if is_bad else (0, out + run if run >= STRETCH // NS_PER_S else out)
    return 1e6 * (1 - out / len(bad))


def _goodput(progress: Bytes, begin: int) -> float:
    """bit/s between the first sample after `begin` and the last: samples stand where bytes were taken up."""
    in_namespace = [(at, total) for at, total in zip(progress.at, progress.total, strict=True) if at >= begin]
    if len(in_namespace) < 2:
        return 0.0
    (first, before), (last, after) = in_namespace[0], in_namespace[-1]
    return (after - before) * 8 * NS_PER_S / (last - first)


def carry_out(plan: TrialPlan, blueprint: Blueprint, seed: int, out: Path) -> Time:
    """Carry out a trial, and leave {"lag_ns": largest lateness of a timer, "report": ...} in `out`/report.json.

    Prints each measurement on standard output as {"phase": title}; returns the largest lateness, ns. Raises
    EmulationError where a flow fails.
    """
    runner = TrialRunner(plan, {host.name: host for host in blueprint.hosts}, seed, out)
    report = runner.run()
    (out / REPORT).write_text(json.dumps({"lag_ns": runner.lateness, "report": to_plain(report)}) + "\n")
    return Time(runner.lateness)
