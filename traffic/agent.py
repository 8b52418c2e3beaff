"""The traffic's door: runs all flows of all hosts from one process, as a function or as `python -m traffic.agent JOB`.

The job is a JSON file: {"blueprint": path, "seconds": n, "seed": n, "start": ns since 1970 or null, "out": folder}. It
leaves the samples of each flow in `out` (traffic.sample_files) and `traffic.json` beside them. On standard output it
says
{"start": ns since 1970} once all is open, and {"seconds": passed, "of": asked} as it goes. It runs in the lab, where
the hosts' namespaces are.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from traffic import sample_files
from traffic.attack.forged_packets import Forger, count_kinds
from traffic.bulk import tcp_connections
from traffic.engine import syscalls
from traffic.engine.event_loop import Loop
from traffic.engine.flow_context import DEFAULT_CONTROL, NO_LIMIT, Admissions, FlowContext
from traffic.engine.flow_counters import Tally
from traffic.engine.flow_lifecycle import LEAD, TICK, Running, Timing
from traffic.engine.sockets import Sockets
from traffic.flow_setup import open_flow
from traffic.iptv.channel_source import Broadcast
from traffic.packets.constant_rate import ConstantRateFlow
from traffic.sample_files import Samples
from traffic.voice.softswitch_server import Softswitches
from twin.core.errors import EmulationError, TwinError
from twin.core.records import from_plain
from twin.core.units import NS_PER_S
from twin.model import CallControl
from twin.plan.blueprint import Blueprint, ChannelPlan, ConstantRate, Elastic, Flow, ForgedPackets, Host, WebPages
from twin.plan.demand.call_admission import admissions

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
        channels: Sequence[ChannelPlan] = (), gateway_mac: str = "", admissions: Admissions = NO_LIMIT,
        control: CallControl = DEFAULT_CONTROL, stop_margin: float = 2.0, say: Say = say) -> dict[str, Any]:
    """Run flows, and send channels, from `start_at_ns` (ns since 1970, CLOCK_REALTIME) for `seconds`.

    `stop_margin` is for late packets.

    Where there is no start, the measurement begins as soon as all flows are open; `say` tells when that is.
    admissions, control: how softswitches decide.
    Writes the samples of each flow into `out` and the summary, which is also returned, into `out`/traffic.json:
    {"start": ns since 1970, "lag_ns": largest lateness of a timer, "failed": names of flows with errors,
    "flows", "channels": {name: counts and errors, traffic.engine.flow_counters}, "softswitch": SIP messages by kind}.
    A flow with errors has no samples. Raises EmulationError when the start has passed before all flows were open.
    """
    timing = Timing(seconds, seed)
    out.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        a_run = _Run(
            stack=stack, flows=tuple(flows), hosts={host.name: host for host in hosts},
            channels={channel.name: channel for channel in channels}, timing=timing, out=out, admissions=admissions,
            control=control)
        a_run.start_forger(gateway_mac)
        a_run.begin(start_at_ns, say)
        a_run.conduct(round(stop_margin * NS_PER_S), say)
        a_run.leave(partial(sample_files.write, out))
        summary = a_run.summary()
    (out / SUMMARY).write_text(json.dumps(summary) + "\n")
    return summary


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of flows that were tried: samples and counts by flow, and the largest lateness of a timer, ns."""

    samples: dict[str, Samples]
    tallies: dict[str, Tally]
    lateness: int


def try_out(flows: Sequence[Flow], hosts: Mapping[str, Host], seconds: float, seed: int, out: Path, *,
            margin: int) -> Tried:
    """Run flows at once and wait `margin` ns for late packets; nothing is written.

    out: a folder for what programs of others leave. Raises EmulationError where a flow fails.
    """
    found: dict[str, Samples] = {}
    with ExitStack() as stack:
        a_run = _Run(
            stack=stack, flows=tuple(flows), hosts=hosts, channels={}, timing=Timing(seconds, seed), out=out,
            admissions=NO_LIMIT, control=DEFAULT_CONTROL)
        a_run.begin(None, _silent)
        a_run.conduct(margin, _silent)
        a_run.leave(found.__setitem__)
    failed = [f"{name}: {', '.join(tally.errors)}" for name, tally in a_run.tallies.items() if tally.errors]
    if failed:
        raise EmulationError(f"the trial could not be carried out: {'; '.join(failed)}")
    return Tried(found, a_run.tallies, a_run.lateness)


def _silent(_line: dict[str, Any]) -> None:
    """Say nothing."""


class _Run:
    """All flows of a run, and the moments at which they are called."""

    def __init__(self, stack: ExitStack, flows: tuple[Flow, ...], hosts: Mapping[str, Host],
                 channels: Mapping[str, ChannelPlan], timing: Timing, out: Path, admissions: Admissions,
                 control: CallControl) -> None:
        self._stack, self._hosts, self._timing = stack, hosts, timing
        self._loop = Loop()
        sockets = Sockets(hosts, sum(map(_connections, flows)))
        file = tcp_connections.source()
        stack.callback(self._loop.close)
        stack.callback(sockets.close)
        stack.callback(os.close, file)
        self._own = Tally()
        self.tallies = {flow.name: Tally() for flow in flows}
        self._running: list[Running] = []
        self._forger: Forger | None = None
        context = FlowContext(
            loop=self._loop, sockets=sockets, timing=timing, file=file, tool_folder=out / "witness", channels=channels,
            admissions=admissions, control=control)
        self._softswitches = context.shared(Softswitches)
        self._broadcasts = [Broadcast(channel, context) for channel in channels.values()]
        for flow in flows:
            self._open(flow, context)

    def _open(self, flow: Flow, context: FlowContext) -> None:
        tally = self.tallies[flow.name]
        try:
            running = open_flow(flow, tally, context)
        except OSError as fault:
            tally.fail(fault)
        else:
            self._running.append(running)
            self._stack.callback(running.close)

    def start_forger(self, gateway_mac: str) -> None:
        """Start the process that forges, if anything is to be forged."""
        forged = [running.flow for running in self._running if isinstance(running.flow.traffic, ForgedPackets)]
        if forged:
            channels = [broadcast.channel for broadcast in self._broadcasts]
            callers = self._softswitches.callers()
            self._forger = Forger(forged, self._hosts, channels, gateway_mac, callers, self._timing)
            self._stack.callback(self._forger.close)

    def begin(self, start: int | None, say: Say) -> None:
        """Set the start, in agreement with everybody."""
        least = time.time_ns() + LEAD
        if start is not None and start < least:
            raise EmulationError(f"the traffic was ready {(least - start) / NS_PER_S:.3f} s too late for its start; "
                                 "give it more time before")
        self._timing.origin = start or -(-(least + LEAD) // LEAD) * LEAD
        if self._forger is not None:
            self._forger.begin(self._timing.origin)
        say({"start": self._timing.origin})

    def conduct(self, margin: int, say: Say) -> None:
        """Let it all happen: every call of traffic.engine.flow_lifecycle at its moment."""
        timing, loop = self._timing, self._loop
        self._softswitches.begin()
        self._each(lambda running: running.prepare())
        for running in self._running:
            loop.at(timing.origin + running.flow.start, running, running.begin)
            if running.flow.stop:
                loop.at(timing.origin + running.flow.stop, running, running.stop)
        for moment, until in timing.rounds():
            self._at(moment, partial(self._hand_over, until))
        for moment in (*range(timing.origin + TICK, timing.stop, TICK), timing.stop):
            self._at(moment - BEFORE, partial(self._each, lambda running: running.collect()))
        for moment in range(timing.origin + PROGRESS, timing.stop + 1, PROGRESS):
            passed = (moment - timing.origin) / NS_PER_S
            self._at(moment, partial(say, {"seconds": passed, "of": timing.seconds}))
        self._at(timing.stop, partial(self._each, lambda running: running.stop()))
        self._at(timing.stop + margin, partial(self._each, lambda running: running.finish()))
        loop.run_until(timing.stop + margin)

    def _at(self, moment: int, call: Callable[[], None]) -> None:
        self._loop.at(moment, self._own, call)

    def _hand_over(self, until: int) -> None:
        ahead = syscalls.ahead_of_monotonic()
        for broadcast in self._broadcasts:
            broadcast.hand_over(until, ahead)
        self._each(lambda running: running.hand_over(until, ahead))

    def _each(self, call: Callable[[Running], None]) -> None:
        """Call on every flow that has not failed; one that fails now does so alone."""
        for running in self._running:
            if not running.tally.errors:
                try:
                    call(running)
                except OSError as fault:
                    running.fail(fault)

    @property
    def lateness(self) -> int:
        """The largest lateness of a timer, ns."""
        return self._loop.lateness

    def leave(self, take: Callable[[str, Samples], object]) -> None:
        """Hand over the samples of each flow that has some."""
        self._ask_forger()
        for running in self._running:
            if not running.tally.errors:
                try:
                    take(running.flow.name, running.samples())
                except EmulationError as fault:
                    running.tally.errors.append(str(fault))

    def summary(self) -> dict[str, Any]:
        """What was counted of every flow."""
        return {
            "start": self._timing.origin,
            "lag_ns": self.lateness,
            "failed": [name for name, tally in self.tallies.items() if tally.errors],
            "flows": {name: asdict(tally) for name, tally in self.tallies.items()},
            "softswitch": self._softswitches.counts(),
            "channels": {broadcast.channel.name: asdict(broadcast.tally) for broadcast in self._broadcasts},
        }

    def _ask_forger(self) -> None:
        forged = [(running, running.flow.traffic) for running in self._running
                  if isinstance(running.flow.traffic, ForgedPackets)]
        if self._forger is None:
            return
        try:
            sent = self._forger.sent()
        except EmulationError as fault:
            for running, _ in forged:
                running.tally.errors.append(str(fault))
            return
        for running, traffic in forged:
            if isinstance(running, ConstantRateFlow):
                count_kinds(running, traffic, sent[running.flow.name])


def _connections(flow: Flow) -> int:
    """How many TCP connections a flow may have at a time; all but those at constant rate count as one at least."""
    match flow.traffic:
        case ConstantRate():
            return 0
        case Elastic(connections=connections) | WebPages(connections=connections):
            return connections
        case _:
            return 1


def main(job: Path) -> int:
    """Run the job in a file; returns the exit status."""
    try:
        order = json.loads(job.read_text())
        blueprint = from_plain(Blueprint, json.loads(Path(order["blueprint"]).read_text()))
        start, seconds, seed, out = order["start"], order["seconds"], order["seed"], Path(order["out"])
    except (OSError, ValueError, KeyError, TypeError) as fault:
        print(f"{job}: not a job of the traffic: {fault!r}", file=sys.stderr)
        return EmulationError.exit_code
    try:
        run(blueprint.flows, blueprint.hosts, start, seconds, seed, out, channels=blueprint.channels,
            gateway_mac=blueprint.gateway_mac, admissions=admissions(blueprint), control=blueprint.call_control)
    except TwinError as fault:
        print(fault, file=sys.stderr)
        return fault.exit_code
    except OSError as fault:
        print(f"the traffic could not be run: {fault}", file=sys.stderr)
        return EmulationError.exit_code
    return 0


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
