"""Live twins: find one that is up, look into it, run commands in it, break and restore its spans, shut it down."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from twin.core.errors import EmulationError, UsageError
from twin.core.records import from_plain, to_json, to_plain
from twin.core.units import Rate, Ratio, Time, UnitError, rate, ratio
from twin.jobs.experiment.spec import BLUEPRINT_FILE
from twin.jobs.live.channel import (
    EVENT,
    Answer,
    AnswerMessage,
    ChangeLoad,
    Command,
    CommandMessage,
    CountersRead,
    Event,
    EventMessage,
    InjectFault,
    LoadChanged,
    ReadCounters,
    ReadState,
    TwinState,
    WindowReady,
)
from twin.jobs.live.load_process import WINDOWS
from twin.jobs.live.load_selection import selected
from twin.jobs.live.observer import Observer
from twin.judge.live.view import View
from twin.lab import GUEST_PYTHON
from twin.lab.session.attach import RunningLab, running
from twin.lab.session.attach import attach as attach_lab
from twin.model import FaultKind, Network
from twin.plan.blueprint import Blueprint, FaultPlan, Flow
from twin.report.terminal.live_view import render

__all__ = ["CommandResult", "LiveStatus", "LiveTwin", "View", "attach", "event_json", "load_text", "running_twins",
           "status_json", "status_text", "view_text"]

NETWORK_FILE = "network.json"
"""In the twin's folder: the description that it was brought up from."""
LOAD_PATIENCE_S = 60.0
"""Within which a change of the load must be over."""
LOSS = Ratio(10_000)
"""Of a degraded span, where nothing else is said: ppm."""


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

    def network(self) -> Network:
        """The description that it was brought up from."""
        return from_plain(Network, json.loads((self.folder / NETWORK_FILE).read_text()))

    def blueprint(self) -> Blueprint:
        """The plan that it was built by; its flows are those of all workloads, running or not."""
        return from_plain(Blueprint, json.loads((self.folder / BLUEPRINT_FILE).read_text()))

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

    def watch(self, seconds: float = 10.0) -> Iterator[View]:
        """What is seen of the last `seconds`, about every second, without end; states that nobody waited for are left
        out."""
        observer = Observer(self.network(), self.blueprint(), self.folder / WINDOWS, self.status(), self._read_counters,
                            seconds=seconds)
        for event in self.events():
            observer.take(event)
            if isinstance(event, WindowReady):
                while (later := self.next_event(0)) is not None:
                    observer.take(later)
                yield observer.view()

    def _read_counters(self) -> CountersRead:
        answer = self._ask(ReadCounters())
        assert isinstance(answer, CountersRead)
        return answer

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
        return self._inject(FaultPlan(
            at=Time(0), kind=FaultKind.DEGRADE, span=span, node=None, loss=kept, rate=Rate(down_to), up=Rate(up_to)))

    def _fault(self, kind: FaultKind, name: str, *, node: bool) -> tuple[str, ...]:
        span, switch = (None, name) if node else (name, None)
        return self._inject(FaultPlan(Time(0), kind, span, switch, LOSS))

    def _inject(self, fault: FaultPlan) -> tuple[str, ...]:
        return self._do(InjectFault(fault)).broken

    def _do(self, command: Command) -> TwinState:
        answer = self._ask(command)
        assert isinstance(answer, TwinState)
        return answer

    def _ask(self, command: Command) -> Answer:
        return from_plain(AnswerMessage, self._lab.ask(to_plain(CommandMessage(command)))).answer


def attach(name: str | None = None) -> LiveTwin:
    """Attach to the twin of that name, or to the only one that is up. Raises UsageError naming the choices."""
    return LiveTwin(attach_lab(name))


def running_twins() -> tuple[str, ...]:
    """The names of this user's twins that are up."""
    return running()


def status_text(name: str, status: LiveStatus) -> str:
    """The status of one twin, for a terminal."""
    return (f"{name}: {status.network}, policy {status.policy}, up {status.seconds:.0f} s\n"
            f"  switches: {' '.join(status.switches)}\n  hosts: {' '.join(status.hosts)}\n"
            f"  flows: {len(status.flows)} running\n  broken: {' '.join(status.broken) or 'nothing'}\n")


def load_text(flows: Sequence[Flow], running: Collection[str]) -> str:
    """The load by workload and line group, for a terminal: how many of its flows run."""
    rows: dict[tuple[str, str, str], list[bool]] = {}
    for flow in flows:
        rows.setdefault((flow.workload, flow.line_group, flow.service_class), []).append(flow.name in running)
    head = ("workload", "lines", "class", "running")
    cells = [head, *((*names, f"{sum(flags)} of {len(flags)}") for names, flags in rows.items())]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() + "\n"
                   for row in cells)


def event_json(event: Event) -> str:
    """An event on one line of JSON (twin.jobs.live.channel)."""
    return json.dumps(to_plain(EventMessage(event))[EVENT])


def view_text(network: Network, blueprint: Blueprint, seen: View, *, colours: bool = False) -> str:
    """What is seen of a twin, for a terminal."""
    return render(network, blueprint, seen, colours=colours)


def status_json(statuses: dict[str, LiveStatus]) -> str:
    """The status of several twins by name, as JSON."""
    return to_json(statuses)


def _quantities(down: str, up: str, loss: str) -> tuple[tuple[str, Callable[[str], int], str], ...]:
    return ("rate", rate, down), ("up", rate, up), ("loss", ratio, loss)


def _quantity(what: str, read: Callable[[str], int], written: str) -> int:
    """What was asked for, 0 where nothing was."""
    try:
        return read(written) if written else 0
    except UnitError as fault:
        raise UsageError(f"{what}: {fault}") from fault
