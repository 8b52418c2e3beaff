"""Inside the lab: keeps a live twin running, and serves those who are attached (twin.jobs.live.channel).

Runs as `python -m twin.jobs.live.server`.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from twin.core.errors import TwinError
from twin.core.records import from_plain, to_json, to_plain
from twin.emulation import WALL_SLACK, Emulation, up
from twin.emulation.ovs import environment
from twin.jobs.experiment import spec
from twin.jobs.experiment.controller_process import controller
from twin.jobs.live.channel import (
    Answer,
    AnswerMessage,
    ChangeLoad,
    Command,
    CommandMessage,
    Event,
    EventMessage,
    FaultChanged,
    InjectFault,
    ReadCounters,
    TwinState,
)
from twin.jobs.live.counter_reader import PERIOD_S, CounterReader
from twin.jobs.live.load_process import LoadProcess, load_process
from twin.lab import GUEST_OUT, GUEST_PYTHON
from twin.lab.session.guest_agent import GuestAgent
from twin.lab.session.json_stream import open_host_stream
from twin.lab.session.node_service import NodeService
from twin.lab.session.sandbox import in_sandbox
from twin.model import FaultKind
from twin.plan.blueprint import Blueprint, FaultPlan
from twin.plan.failures.degradation import degraded

READY_SECONDS = 120.0
SEED = 1
"""Of all that is drawn in a live twin."""
HOSTS = Path("/etc/hosts")
"""The lab's own, so that nodes know one another by name."""
SHOWN_BLUEPRINT = Path("/run/twin/blueprint.json")
"""The blueprint as the sandbox sees it, which does not see the run's folder."""
ROOT_NODE = ""
"""The name under which commands run in the lab itself, among the switches."""


class LiveTwin:
    """A running network with its load, and its current faults. `report` gets every event."""

    def __init__(self, emulation: Emulation, blueprint: Blueprint, load: LoadProcess,
                 report: Callable[[Event], None]) -> None:
        self._emulation, self._blueprint, self._load, self._report = emulation, blueprint, load, report
        self._counters = CounterReader(emulation)
        self._up_since = time.monotonic()
        self._broken: list[str] = []
        self._namespaces = {host.name: host.namespace for host in blueprint.hosts}
        self._switches = {switch.name for switch in blueprint.switches}
        self._spans = [span.name for span in blueprint.spans]

    def answer(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """Carry out a command; ValueError for one that cannot be carried out."""
        try:
            command = from_plain(CommandMessage, request).command
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"not a command of a live twin ({error!r}): {request}") from error
        plain: Mapping[str, Any] = to_plain(AnswerMessage(self._answer(command)))
        return plain

    def _answer(self, command: Command) -> Answer:
        match command:
            case ReadCounters():
                return self._counters.last
            case InjectFault(fault):
                self._inject(fault)
            case ChangeLoad(start, stop):
                self._load.change(start, stop)
        return self._state()

    def _state(self) -> TwinState:
        return TwinState(
            network=self._blueprint.name, policy=self._blueprint.policy.name, switches=tuple(sorted(self._switches)),
            hosts=tuple(sorted(self._namespaces)), spans=tuple(self._spans), broken=tuple(self._broken),
            flows=self._load.running, seconds=round(time.monotonic() - self._up_since, 1))

    def _inject(self, fault: FaultPlan) -> None:
        self._check(fault)
        self._emulation.inject(fault)
        self._broken = sorted({*self._broken, fault.name} if fault.kind.breaks else {*self._broken} - {fault.name})
        self._report(FaultChanged(tuple(self._broken)))

    def report_load(self) -> None:
        """Report what the load has to say."""
        for event in self._load.events():
            self._report(event)

    def report_counters(self) -> None:
        """Read the counters, and report what has changed."""
        self._report(self._counters.read())

    def _check(self, fault: FaultPlan) -> None:
        kind, known = ("span", self._spans) if fault.span is not None else ("node", sorted(self._switches))
        if fault.name not in known:
            raise ValueError(f'there is no {kind} "{fault.name}"; known: {", ".join(known)}')
        if (fault.name in self._broken) == fault.kind.breaks:
            state = "broken already; restore it first" if fault.kind.breaks else "not broken"
            raise ValueError(f'the {kind} "{fault.name}" is {state}')
        if fault.kind is FaultKind.DEGRADE:
            degraded(self._blueprint, fault)

    def enter(self, node: str, command: Sequence[str]) -> Sequence[str]:
        """The command that runs `command` in a node: a host's namespace, or the lab itself for a switch."""
        if node in self._namespaces:
            return in_sandbox(command, self._namespaces[node])
        if node == ROOT_NODE or node in self._switches:
            return in_sandbox(command)
        raise LookupError(f'there is no node "{node}"; see: twin status')


def main(out: Path) -> int:
    """Keep the network of `out` running until it is shut down; returns the exit status."""
    try:
        blueprint = from_plain(Blueprint, json.loads((out / spec.BLUEPRINT_FILE).read_text()))
        serve(blueprint, out)
    except TwinError as fault:
        print(fault, flush=True)
        return fault.exit_code
    return 0


def serve(blueprint: Blueprint, out: Path) -> None:
    """Bring the network up, say so, and serve."""
    logs = out / spec.LOGS
    logs.mkdir(exist_ok=True)
    names = frozenset(flow.name for flow in blueprint.flows)
    with (controller(out / spec.BLUEPRINT_FILE, logs / "controller.log") as ryu,
          up(blueprint, SEED, logs=logs, slack=WALL_SLACK) as emulation,
          load_process(GUEST_PYTHON, names, out, SEED) as load):
        ryu.await_ready(READY_SECONDS)
        HOSTS.write_text("127.0.0.1 localhost\n" + "".join(f"{h.address} {h.name}\n" for h in blueprint.hosts))
        os.environ.update(environment(Path("/run/twin-ovs")))
        stream = open_host_stream()

        def report(event: Event) -> None:
            agent.send_event(to_plain(EventMessage(event)))

        live_twin = LiveTwin(emulation, blueprint, load, report)
        agent = GuestAgent(stream, live_twin.answer, live_twin.enter)
        agent.watch(load.fileno(), live_twin.report_load)
        agent.call_every(PERIOD_S, live_twin.report_counters)
        SHOWN_BLUEPRINT.write_text(to_json(blueprint))
        NodeService(agent, live_twin.enter)
        agent.send_event({"ready": True})
        agent.serve()


if __name__ == "__main__":
    sys.exit(main(Path(GUEST_OUT)))
