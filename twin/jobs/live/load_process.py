"""Inside the lab: the process that runs a live twin's load, as its server sees it (traffic.live.load_process)."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from twin.core.errors import EmulationError
from twin.core.units import Time
from twin.jobs.experiment import spec
from twin.jobs.live.channel import Event, LoadChanged, WindowReady

WINDOWS = "windows"
"""The folder of windows within the twin's folder."""


class LoadProcess:
    """Commands go in, events come out; flows: the names of all that it knows."""

    def __init__(self, process: subprocess.Popen[bytes], flows: frozenset[str]) -> None:
        self._process = process
        self._flows = flows
        self._partial_line = b""
        self.running: tuple[str, ...] = ()

    def fileno(self) -> int:
        """The descriptor on which it reports."""
        return self._output.fileno()

    def change(self, start: Sequence[str], stop: Sequence[str]) -> None:
        """Start and stop flows. Raises ValueError for one that it does not know, EmulationError where it has ended."""
        unknown = [name for name in (*start, *stop) if name not in self._flows]
        if unknown:
            raise ValueError(f"there is no flow {', '.join(unknown)}; see: twin load list")
        self._send({"start": start, "stop": stop})

    def learn(self, blueprint: Path, flows: frozenset[str]) -> None:
        """Let flows be those of another blueprint from their next start on; the rest of it is not looked at."""
        self._send({"blueprint": str(blueprint)})
        self._flows = flows

    def _send(self, command: Mapping[str, object]) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(command).encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise EmulationError("the process that runs the load has ended; its last words are in the logs") from None

    def events(self) -> list[Event]:
        """What it has reported since the last call. Raises EmulationError when it has ended."""
        chunk = os.read(self.fileno(), 65536)
        if not chunk:
            raise EmulationError("the process that runs the load has ended; its last words are in the logs")
        *lines, self._partial_line = (self._partial_line + chunk).split(b"\n")
        return [event for line in lines for event in self._event(line)]

    def _event(self, line: bytes) -> list[Event]:
        match json.loads(line):
            case {"running": list(names)}:
                self.running = tuple(names)
                return [LoadChanged(self.running)]
            case {"failed": dict(reasons)}:
                self.running = tuple(name for name in self.running if name not in reasons)
                return [LoadChanged(self.running, {name: tuple(why) for name, why in reasons.items()})]
            case {"window": number, "until": until, "lateness": lateness}:
                return [WindowReady(number, Time(until), Time(lateness))]
            case {"refused": reason}:
                return [LoadChanged(self.running, {"": (str(reason),)})]
            case other:
                raise EmulationError(f"not a report of the load: {other}")

    @property
    def _output(self) -> IO[bytes]:
        assert self._process.stdout is not None
        return self._process.stdout


@contextmanager
def load_process(python: str, flows: frozenset[str], out: Path, blueprint: str, seed: int) -> Iterator[LoadProcess]:
    """Start the process for a blueprint file in `out`, without any flow yet; end it whatever happens."""
    job = out / "load.json"
    job.write_text(json.dumps({"blueprint": str(out / blueprint), "seed": seed, "out": str(out / WINDOWS)}))
    with (out / spec.LOGS / "load.log").open("wb") as errors:
        process = subprocess.Popen([python, "-m", "traffic.live.load_process", str(job)], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=errors, bufsize=0)
        try:
            yield LoadProcess(process, flows)
        finally:
            process.kill()
            process.wait()
