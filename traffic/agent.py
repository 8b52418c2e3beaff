"""Runs all flows of all hosts from one process, in the lab, where the hosts' namespaces are.

It leaves the samples of each flow in a folder (traffic.sample_files) and `traffic.json` beside them. It prints
{"start": ns since 1970} once all is open, and {"seconds": passed, "of": total} as it goes.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from traffic import sample_files
from traffic.attack.forged_packets import ForgingProcess, count_by_attack
from traffic.bulk import tcp_connections
from traffic.engine import syscalls
from traffic.engine.event_loop import EventLoop
from traffic.engine.flow_context import DEFAULT_CONTROL, NO_LIMIT, Admissions, FlowContext
from traffic.engine.flow_counters import FlowCounters
from traffic.engine.flow_lifecycle import LEAD, TICK, ActiveFlow, Timing
from traffic.engine.sockets import Sockets
from traffic.flow_setup import connections, open_flow
from traffic.iptv.channel_source import ChannelSource
from traffic.packets.constant_rate import ConstantRateFlow
from traffic.sample_files import Samples
from traffic.voice.softswitch_server import Softswitches
from twin.core.errors import EmulationError
from twin.core.units import NS_PER_S
from twin.model import CallControl
from twin.plan.blueprint import Flow, ForgedPackets, Host, IptvChannelPlan

BEFORE = 10_000
"""By how much collecting comes before whole seconds, ns, so that each second has a sample just before its end."""
PROGRESS = 5 * NS_PER_S
"""Between two lines of progress, ns."""
SUMMARY = "traffic.json"
Say = Callable[[dict[str, Any]], None]


def say(line: dict[str, Any]) -> None:
    """Print one JSON line."""
    print(json.dumps(line), flush=True)


def run(flows: Sequence[Flow], hosts: Iterable[Host], start_at_ns: int | None, seconds: float, seed: int, out: Path, *,
        channels: Sequence[IptvChannelPlan] = (), gateway_mac: str = "", admissions: Admissions = NO_LIMIT,
        control: CallControl = DEFAULT_CONTROL, stop_margin: float = 2.0, say: Say = say) -> dict[str, Any]:
    """Run flows, and send channels, from `start_at_ns` (ns since 1970, CLOCK_REALTIME) for `seconds`.

    `stop_margin` is for late packets.

    Where there is no start, the measurement begins as soon as all flows are open; `say` reports when that is.
    admissions, control: how softswitches decide.
    Writes the samples of each flow into `out` and the summary, which is also returned, into `out`/traffic.json:
    {"start": ns since 1970, "lag_ns": largest lateness of a timer, "failed": names of flows with errors,
    "flows", "channels": {name: counts and errors, traffic.engine.flow_counters}, "softswitch": SIP messages by kind}.
    A flow with errors has no samples. Raises EmulationError when the start has passed before all flows were open.
    """
    timing = Timing(seconds, seed)
    out.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        traffic_run = _TrafficRun(
            stack=stack, flows=tuple(flows), hosts={host.name: host for host in hosts},
            channels={channel.name: channel for channel in channels}, timing=timing, out=out, admissions=admissions,
            control=control)
        traffic_run.start_forging(gateway_mac)
        traffic_run.begin(start_at_ns, say)
        traffic_run.schedule_and_run(round(stop_margin * NS_PER_S), say)
        traffic_run.export_samples(partial(sample_files.write, out))
        summary = traffic_run.summary()
    (out / SUMMARY).write_text(json.dumps(summary) + "\n")
    return summary


@dataclass(frozen=True, slots=True)
class FlowResults:
    """The results of flows: samples and counts by flow, and the largest lateness of a timer, ns."""

    samples: dict[str, Samples]
    counters: dict[str, FlowCounters]
    lateness: int


def run_flows(flows: Sequence[Flow], hosts: Mapping[str, Host], seconds: float, seed: int, out: Path, *,
            margin: int) -> FlowResults:
    """Run flows at once and wait `margin` ns for late packets; nothing is written.

    out: a folder for the files of iperf3 and sipp. Raises EmulationError where a flow fails.
    """
    samples: dict[str, Samples] = {}
    with ExitStack() as stack:
        traffic_run = _TrafficRun(
            stack=stack, flows=tuple(flows), hosts=hosts, channels={}, timing=Timing(seconds, seed), out=out,
            admissions=NO_LIMIT, control=DEFAULT_CONTROL)
        traffic_run.begin(None, _silent)
        traffic_run.schedule_and_run(margin, _silent)
        traffic_run.export_samples(samples.__setitem__)
    failed = [f"{name}: {', '.join(counters.errors)}" for name, counters in traffic_run.counters.items()
              if counters.errors]
    if failed:
        raise EmulationError(f"the trial could not be carried out: {'; '.join(failed)}")
    return FlowResults(samples, traffic_run.counters, traffic_run.lateness)


def _silent(_line: dict[str, Any]) -> None:
    """Say nothing."""


class _TrafficRun:
    """All flows of a run, and the moments at which they are called."""

    def __init__(self, stack: ExitStack, flows: tuple[Flow, ...], hosts: Mapping[str, Host],
                 channels: Mapping[str, IptvChannelPlan], timing: Timing, out: Path, admissions: Admissions,
                 control: CallControl) -> None:
        self._stack, self._hosts, self._timing = stack, hosts, timing
        self._loop = EventLoop()
        sockets = Sockets(hosts, sum(map(connections, flows)))
        file = tcp_connections.memory_file()
        stack.callback(self._loop.close)
        stack.callback(sockets.close)
        stack.callback(os.close, file)
        self._run_counters = FlowCounters()
        self.counters = {flow.name: FlowCounters() for flow in flows}
        self._active: list[ActiveFlow] = []
        self._forging: ForgingProcess | None = None
        context = FlowContext(
            loop=self._loop, sockets=sockets, timing=timing, channel_timing=timing, file=file,
            tool_folder=out / "witness", channels=channels, admissions=admissions, control=control)
        self._softswitches = context.shared(Softswitches)
        self._channel_sources = [ChannelSource(channel, context) for channel in channels.values()]
        for flow in flows:
            self._open(flow, context)

    def _open(self, flow: Flow, context: FlowContext) -> None:
        counters = self.counters[flow.name]
        try:
            active = open_flow(flow, counters, context)
        except OSError as fault:
            counters.fail(fault)
        else:
            self._active.append(active)
            self._stack.callback(active.close)

    def start_forging(self, gateway_mac: str) -> None:
        """Start the process that forges, if anything is to be forged."""
        forged = [active.flow for active in self._active if isinstance(active.flow.traffic, ForgedPackets)]
        if forged:
            channels = [source.channel for source in self._channel_sources]
            callers = self._softswitches.callers()
            self._forging = ForgingProcess(forged, self._hosts, channels, gateway_mac, callers, self._timing)
            self._stack.callback(self._forging.close)

    def begin(self, start: int | None, say: Say) -> None:
        """Set the start, the same for all; `say` reports it."""
        least = time.time_ns() + LEAD
        if start is not None and start < least:
            raise EmulationError(f"the traffic was ready {(least - start) / NS_PER_S:.3f} s too late for its start; "
                                 "give it more time before")
        self._timing.origin = start or -(-(least + LEAD) // LEAD) * LEAD
        if self._forging is not None:
            self._forging.begin(self._timing.origin)
        say({"start": self._timing.origin})

    def schedule_and_run(self, margin: int, say: Say) -> None:
        """Schedule every call of traffic.engine.flow_lifecycle, and run until all are done."""
        timing, loop = self._timing, self._loop
        self._softswitches.begin()
        self._call_each(lambda active: active.prepare())
        for active in self._active:
            loop.call_at(timing.origin + active.flow.start, active, active.begin)
            if active.flow.stop:
                loop.call_at(timing.origin + active.flow.stop, active, active.stop)
        for moment, until in timing.rounds():
            self._at(moment, partial(self._hand_over, until))
        for moment in (*range(timing.origin + TICK, timing.stop, TICK), timing.stop):
            self._at(moment - BEFORE, partial(self._call_each, lambda active: active.collect()))
        for moment in range(timing.origin + PROGRESS, timing.stop + 1, PROGRESS):
            passed = (moment - timing.origin) / NS_PER_S
            self._at(moment, partial(say, {"seconds": passed, "of": timing.seconds}))
        self._at(timing.stop, partial(self._call_each, lambda active: active.stop()))
        self._at(timing.stop, self._softswitches.stop)
        self._at(timing.stop + margin, partial(self._call_each, lambda active: active.finish()))
        loop.run_until(timing.stop + margin)

    def _at(self, moment: int, call: Callable[[], None]) -> None:
        self._loop.call_at(moment, self._run_counters, call)

    def _hand_over(self, until: int) -> None:
        ahead = syscalls.ahead_of_monotonic()
        for source in self._channel_sources:
            source.hand_over(until, ahead)
        self._call_each(lambda active: active.hand_over(until, ahead))

    def _call_each(self, call: Callable[[ActiveFlow], None]) -> None:
        """Call on every flow that has not failed; one that fails now does so alone."""
        for active in self._active:
            if not active.counters.errors:
                try:
                    call(active)
                except OSError as fault:
                    active.fail(fault)

    @property
    def lateness(self) -> int:
        """The largest lateness of a timer, ns."""
        return self._loop.lateness

    def export_samples(self, take: Callable[[str, Samples], object]) -> None:
        """Hand the samples of each flow that has some to `take`."""
        self._count_forged()
        for active in self._active:
            if not active.counters.errors:
                try:
                    take(active.flow.name, active.take(self._loop.now + 1))
                except EmulationError as fault:
                    active.counters.errors.append(str(fault))

    def summary(self) -> dict[str, Any]:
        """The counters of every flow."""
        return {
            "start": self._timing.origin,
            "lag_ns": self.lateness,
            "failed": [name for name, counters in self.counters.items() if counters.errors],
            "flows": {name: asdict(counters) for name, counters in self.counters.items()},
            "softswitch": self._softswitches.counts(),
            "channels": {source.channel.name: asdict(source.counters) for source in self._channel_sources},
        }

    def _count_forged(self) -> None:
        forged = [(active, active.flow.traffic) for active in self._active
                  if isinstance(active.flow.traffic, ForgedPackets)]
        if self._forging is None:
            return
        try:
            sent = self._forging.sent()
        except EmulationError as fault:
            for active, _ in forged:
                active.counters.errors.append(str(fault))
            return
        for active, traffic in forged:
            if isinstance(active, ConstantRateFlow):
                count_by_attack(active, traffic, sent[active.flow.name])
