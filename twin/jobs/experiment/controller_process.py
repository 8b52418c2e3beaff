"""The controller as a process beside the emulation: started early, listened to, ended with it.

It is a copy of this process that goes on as `python -m controllers.launch` would: what both import is there already.
"""

from __future__ import annotations

import gc
import json
import os
import runpy
import select
import sys
from collections.abc import Callable, Iterator, Set
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from multiprocessing import get_context
from multiprocessing.context import ForkProcess
from pathlib import Path
from typing import IO, Any

from twin.core.errors import EmulationError
from twin.core.units import Time
from twin.jobs.experiment.lab_program import mapped_ahead
from twin.lab.watchdog import SAMPLES, ActivitySample, hang_reason, sample_activity

LISTEN = "127.0.0.1:6653"
PATIENCE_S = 60.0
"""Seconds without progress after which the controller is not waited for any more: emulated ones in virtual time, else
as the watchdog counts them."""


def lab_activity() -> ActivitySample:
    """What all processes of this lab do but the one that waits."""
    return sample_activity(1, but=os.getpid())


@dataclass(slots=True)
class Ryu:
    """The running controller. events: all that it has said so far, each a JSON object; activity: that of the lab, asked
    while it is silent."""

    process: ForkProcess
    output: IO[bytes]
    log: Path
    events: list[dict[str, Any]] = field(default_factory=list)
    rest: bytes = b""
    closed: bool = False
    ended: bool = False
    activity: Callable[[], ActivitySample] = lab_activity

    def await_ready(self, patience_s: float = PATIENCE_S) -> None:
        """Wait until every switch has confirmed its rules by a barrier; raises EmulationError when one does not."""
        self.await_event("all-ready", patience_s)

    def await_event(self, name: str, patience_s: float = PATIENCE_S) -> dict[str, Any]:
        """The first event called `name`, waited for as long as the controller lives and the lab makes progress."""
        samples: list[ActivitySample] = []
        while (event := self._first(name)) is None:
            if self.read(patience_s / SAMPLES):
                samples.clear()
                continue
            self.must_live()
            samples.append(self.activity())
            if (reason := hang_reason(samples, patience_s)) is not None:
                raise EmulationError(f"the lab {reason} while the event {name!r} of the controller was waited for; "
                                     f"{self._confirmed()}; the end of its log:\n{_tail(self.log)}")
        return event

    def _first(self, name: str) -> dict[str, Any] | None:
        """The first event of a name, if it has come. Raises EmulationError where an error came before."""
        for event in self.events:
            if event["event"] == "error":
                raise EmulationError(f"a switch refused the controller: {event}")
            if event["event"] == name:
                return event
        return None

    def _confirmed(self) -> str:
        """Which switches have confirmed their rules, in words."""
        names = sorted({event["switch"] for event in self.events if event["event"] == "ready"})
        return f"rules were confirmed by {', '.join(names)} alone" if names else "no switch has confirmed its rules"

    def end(self) -> None:
        """End it for good: switches keep what they have."""
        self.process.kill()
        self.process.join()
        self.ended = True

    def must_live(self) -> None:
        """Raise EmulationError if the controller has ended by itself."""
        if self.ended:
            return
        if self.closed:
            self.process.join()
        if not self.process.is_alive():
            raise EmulationError(f"the controller ended with status {self.process.exitcode} during the run; the end of "
                                 f"its log:\n{_tail(self.log)}")

    def read(self, seconds: float) -> bool:
        """Read the events of the controller within `seconds`; False when none came or it has ended."""
        ready, _, _ = select.select([self.output], [], [], seconds)
        chunk = os.read(self.output.fileno(), 65536) if ready else b""
        self.closed = bool(ready and not chunk)
        *lines, self.rest = (self.rest + chunk).split(b"\n")
        self.events.extend(json.loads(line) for line in lines)
        return bool(chunk)

    def moved(self, spans: Set[str], cut: bool, after: int) -> tuple[Time | None, int]:
        """When the controller had rerouted the traffic of those spans, cut or restored at `after`, that it reported, ns
        since 1970 (None if it reported none), and in how many rounds."""
        while self.read(0):
            pass
        last_by_span: dict[str, dict[str, Any]] = {}
        for event in self.events:
            if event["event"] == "rerouted" and event["span"] in spans and event["up"] != cut \
                    and event["at_ns"] >= after:
                last_by_span.setdefault(event["span"], event)
        at = max((event["at_ns"] for event in last_by_span.values()), default=None)
        return None if at is None else Time(at), sum(event["rounds"] for event in last_by_span.values())


def launch(blueprint: Path) -> None:
    """Be the controller of a blueprint; never returns. Most of what it imports is there before it begins."""
    sys.argv[1:] = ["--blueprint", str(blueprint), "--listen", LISTEN]
    with mapped_ahead():
        import_module("controllers.app")
    runpy.run_module("controllers.launch", run_name="__main__", alter_sys=True)


@contextmanager
def controller(blueprint: Path, log: Path, run: Callable[[Path], None] = launch) -> Iterator[Ryu]:
    """Start the controller of a blueprint, `run` in a child; end it whatever happens."""
    reading, writing = os.pipe()
    process = get_context("fork").Process(target=_serve, args=(run, blueprint, writing, log))
    with open(reading, "rb", buffering=0) as output:
        process.start()
        os.close(writing)
        try:
            yield Ryu(process, output, log)
        finally:
            process.kill()
            process.join()


def _serve(run: Callable[[Path], None], blueprint: Path, output: int, log: Path) -> None:
    """In the child: say what it has to say into the pipe, and what goes wrong into the log."""
    gc.freeze()
    errors = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    os.dup2(output, sys.stdout.fileno())
    os.dup2(errors, sys.stderr.fileno())
    run(blueprint)


def _tail(log: Path) -> str:
    return "\n".join(f"  | {line}" for line in log.read_text(errors="replace").splitlines()[-15:]) or "  | (nothing)"
