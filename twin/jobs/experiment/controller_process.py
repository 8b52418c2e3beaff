"""The controller as a process beside the emulation: started early, listened to, ended with it."""

from __future__ import annotations

import json
import select
import subprocess
import time
from collections.abc import Iterator, Set
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from twin.core.errors import EmulationError
from twin.core.units import Time

LISTEN = "127.0.0.1:6653"


@dataclass(slots=True)
class Ryu:
    """The running controller. events: all that it has said so far, each a JSON object."""

    process: subprocess.Popen[bytes]
    log: Path
    events: list[dict[str, Any]] = field(default_factory=list)
    rest: bytes = b""

    def await_ready(self, seconds: float) -> None:
        """Wait until every switch has confirmed its rules by a barrier; raises EmulationError when one does not."""
        self.await_event("all-ready", seconds)

    def await_event(self, name: str, seconds: float) -> dict[str, Any]:
        """The first event called `name`, waited for at most `seconds`."""
        deadline = time.monotonic() + seconds
        while True:
            for event in self.events:
                if event["event"] == "error":
                    raise EmulationError(f"a switch refused the controller: {event}")
                if event["event"] == name:
                    return event
            if not self.read(max(0.0, deadline - time.monotonic())):
                raise EmulationError(f"the controller did not say {name!r} within {seconds:g} s; the end of its log:\n"
                                     + _tail(self.log))

    def must_live(self) -> None:
        """Raise EmulationError if the controller has ended."""
        status = self.process.poll()
        if status is not None:
            raise EmulationError(f"the controller ended with status {status} during the run; the end of its log:\n"
                                 + _tail(self.log))

    def read(self, seconds: float) -> bool:
        """Take in what the controller says within `seconds`; False when nothing came or it has ended."""
        ready, _, _ = select.select([self._output], [], [], seconds)
        chunk = self._output.read1(65536) if ready else b""  # type: ignore[attr-defined]  # Popen buffers
        *lines, self.rest = (self.rest + chunk).split(b"\n")
        self.events.extend(json.loads(line) for line in lines)
        return bool(chunk)

    def moved(self, spans: Set[str], cut: bool, after: int) -> tuple[Time | None, int]:
        """When the controller had moved the traffic of all those of the spans, cut or mended at `after`, that it ever
        spoke of, ns since 1970 (None if it spoke of none), and in how many rounds."""
        while self.read(0):
            pass
        said: dict[str, dict[str, Any]] = {}
        for event in self.events:
            if event["event"] == "rerouted" and event["span"] in spans and event["up"] != cut \
                    and event["at_ns"] >= after:
                said.setdefault(event["span"], event)
        at = max((event["at_ns"] for event in said.values()), default=None)
        return None if at is None else Time(at), sum(event["rounds"] for event in said.values())

    @property
    def _output(self) -> IO[bytes]:
        assert self.process.stdout is not None
        return self.process.stdout


@contextmanager
def controller(python: str, blueprint: Path, log: Path) -> Iterator[Ryu]:
    """Start the controller of a blueprint; end it whatever happens."""
    with log.open("wb") as errors:
        process = subprocess.Popen([python, "-m", "controllers.launch", "--blueprint", str(blueprint),
                                    "--listen", LISTEN], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=errors)
        try:
            yield Ryu(process, log)
        finally:
            process.kill()
            process.wait()


def _tail(log: Path) -> str:
    return "\n".join(f"  | {line}" for line in log.read_text(errors="replace").splitlines()[-15:]) or "  | (nothing)"
