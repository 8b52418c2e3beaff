"""Inside the lab: keeps a live twin running, and serves requests of attached users.

Runs as `python -m twin.jobs.live.server`. Requests and responses, each a JSON object:

    {"status": true}              -> {"network": ..., "switches": n, "hosts": [...], "broken": [...], "seconds": up}
    {"fault": {"at": 0, "kind": "cut", "span": name}}  -> {"broken": [spans and nodes]}
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from twin.core.errors import TwinError
from twin.core.records import from_plain
from twin.emulation import WALL_SLACK, Emulation, up
from twin.emulation.ovs import environment
from twin.jobs.experiment import spec
from twin.jobs.experiment.controller_process import controller
from twin.lab import GUEST_OUT, GUEST_PYTHON
from twin.lab.session.guest_agent import GuestAgent
from twin.lab.session.json_stream import open_host_stream
from twin.model import FaultKind
from twin.plan.blueprint import Blueprint, FaultPlan
from twin.plan.failures.degradation import degraded

READY_SECONDS = 120.0
HOSTS = Path("/etc/hosts")
"""The lab's own, so that nodes know one another by name."""
ROOT_NODE = ""
"""The name under which commands run in the lab itself, among the switches."""


class LiveTwin:
    """A running network, and its current faults."""

    def __init__(self, emulation: Emulation, blueprint: Blueprint) -> None:
        self._emulation, self._blueprint = emulation, blueprint
        self._up_since = time.monotonic()
        self._broken: list[str] = []
        self._namespaces = {host.name: host.namespace for host in blueprint.hosts}
        self._switches = {switch.name for switch in blueprint.switches}
        self._spans = [span.name for span in blueprint.spans]

    def answer(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """Serve a request; ValueError for one that cannot be served."""
        if "status" in request:
            return {"network": self._blueprint.name, "policy": self._blueprint.policy.name,
                    "switches": sorted(self._switches), "hosts": sorted(self._namespaces),
                    "broken": self._broken, "spans": self._spans,
                    "seconds": round(time.monotonic() - self._up_since, 1)}
        if "fault" in request:
            fault = from_plain(FaultPlan, request["fault"])
            self._check(fault)
            self._emulation.inject(fault)
            self._broken = sorted({*self._broken, fault.name} if fault.kind.breaks else {*self._broken} - {fault.name})
            return {"broken": self._broken}
        raise ValueError(f"not a question for a twin: {request}")

    def _check(self, fault: FaultPlan) -> None:
        kind, known = ("span", self._spans) if fault.span is not None else ("node", sorted(self._switches))
        if fault.name not in known:
            raise ValueError(f'there is no {kind} "{fault.name}"; known: {", ".join(known)}')
        if (fault.name in self._broken) == fault.kind.breaks:
            state = "broken already; mend it first" if fault.kind.breaks else "whole"
            raise ValueError(f'the {kind} "{fault.name}" is {state}')
        if fault.kind is FaultKind.DEGRADE:
            degraded(self._blueprint, fault)

    def enter(self, node: str, command: Sequence[str]) -> Sequence[str]:
        """The command that runs `command` in a node: a host's namespace, or the lab itself for a switch."""
        if node in self._namespaces:
            return ("ip", "netns", "exec", self._namespaces[node], *command)
        if node == ROOT_NODE or node in self._switches:
            return command
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
    with (controller(GUEST_PYTHON, out / spec.BLUEPRINT_FILE, logs / "controller.log") as ryu,
          up(blueprint, 1, logs=logs, slack=WALL_SLACK) as emulation):
        ryu.await_ready(READY_SECONDS)
        HOSTS.write_text("127.0.0.1 localhost\n" + "".join(f"{h.address} {h.name}\n" for h in blueprint.hosts))
        os.environ.update(environment(Path("/run/twin-ovs")))
        live_twin = LiveTwin(emulation, blueprint)
        agent = GuestAgent(open_host_stream(), live_twin.answer, live_twin.enter)
        agent.send_event({"ready": True})
        agent.serve()


if __name__ == "__main__":
    sys.exit(main(Path(GUEST_OUT)))
