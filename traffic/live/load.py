"""The load of a live twin: starts and stops flows while others go on, and takes their samples window by window.

The flows are those of a run (traffic.flow_setup), on one loop. All count from whole seconds of the clock, so that the
rounds in which packets are handed over and collected are the same for all.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from traffic.attack.forged_packets import ForgingProcess
from traffic.bulk import tcp_connections
from traffic.engine import syscalls
from traffic.engine.event_loop import EventLoop
from traffic.engine.flow_context import Admissions, FlowContext
from traffic.engine.flow_counters import FlowCounters
from traffic.engine.flow_lifecycle import LEAD, TICK, ActiveFlow, Timing
from traffic.engine.sockets import Sockets
from traffic.flow_setup import open_flow
from traffic.iptv.channel_source import ChannelSource
from traffic.live.window import FlowWindow, Window
from traffic.voice.softswitch_server import Softswitches
from twin.core.errors import EmulationError
from twin.core.units import NS_PER_S
from twin.model import CallControl
from twin.plan.blueprint import Flow, ForgedPackets, Host, IptvChannelPlan, IptvViewing

LONGEST_SECONDS = 7 * 86_400.0
"""For how long a flow of a live twin can run, emulated or not."""
SETTLING = 3 * NS_PER_S
"""How long a packet is waited for before it counts as lost, ns."""
SLICE = 1_000_000
"""For how long packets are handed over or collected at once, ns, and a little more: until a flow is done."""
COLLECT_BEFORE = 10_000_000
"""By how much collecting comes before whole seconds, ns: what a window needs is in when the second is over."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What flows run among. connections: how many TCP connections there may be at a time."""

    hosts: Mapping[str, Host]
    channels: Mapping[str, IptvChannelPlan]
    gateway_mac: str
    admissions: Admissions
    control: CallControl
    connections: int
    seed: int


@dataclass(slots=True)
class _LiveFlow:
    """A flow that runs. ends: when a flow that was stopped is forgotten, ns since 1970. forging: the process that sends
    for it, where another does."""

    active: ActiveFlow
    timing: Timing
    ends: int | None = None
    forging: ForgingProcess | None = None

    def window(self, until: int) -> FlowWindow:
        """What became of it before `until`, as far as that was not taken yet."""
        errors, origin = self.active.counters.errors, self.timing.origin
        if self.ends is not None and errors:  # of a flow that was stopped before it had begun
            return FlowWindow(origin, None)
        try:
            samples = self.active.take(until) if until > origin and not errors else None
        except EmulationError as fault:
            return FlowWindow(origin, None, (str(fault),))
        return FlowWindow(origin, samples, tuple(errors))

    def close(self) -> None:
        """Release all that it has."""
        self.active.close()
        if self.forging is not None:
            self.forging.close()


class LiveLoad:
    """Flows by name; `take_window` gets each window. Close it to end all flows."""

    def __init__(self, around: Surroundings, folder: Path, take_window: Callable[[Window], None]) -> None:
        self._around, self._take_window = around, take_window
        self._stack = ExitStack()
        self._loop = EventLoop()
        file = tcp_connections.memory_file()
        self._sockets = Sockets(around.hosts, around.connections)
        self._stack.callback(self._loop.close)
        self._stack.callback(os.close, file)
        self._stack.callback(self._sockets.close)
        timing = Timing(LONGEST_SECONDS, around.seed, self._next_second())
        self._context = FlowContext(
            loop=self._loop, sockets=self._sockets, timing=timing, channel_timing=timing, file=file, tool_folder=folder,
            channels=around.channels, admissions=around.admissions, control=around.control)
        self._softswitches = self._context.shared(Softswitches)
        self._sources: list[ChannelSource] = []
        self._flows: dict[str, _LiveFlow] = {}
        self._refused: dict[str, FlowWindow] = {}
        self._number = 0
        self._counters = FlowCounters()

    @property
    def loop(self) -> EventLoop:
        """The loop on which all of it runs."""
        return self._loop

    def running(self) -> tuple[str, ...]:
        """The names of the flows that run, without those that were stopped."""
        return tuple(name for name, flow in self._flows.items() if flow.ends is None)

    def begin(self) -> None:
        """Begin the rounds."""
        self._at(self._context.timing.origin - LEAD, partial(self._hand_over, self._context.timing.origin))
        self._at(self._context.timing.origin + TICK - COLLECT_BEFORE,
                 partial(self._collect, self._context.timing.origin + TICK))

    def start(self, flows: Iterable[Flow]) -> None:
        """Start flows that do not run; one that the kernel refuses is reported in the next window."""
        timing = Timing(LONGEST_SECONDS, self._around.seed, self._next_second())
        new = [flow for flow in flows if flow.name not in self.running()]
        self._send_channels(new, timing)
        context = replace(self._context, timing=timing)
        begun = [active for flow in new for active in self._open(flow, timing, context)]
        self._forge([active for active in begun if isinstance(active.flow.traffic, ForgedPackets)], timing)
        for active in begun:
            self._call(active, active.prepare)
            self._loop.call_at(timing.origin + active.flow.start, active, active.begin)

    def stop(self, names: Iterable[str]) -> None:
        """Stop flows: they send nothing that was not handed over yet, which is little over a second.

        Late packets are still waited for. Names that do not run are passed over.
        """
        for name in {*names} & {*self.running()}:
            flow = self._flows[name]
            flow.ends = self._loop.now + SETTLING
            self._loop.cancel(flow.active)
            self._call(flow.active, flow.active.stop)

    def close(self) -> None:
        """End all flows and close everything."""
        for flow in self._flows.values():
            flow.close()
        self._stack.close()

    def _send_channels(self, new: Iterable[Flow], timing: Timing) -> None:
        """Send all channels once somebody watches; from then on they go on, whoever watches."""
        if not self._sources and any(isinstance(flow.traffic, IptvViewing) for flow in new):
            self._context = replace(self._context, channel_timing=timing)
            self._sources = [ChannelSource(channel, self._context) for channel in self._around.channels.values()]

    def _open(self, flow: Flow, timing: Timing, context: FlowContext) -> list[ActiveFlow]:
        if flow.name in self._flows:
            self._flows.pop(flow.name).close()
        counters = FlowCounters()
        try:
            active = open_flow(flow, counters, context)
        except OSError as fault:
            counters.fail(fault)
            self._refused[flow.name] = FlowWindow(timing.origin, None, tuple(counters.errors))
            return []
        self._flows[flow.name] = _LiveFlow(active, timing)
        return [active]

    def _forge(self, forged: list[ActiveFlow], timing: Timing) -> None:
        """Start the process that forges what these flows carry, one for each; it ends with its flow."""
        for active in forged:
            process = ForgingProcess([active.flow], self._around.hosts, [*self._around.channels.values()],
                                     self._around.gateway_mac, self._softswitches.callers(), timing)
            process.begin(timing.origin)
            self._flows[active.flow.name].forging = process

    def _next_second(self) -> int:
        """The next whole second that leaves time for preparing flows, ns since 1970."""
        return -(-(self._loop.now + 2 * LEAD) // NS_PER_S) * NS_PER_S

    def _hand_over(self, begin: int) -> None:
        """Hand over what departs within the second from `begin` on, a moment ahead of it."""
        self._in_slices(self._handing_over(begin + TICK))
        self._at(begin + TICK - LEAD, partial(self._hand_over, begin + TICK))

    def _handing_over(self, until: int) -> Iterator[None]:
        ahead = syscalls.ahead_of_monotonic()
        for source in self._sources:
            source.hand_over(until, ahead)
            yield
        for flow in self._each():
            if flow.ends is None:
                self._call(flow.active, partial(flow.active.hand_over, until, ahead))
            yield

    def _collect(self, end: int) -> None:
        """Collect what has come within the second before `end`, and hand its window over."""
        self._in_slices(self._collecting(end))
        self._at(end + TICK - COLLECT_BEFORE, partial(self._collect, end + TICK))

    def _collecting(self, end: int) -> Iterator[None]:
        windows: dict[str, FlowWindow] = {}
        for flow in self._each():
            if flow.ends is None:
                self._call(flow.active, flow.active.collect)
            else:
                self._call(flow.active, flow.active.finish)
            windows[flow.active.flow.name] = flow.window(end - SETTLING)
            yield
        self._take_window(self._window(end - SETTLING, windows))
        self._forget(end)

    def _each(self) -> Iterator[_LiveFlow]:
        """The flows that there are now, without those that are closed by the time they have their time."""
        return (flow for name, flow in [*self._flows.items()] if self._flows.get(name) is flow)

    def _in_slices(self, steps: Iterator[None]) -> None:
        """Take steps for some milliseconds; then all that is due or ready goes first, and the others follow. All steps
        at once would keep requests, answers and calls of all flows waiting for a tenth of a second."""
        end = time.monotonic_ns() + SLICE
        for _ in steps:
            if time.monotonic_ns() >= end:
                self._at(time.time_ns(), partial(self._in_slices, steps))
                return

    def _window(self, until: int, windows: Mapping[str, FlowWindow]) -> Window:
        flows = {**windows, **self._refused}
        self._refused = {}
        self._number += 1
        lateness, self._loop.lateness = self._loop.lateness, 0
        return Window(self._number, until, lateness, flows)

    def _forget(self, now: int) -> None:
        """Close flows that have failed, and those that were stopped long enough ago."""
        for name, flow in [*self._flows.items()]:
            if flow.active.counters.errors or (flow.ends is not None and flow.ends <= now - TICK):
                flow.close()
                del self._flows[name]

    def _at(self, moment: int, call: Callable[[], None]) -> None:
        self._loop.call_at(moment, self._counters, call)

    def _call(self, active: ActiveFlow, call: Callable[[], None]) -> None:
        """Call a flow that has not failed; one that fails now does so alone."""
        if not active.counters.errors:
            try:
                call()
            except OSError as fault:
                active.fail(fault)
