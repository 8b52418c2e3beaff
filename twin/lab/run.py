"""Starts labs as child processes, listens to them, and ends them whatever happens: the effect behind the door."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from twin.errors import EmulationError, UsageError
from twin.lab import place, project, pulse
from twin.lab.job import Job, Lab, LabResult
from twin.lab.order import Python, leashed, order

TAIL = 40
"""Lines of output that are kept for messages."""
PIPE_BYTES = 2**20
"""Room for output that nobody has read yet: a lab that had to wait for its reader would lose its exact time."""
FAREWELL = "reboot: Power down"
"""The lab kernel's own last line; it follows an unfinished line of the job without a break."""


@dataclass(slots=True)
class Running:
    """A lab that runs: its process, its output so far, when it was last heard or looked at, and the looks since it was
    heard."""

    lab: Lab
    job: Job
    work: Path
    process: subprocess.Popen[bytes]
    met: float
    looks: list[pulse.Pulse] = field(default_factory=list)
    rest: bytes = b""
    tail: deque[str] = field(default_factory=lambda: deque(maxlen=TAIL))

    @property
    def output(self) -> IO[bytes]:
        """The reading end of the lab's console."""
        assert self.process.stdout is not None
        return self.process.stdout

    def lines(self) -> list[str] | None:
        """The whole lines that have come since the last call, or None at the end of the output."""
        chunk = os.read(self.output.fileno(), 65536)
        self.met = time.monotonic()
        self.looks.clear()
        *whole, self.rest = (self.rest + chunk).split(b"\n")
        if not chunk and self.rest:
            whole, self.rest = [self.rest], b""
        elif not chunk:
            return None
        texts = [line.decode(errors="replace").rstrip("\r") for line in whole]
        texts = [text.removesuffix(FAREWELL) for text in texts if text != FAREWELL]
        self.tail.extend(texts)
        return texts

    def end(self) -> None:
        """Kill the lab if it still runs and wait until its output is closed, so that none of it is left."""
        self.process.kill()
        self.process.wait()
        while os.read(self.output.fileno(), 65536):
            pass
        self.output.close()

    def result(self) -> LabResult:
        """The result of a lab whose output has ended; raises EmulationError when it died instead of ending."""
        self.process.wait()
        try:
            status = int((self.work / "status").read_text())
        except (OSError, ValueError):
            raise EmulationError(f"the {self.lab.name} lab died (exit {self.process.returncode}); "
                                 f"its last lines:\n{self.last_lines()}") from None
        return LabResult(status, tuple(self.tail))

    def last_lines(self) -> str:
        """The end of the output, indented, for a message."""
        return "\n".join(f"  | {line}" for line in self.tail) or "  | (nothing)"

    @property
    def due(self) -> float:
        """When to look whether it still gets on, if nothing has been heard by then."""
        return self.met + self.job.patience_s / pulse.LOOKS

    def look(self) -> None:
        """The watchdog: raise EmulationError when the lab has been silent for longer than its patience."""
        self.met = time.monotonic()
        self.looks.append(pulse.feel(self.process.pid))
        if (why := pulse.given_up(self.looks, self.job.patience_s)) is not None:
            raise EmulationError(f"the {self.lab.name} lab {why}, and was ended; its last lines:\n{self.last_lines()}")


def start(lab: Lab, job: Job, core: int, work: Path, channel: int | None = None) -> Running:
    """Start one lab, which inherits the descriptor `channel`; the caller must call `end` on it."""
    job.out.mkdir(parents=True, exist_ok=True)
    python = Python.here()
    inside = None if channel is None else lab.channel_inside(channel)
    (work / "order.json").write_text(json.dumps(order(job, python, project.copy(), inside)))
    (work / "inside.py").symlink_to(Path(__file__).with_name("inside.py").resolve())
    (work / "python").symlink_to(python.executable.resolve())
    command = leashed(lab.command(job, work, channel), os.getpid(), core)
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               start_new_session=True, env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}, cwd=work,
                               pipesize=PIPE_BYTES, pass_fds=() if channel is None else (channel,))
    return Running(lab, job, work, process, time.monotonic())


def run_all(lab: Lab, jobs: Sequence[Job], on_line: Callable[[int, str], None]) -> tuple[LabResult, ...]:
    """Run the jobs side by side to their ends; whatever interrupts this ends all of them first."""
    with ExitStack() as stack:
        running = []
        for job, core in zip(jobs, stack.enter_context(cores_for(jobs)), strict=True):
            one = start(lab, job, core, stack.enter_context(place.work_folder()))
            stack.callback(one.end)
            running.append(one)
        _listen(running, on_line)
        return tuple(one.result() for one in running)


@contextmanager
def cores_for(jobs: Sequence[Job]) -> Iterator[tuple[int, ...]]:
    """A core for each job: the one it names, else one that no lab of this user has, else any in turn.

    Raises UsageError for a core that this process may not use.
    """
    allowed = place.free_cores()
    for job in jobs:
        if job.core is not None and job.core not in allowed:
            raise UsageError(f"core {job.core} is not among the cores that may be used: {sorted(allowed)}")
    named = {job.core for job in jobs}
    spare = [core for core in allowed if core not in named] or list(allowed)
    with ExitStack() as stack:
        yield tuple(_take(spare, stack) if job.core is None else job.core for job in jobs)


def _take(spare: list[int], stack: ExitStack) -> int:
    """The first core that nobody has, locked until the stack closes; it moves to the end of the queue."""
    for core in tuple(spare):
        lock = place.core_lock(core)
        if lock is not None:
            stack.callback(os.close, lock)
            break
    else:
        core = spare[0]
    spare.remove(core)
    spare.append(core)
    return core


def _listen(running: Sequence[Running], on_line: Callable[[int, str], None]) -> None:
    """Give every line to `on_line` until all outputs have ended; raises EmulationError when one falls silent."""
    with selectors.DefaultSelector() as selector:
        for position, one in enumerate(running):
            selector.register(one.output, selectors.EVENT_READ, position)
        while selector.get_map():
            waiting = [running[key.data] for key in selector.get_map().values()]
            ready = selector.select(max(0.0, min(one.due for one in waiting) - time.monotonic()))
            for key, _ in ready:
                texts = running[key.data].lines()
                if texts is None:
                    selector.unregister(key.fileobj)
                for text in texts or ():
                    on_line(key.data, text)
            for one in waiting:
                if not ready and time.monotonic() >= one.due:
                    one.look()
