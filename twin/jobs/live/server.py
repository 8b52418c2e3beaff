"""Inside the lab: keeps a live twin running, and serves those who are attached (twin.jobs.live.channel).

Runs as `python -m twin.jobs.live.server`.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from traffic.live import process_priority
from twin.core.errors import EmulationError, TwinError
from twin.core.records import from_plain, to_plain
from twin.core.units import Time
from twin.jobs.experiment import spec
from twin.jobs.live.channel import (
    CAPTURE_NODE,
    INSPECTION_NODE,
    TRACE_NODE,
    Answer,
    AnswerMessage,
    CameUp,
    ChangeLines,
    ChangeLoad,
    Command,
    CommandMessage,
    CountersChanged,
    DeviationsRead,
    Event,
    EventMessage,
    FaultChanged,
    InjectFault,
    LinesChanged,
    ReadCounters,
    ReadDeviations,
    Rebuild,
    Rebuilt,
    TwinState,
    WindowReady,
)
from twin.jobs.live.counter_reader import PERIOD_S
from twin.jobs.live.journal import JournalEntry, JournalFile
from twin.jobs.live.running_network import RunningNetwork, read_blueprint, running_network
from twin.lab import GUEST_OUT, GUEST_PYTHON
from twin.lab.session.guest_agent import GuestAgent
from twin.lab.session.json_stream import open_host_stream
from twin.lab.session.node_service import NodeService
from twin.lab.session.sandbox import in_sandbox
from twin.model import FaultKind
from twin.plan.blueprint import FaultPlan
from twin.plan.failures.degradation import degraded
from twin.plan.line_changes import LineChange, changed_spans

ROOT_NODE = ""
"""The name under which commands run in the lab itself, among the switches."""
TOOLS = {CAPTURE_NODE: "packet_capture", TRACE_NODE: "packet_trace", INSPECTION_NODE: "inspection"}
"""The modules of our own tools. They run outside the sandbox: they write to the twin's folder, or read all namespaces.
"""


class LiveTwin:
    """A running network with its load, and its current faults; closed by `close`. `tell` gets every event."""

    def __init__(self, out: Path, file: str, tell: Callable[[Event], None], *,
                 run: Callable[[Path, str], AbstractContextManager[RunningNetwork]] = running_network) -> None:
        """run: builds the network of a blueprint file in a folder."""
        self._out, self._tell, self._run = out, tell, run
        self._journal = JournalFile(out)
        self._journal.begin()
        self._held: list[JournalEntry] | None = None
        self._stack = ExitStack()
        self._network = self._stack.enter_context(run(out, file))
        self._faults: dict[str, FaultPlan] = {}
        self._lines: dict[str, LineChange] = {}
        self._up_since = time.monotonic()

    @property
    def agent(self) -> GuestAgent:
        """Who serves those that are attached."""
        return self._agent

    def serve(self, agent: GuestAgent) -> None:
        """Serve through an agent until it ends."""
        self._agent = agent
        self._report(CameUp(self._network.file, self._network.blueprint.policy.name))
        agent.watch(self._network.load.fileno(), self.report_load)
        agent.call_every(PERIOD_S, self._report_counters)
        agent.serve()

    def close(self) -> None:
        """Take the network down."""
        self._stack.close()

    def answer(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """Carry out a command; ValueError for one that cannot be carried out, OSError for one that has failed while
        the network stands."""
        try:
            command = from_plain(CommandMessage, request).command
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"not a command of a live twin ({error!r}): {request}") from error
        plain: Mapping[str, Any] = to_plain(AnswerMessage(self._noted(command)))
        return plain

    def _noted(self, command: Command) -> Answer:
        """Carry out a command and note it in the journal, with why it was refused if it was, before what came of it."""
        entry, self._held = JournalEntry(Time(time.time_ns()), command), []
        try:
            return self._answer(command)
        except ValueError as fault:
            entry = replace(entry, refused=str(fault))
            raise
        except EmulationError as fault:
            entry = replace(entry, refused=str(fault))
            if isinstance(command, Rebuild):
                raise  # Nothing stands any more.
            raise OSError(str(fault)) from fault
        finally:
            for line in (entry, *self._held):
                self._journal.add(line)
            self._held = None

    def _report(self, event: Event) -> None:
        entry = JournalEntry(Time(time.time_ns()), event=event)
        if self._held is None:
            self._journal.add(entry)
        else:
            self._held.append(entry)
        self._tell(event)

    def _answer(self, command: Command) -> Answer:
        match command:
            case ReadCounters():
                return self._network.counters.last
            case ReadDeviations():
                return DeviationsRead(self._network.emulation.deviations())
            case InjectFault(fault):
                self._check(fault)
                self._inject(fault)
            case ChangeLoad(start, stop):
                self._network.load.change(start, stop)
            case ChangeLines(file, lines):
                self._change_lines(file, lines)
            case Rebuild(file, keep_faults, lines):
                self._rebuild(file, [*self._faults.values()] if keep_faults else [])
                self._lines = lines
        return self._state()

    def _state(self) -> TwinState:
        blueprint = self._network.blueprint
        return TwinState(
            network=blueprint.name, policy=blueprint.policy.name,
            switches=tuple(sorted(switch.name for switch in blueprint.switches)),
            hosts=tuple(sorted(host.name for host in blueprint.hosts)),
            spans=tuple(span.name for span in blueprint.spans), broken=tuple(sorted(self._faults)),
            faults=tuple(self._faults.values()), flows=self._network.load.running, blueprint=self._network.file,
            seconds=round(time.monotonic() - self._up_since, 1), lines=self._lines)

    def _inject(self, fault: FaultPlan) -> None:
        self._network.losses.note(fault)
        self._network.emulation.inject(fault)
        if fault.kind is FaultKind.DEGRADE and fault.span is not None:
            self._network.emulation.readback_span(fault.span)
        self._faults.pop(fault.name, None)
        if fault.kind.breaks:
            self._faults[fault.name] = fault
        self._report(FaultChanged(tuple(sorted(self._faults)), tuple(self._faults.values())))

    def _rebuild(self, file: str, faults: Iterable[FaultPlan]) -> None:
        """Commands in nodes end, for their nodes do; flows that ran begin again."""
        running, since = {*self._network.load.running}, time.monotonic_ns()
        self._agent.end_commands()
        self._agent.unwatch(self._network.load.fileno())
        self._stack.close()
        self._faults = {}
        self._network = self._stack.enter_context(self._run(self._out, file))
        for fault in faults:
            self._inject(fault)
        self._agent.watch(self._network.load.fileno(), self.report_load)
        known = [flow.name for flow in self._network.blueprint.flows if flow.name in running]
        self._network.load.change(known, ())
        self._report(Rebuilt(file, self._network.blueprint.policy.name, Time(time.monotonic_ns() - since)))

    def _change_lines(self, file: str, lines: dict[str, LineChange]) -> None:
        after = read_blueprint(self._out / file)
        changed = changed_spans(self._network.blueprint, after)
        if changed is None:
            raise ValueError(f"{file} differs in more than its lines; rebuild the network")
        if broken := [span.name for span in changed if span.name in self._faults]:
            raise ValueError(f"{', '.join(broken)}: broken; restore it first")
        self._network = self._network.with_lines(file, after, changed)
        self._network.load.learn(self._out / file, frozenset(flow.name for flow in after.flows))
        self._lines = lines
        self._report(LinesChanged(file, lines))

    def report_load(self) -> None:
        """Report what the load has reported."""
        for event in self._network.load.events():
            self._report(self._with_losses(event) if isinstance(event, WindowReady) else event)

    def _with_losses(self, ready: WindowReady) -> WindowReady:
        return replace(ready, losses=self._network.losses.count(self._faults.values()))

    def _report_counters(self) -> None:
        self._report(self._network.counters.read())

    def _check(self, fault: FaultPlan) -> None:
        blueprint = self._network.blueprint
        kind, known = ("span", [span.name for span in blueprint.spans]) if fault.span is not None else \
            ("node", sorted(switch.name for switch in blueprint.switches))
        if fault.name not in known:
            raise ValueError(f'there is no {kind} "{fault.name}"; known: {", ".join(known)}')
        earlier = self._faults.get(fault.name)
        again = fault.kind is FaultKind.DEGRADE and earlier is not None and earlier.kind is FaultKind.DEGRADE
        if (earlier is not None) == fault.kind.breaks and not again:
            state = "broken already; restore it first" if fault.kind.breaks else "not broken"
            raise ValueError(f'the {kind} "{fault.name}" is {state}')
        if fault.kind is FaultKind.DEGRADE:
            degraded(blueprint, fault)

    def enter(self, node: str, command: Sequence[str]) -> Sequence[str]:
        """The command that runs `command` in a node: a host's namespace, or the lab itself for a switch."""
        if node in TOOLS:
            return (GUEST_PYTHON, "-m", f"twin.jobs.live.{TOOLS[node]}", *command)
        blueprint = self._network.blueprint
        namespaces = {host.name: host.namespace for host in blueprint.hosts}
        if node in namespaces:
            return in_sandbox(command, namespaces[node])
        if node == ROOT_NODE or node in {switch.name for switch in blueprint.switches}:
            return in_sandbox(command)
        raise LookupError(f'there is no node "{node}"; see: twin status')


def main(out: Path) -> int:
    """Keep the network of `out` running until it is shut down; returns the exit status."""
    try:
        serve(out)
    except TwinError as fault:
        print(fault, flush=True)
        return fault.exit_code
    return 0


def serve(out: Path) -> None:
    """Bring the network up, say so, and serve."""
    def report(event: Event) -> None:
        periodic = isinstance(event, CountersChanged | WindowReady)
        send = live_twin.agent.send_periodic if periodic else live_twin.agent.send_event
        send(to_plain(EventMessage(event)))

    live_twin = LiveTwin(out, spec.BLUEPRINT_FILE, report)
    with closing(live_twin):
        agent = GuestAgent(open_host_stream(), live_twin.answer, live_twin.enter)
        NodeService(agent, live_twin.enter)
        process_priority.prefer(process_priority.SERVER)
        agent.send_event({"ready": True})
        live_twin.serve(agent)


if __name__ == "__main__":
    sys.exit(main(Path(GUEST_OUT)))
