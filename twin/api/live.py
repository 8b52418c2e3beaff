"""Live twins: find one that is up, look into it, run commands in it, break and restore its spans, shut it down."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from types import TracebackType

from twin.api.live_capture import Capture
from twin.core.errors import EmulationError, UsageError
from twin.core.records import from_plain, to_json, to_plain
from twin.core.units import Rate, Ratio, Time, UnitError, rate, ratio
from twin.jobs.live.channel import (
    EVENT,
    Answer,
    AnswerMessage,
    ChangeLoad,
    Command,
    CommandMessage,
    CountersChanged,
    CountersRead,
    Event,
    EventMessage,
    FaultChanged,
    InjectFault,
    LoadChanged,
    ReadCounters,
    ReadState,
    Rebuild,
    Rebuilt,
    TwinState,
    WindowReady,
)
from twin.jobs.live.load_process import WINDOWS
from twin.jobs.live.load_selection import for_live_use, selected
from twin.jobs.live.observer import Observer
from twin.jobs.live.saved_twin import FORMAT, SavedTwin
from twin.judge.live.view import View
from twin.lab import GUEST_PYTHON
from twin.lab.session.attach import attach as attach_lab
from twin.lab.session.attach import running
from twin.lab.session.running_lab import RunningLab
from twin.model import FaultKind, Network, Policy
from twin.plan import plan
from twin.plan.blueprint import Blueprint, FaultPlan

__all__ = ["Capture", "CommandResult", "LiveStatus", "LiveTwin", "View", "attach", "running_twins"]

NETWORK_FILE = "network.json"
"""In the twin's folder: the description that it was brought up from."""
LOAD_PATIENCE_S = 60.0
"""Within which a change of the load must be over."""
REBUILD_PATIENCE_S = 600.0
"""Within which another blueprint must stand."""
LOSS = Ratio(10_000)
"""Loss of a degraded span by default: ppm."""


LiveStatus = TwinState
"""A live twin as it stands."""


@dataclass(frozen=True, slots=True)
class CommandResult:
    """A command that has ended in a node."""

    exit_status: int
    stdout: bytes
    stderr: bytes


class LiveTwin:
    """An attachment to a live twin. Closing it, also by `with`, detaches; the twin goes on until `down`."""

    def __init__(self, lab: RunningLab) -> None:
        self._lab = lab

    def __enter__(self) -> LiveTwin:
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: BaseException | None,
                 _trace: TracebackType | None) -> None:
        self.close()

    @property
    def name(self) -> str:
        """What it is called."""
        return self._lab.name

    @property
    def folder(self) -> Path:
        """Its folder on this machine: blueprint, logs, and the windows of its load."""
        return self._lab.out

    def close(self) -> None:
        """Detach."""
        self._lab.close()

    def down(self) -> None:
        """Shut it down, and wait until nothing of it is left."""
        self._lab.end()

    def status(self) -> LiveStatus:
        """What is in it and what is broken."""
        return self._do(ReadState())

    def run(self, node: str, command: Sequence[str]) -> CommandResult:
        """Run a command in a host, or beside Open vSwitch for a switch, without input.

        Raises UsageError for a node that does not exist.
        """
        return CommandResult(*self._lab.capture(node, command))

    def exec(self, node: str, command: Sequence[str], *, terminal: bool = False) -> int:
        """Run a command in a node with the standard streams of this process; returns its exit status.

        terminal: give it a terminal, and pass ours through.
        """
        return self._lab.run(node, command, terminal=terminal)

    def shell(self, node: str = "", *, terminal: bool = True) -> int:
        """Mininet's command line, or bash in a node, on the standard streams; returns its exit status."""
        command = ["bash", "-i"] if node else [GUEST_PYTHON, "-m", "twin.jobs.live.mininet_cli"]
        return self._lab.run(node, command, terminal=terminal)

    def capture(self, place: str, expression: str = "", *, packets: int = 0) -> Capture:
        """Capture the packets of a span (both directions), a host or a switch, as pcap with nanoseconds.

        expression: a filter as in pcap-filter(7). packets: how many end it; 0: it goes on until it is stopped.
        """
        return Capture(self._lab, place, expression, packets)

    def network(self) -> Network:
        """The description that it was brought up from."""
        return from_plain(Network, json.loads((self.folder / NETWORK_FILE).read_text()))

    def saved(self) -> SavedTwin:
        """The twin as a value: what it was brought up from, and what was done to it."""
        state = self.status()
        return SavedTwin(FORMAT, self.network(), state.policy, state.faults, state.flows)

    def blueprint(self) -> Blueprint:
        """The plan that it is built by now; its flows are those of all workloads, running or not."""
        return from_plain(Blueprint, json.loads((self.folder / self.status().blueprint).read_text()))

    def start_load(self, *names: str) -> tuple[str, ...]:
        """Start the flows that names mean (workload, service, class, line group, line, flow, or "all").

        Returns the flows that run then. Raises UsageError for a name that means nothing, EmulationError where a flow
        cannot be started.
        """
        return self._change_load(ChangeLoad(start=tuple(flow.name for flow in selected(self.blueprint().flows, names))))

    def stop_load(self, *names: str) -> tuple[str, ...]:
        """Stop the flows that names mean, as `start_load`; what the kernel has already, about a second, still goes."""
        return self._change_load(ChangeLoad(stop=tuple(flow.name for flow in selected(self.blueprint().flows, names))))

    def _change_load(self, change: ChangeLoad) -> tuple[str, ...]:
        wanted, unwanted = {*change.start}, {*change.stop}
        running = {*self._do(change).flows}
        while not (wanted <= running and not unwanted & running):
            event = self.next_event(LOAD_PATIENCE_S)
            if event is None:
                raise EmulationError(f"the load did not change within {LOAD_PATIENCE_S:g} s")
            if isinstance(event, LoadChanged):
                running = {*event.running}
                failed = {name: why for name, why in event.failed.items() if name in wanted | {""}}
                if failed:
                    reasons = "; ".join(f"{name or 'load'}: {', '.join(why)}" for name, why in failed.items())
                    raise EmulationError(f"the load was not changed as asked: {reasons}")
        return tuple(sorted(running))

    def next_event(self, timeout_s: float | None = None) -> Event | None:
        """The next event that the twin reports; None when none came in time."""
        while (message := self._lab.next_event(timeout_s)) is not None:
            if EVENT in message:
                return from_plain(EventMessage, message).event
        return None

    def events(self) -> Iterator[Event]:
        """Every event from now on, without end."""
        while True:
            event = self.next_event()
            if event is not None:
                yield event

    def watch(self, seconds: float = 10.0, *, every_reading: bool = False) -> Iterator[View]:
        """What is seen of the last `seconds`, about every second, without end; states that nobody waited for are left
        out.

        every_reading: also at once when something is broken or restored, and at each reading of the counters, five
        times a second, with the load of the spans as it is then.
        """
        observer = self._observer(seconds)
        seen = observer.view()
        for event in self.events():
            if isinstance(event, Rebuilt):
                observer = self._observer(seconds)
            observer.take(event)
            if isinstance(event, WindowReady) or (every_reading and isinstance(event, CountersChanged | FaultChanged)):
                seen = observer.view() if isinstance(event, WindowReady) else observer.renewed(seen)
                if not self._lab.events_wait():
                    yield seen

    def _observer(self, seconds: float) -> Observer:
        return Observer(self.network(), self.blueprint(), self.folder / WINDOWS, self.status(), self._read_counters,
                        seconds=seconds)

    def _read_counters(self) -> CountersRead:
        answer = self._ask(ReadCounters())
        assert isinstance(answer, CountersRead)
        return answer

    def use_policy(self, policy: Policy) -> Time:
        """Rebuild the network under another policy, with its faults, and start its flows again.

        Returns for how long there was no network. Commands in nodes end. Raises TopologyError where the policy cannot
        be built.
        """
        return self._rebuild(for_live_use(plan(self.network(), policy)), keep_faults=True)

    def reset(self) -> Time:
        """Rebuild the network from its description, without faults; as `use_policy`.

        What stands then was read back and does not differ from the plan.
        """
        return self._rebuild(for_live_use(plan(self.network())), keep_faults=False)

    def _rebuild(self, blueprint: Blueprint, *, keep_faults: bool) -> Time:
        used = {path.name for path in self.folder.glob("blueprint*.json")}
        file = next(name for number in count(2) if (name := f"blueprint-{number}.json") not in used)
        (self.folder / file).write_text(to_json(blueprint))
        running = {*self.status().flows}
        self._ask(Rebuild(file, keep_faults), REBUILD_PATIENCE_S)
        while (event := self.next_event(LOAD_PATIENCE_S)) is not None:
            if isinstance(event, Rebuilt) and event.blueprint == file:
                self._change_load(ChangeLoad(start=tuple(f.name for f in blueprint.flows if f.name in running)))
                return event.gap
        raise EmulationError(f"the twin was not rebuilt within {LOAD_PATIENCE_S:g} s")

    def cut(self, name: str, *, node: bool = False) -> tuple[str, ...]:
        """Cut a span, or with `node` a switch, DSLAM or relay with all its spans; returns what is broken now."""
        return self._fault(FaultKind.CUT, name, node=node)

    def restore(self, name: str, *, node: bool = False) -> tuple[str, ...]:
        """Restore what was cut or degraded; returns what is broken now."""
        return self._fault(FaultKind.MEND, name, node=node)

    def degrade(self, span: str, *, rate: str = "", up: str = "", loss: str = "") -> tuple[str, ...]:
        """Lower the rate of a span (of a line towards the subscriber; up: from it) or let it lose packets.

        Quantities as in a description: "10 Mbit/s", "1 %". Without any, 1 % is lost. Returns what is broken now.
        """
        down_to, up_to, lost = (_quantity(*quantity) for quantity in _quantities(rate, up, loss))
        kept = Ratio(lost if down_to or up_to or lost else LOSS)
        return self.inject(FaultPlan(
            at=Time(0), kind=FaultKind.DEGRADE, span=span, node=None, loss=kept, rate=Rate(down_to), up=Rate(up_to)))

    def _fault(self, kind: FaultKind, name: str, *, node: bool) -> tuple[str, ...]:
        span, switch = (None, name) if node else (name, None)
        return self.inject(FaultPlan(Time(0), kind, span, switch, LOSS))

    def inject(self, fault: FaultPlan) -> tuple[str, ...]:
        """Cut, degrade or restore at once, whatever the fault's moment; returns what is broken now."""
        return self._do(InjectFault(fault)).broken

    def _do(self, command: Command) -> TwinState:
        answer = self._ask(command)
        assert isinstance(answer, TwinState)
        return answer

    def _ask(self, command: Command, patience_s: float = LOAD_PATIENCE_S) -> Answer:
        answer = self._lab.ask(to_plain(CommandMessage(command)), timeout_s=patience_s)
        return from_plain(AnswerMessage, answer).answer


def attach(name: str | None = None) -> LiveTwin:
    """Attach to the twin of that name, or to the only one that is up. Raises UsageError naming the choices."""
    return LiveTwin(attach_lab(name))


def running_twins() -> tuple[str, ...]:
    """The names of this user's twins that are up."""
    return running()


def _quantities(down: str, up: str, loss: str) -> tuple[tuple[str, Callable[[str], int], str], ...]:
    return ("rate", rate, down), ("up", rate, up), ("loss", ratio, loss)


def _quantity(what: str, read: Callable[[str], int], written: str) -> int:
    """What was asked for, 0 where nothing was."""
    try:
        return read(written) if written else 0
    except UnitError as fault:
        raise UsageError(f"{what}: {fault}") from fault
