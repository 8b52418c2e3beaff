"""The process that runs the load of a live twin: `python -m traffic.live.load_process JOB`.

JOB is a file: {"blueprint": path, "seed": n, "out": folder}. Each line on its standard input is a command, a JSON
object; it ends with its input. Lines on its standard output:

    {"start": [names of flows]}  {"stop": [names of flows]}     commands
    {"blueprint": path}                                         a command: whose flows are known from now on
    {"running": [names of flows]}                               after each command, and when flows have failed
    {"window": number, "until": ns since 1970, "lateness": ns}  a window has been written into `out`
    {"failed": {name of flow: [reasons]}}                       flows that have ended by themselves
    {"refused": reason}                                         a command that could not be carried out
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from traffic.engine.event_loop import READ
from traffic.flow_setup import connections
from traffic.live.load import LONGEST_SECONDS, LiveLoad, Surroundings
from traffic.live.process_priority import LoadPriority
from traffic.live.window import Window, encode, window_file
from twin.core.errors import EmulationError, TwinError
from twin.core.records import from_plain
from twin.core.units import NS_PER_S
from twin.plan.blueprint import Blueprint, Flow
from twin.plan.demand.call_admission import admissions

KEPT = 120
"""Windows that stay in the folder; older ones are removed."""


def blueprint_in(file: Path) -> Blueprint:
    """The blueprint in a file."""
    return from_plain(Blueprint, json.loads(file.read_text()))


def flows_of(blueprint: Blueprint) -> dict[str, Flow]:
    """Its flows by name."""
    return {flow.name: flow for flow in blueprint.flows}


class _InputEnded(Exception):
    """The commands have ended."""


def say(line: Mapping[str, Any]) -> None:
    """Print one JSON line."""
    print(json.dumps(line), flush=True)


class _Commands:
    """Takes commands from standard input, and writes windows."""

    def __init__(self, flows: Mapping[str, Flow], around: Surroundings, out: Path, priority: LoadPriority) -> None:
        self._flows, self._out, self._priority = flows, out, priority
        self._load = LiveLoad(around, out / "tools", self._write)
        self._partial_line = b""

    def serve(self) -> None:
        """Serve until the input ends."""
        loop = self._load.loop
        loop.watch(sys.stdin, READ, self, self._read)
        self._load.begin()
        try:
            loop.run_until(loop.now + round(LONGEST_SECONDS * NS_PER_S))
        except _InputEnded:
            pass
        finally:
            self._load.close()

    def fail(self, fault: OSError) -> None:
        """A command or window that the kernel refused."""
        say({"refused": fault.strerror or str(fault)})

    def _read(self) -> None:
        chunk = os.read(sys.stdin.fileno(), 65536)
        if not chunk:
            raise _InputEnded
        *lines, self._partial_line = (self._partial_line + chunk).split(b"\n")
        for line in lines:
            try:
                self._carry_out(json.loads(line))
            except (ValueError, KeyError, TypeError) as fault:
                say({"refused": f"not a command: {fault!r}"})
            except EmulationError as fault:
                say({"refused": str(fault)})

    def _carry_out(self, command: Mapping[str, Any]) -> None:
        if "blueprint" in command:
            self._flows = flows_of(blueprint_in(Path(command["blueprint"])))
        self._load.stop(command.get("stop", ()))
        self._load.start([self._flows[name] for name in command.get("start", ())])
        say({"running": self._load.running()})

    def _write(self, window: Window) -> None:
        self._priority.adapt()
        path = window_file(self._out, window.number)
        aside = path.with_suffix(".new")
        aside.write_bytes(encode(window))
        aside.rename(path)
        window_file(self._out, window.number - KEPT).unlink(missing_ok=True)
        failed = {name: flow.errors for name, flow in window.flows.items() if flow.errors}
        if failed:
            say({"failed": failed})
        say({"window": window.number, "until": window.until, "lateness": window.lateness})


def main(job: Path) -> int:
    """Run the load of the job in a file until standard input ends; returns the exit status."""
    try:
        fields = json.loads(job.read_text())
        blueprint = blueprint_in(Path(fields["blueprint"]))
        out, seed = Path(fields["out"]), int(fields["seed"])
        out.mkdir(parents=True, exist_ok=True)
        for old in out.glob("*.window"):  # of a load before this one, in the same folder
            old.unlink()
        around = Surroundings(
            hosts={host.name: host for host in blueprint.hosts},
            channels={channel.name: channel for channel in blueprint.iptv_channels},
            gateway_mac=blueprint.gateway_mac, admissions=admissions(blueprint), control=blueprint.call_control,
            connections=sum(map(connections, blueprint.flows)), seed=seed)
        _Commands(flows_of(blueprint), around, out, LoadPriority()).serve()
    except TwinError as fault:
        print(fault, file=sys.stderr)
        return fault.exit_code
    except (OSError, ValueError, KeyError, TypeError) as fault:
        print(f"{job}: the load could not be run: {fault!r}", file=sys.stderr)
        return EmulationError.exit_code
    return 0


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
