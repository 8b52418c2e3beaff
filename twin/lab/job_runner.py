"""Starts labs as child processes, reads their output, and ends them whatever happens."""

from __future__ import annotations

import json
import os
import selectors
import shutil
import subprocess
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO

from twin.core.errors import EmulationError, UsageError
from twin.lab import guest_init, host_paths, watchdog
from twin.lab.boundary import code_snapshot
from twin.lab.boundary.host_access import confined, host_access, take_back
from twin.lab.boundary.imports.import_bundle import import_bundle
from twin.lab.job import Job, Lab, LabResult
from twin.lab.launch_spec import Python, launch_spec

TAIL_LINES = 40
"""Lines of output that are kept for messages."""
PIPE_BYTES = 2**20
"""Buffer for output that has not been read yet: a lab that had to wait for its reader would lose its exact time."""
LAST_LINES = (guest_init.WRITTEN, "reboot: Power down")
"""The last lines of process 1 and of the lab kernel; either follows an unfinished line of the job without a break."""
STATUS = "status"
"""The file with the exit status of the job, in the lab's own folder."""


@dataclass(slots=True)
class RunningJob:
    """A running lab: its process, its last output, when it was last read or sampled, and the samples since its last
    output."""

    lab: Lab
    job: Job
    work: Path
    process: subprocess.Popen[bytes]
    last_checked: float
    samples: list[watchdog.ActivitySample] = field(default_factory=list)
    partial_line: bytes = b""
    tail: deque[str] = field(default_factory=lambda: deque(maxlen=TAIL_LINES))

    @property
    def output(self) -> IO[bytes]:
        """The reading end of the lab's console."""
        assert self.process.stdout is not None
        return self.process.stdout

    def lines(self) -> list[str] | None:
        """The complete lines since the last call, or None at the end of the output."""
        chunk = os.read(self.output.fileno(), 65536)
        self.last_checked = time.monotonic()
        self.samples.clear()
        *whole, self.partial_line = (self.partial_line + chunk).split(b"\n")
        if not chunk and self.partial_line:
            whole, self.partial_line = [self.partial_line], b""
        elif not chunk:
            return None
        texts = [line.decode(errors="replace").rstrip("\r") for line in whole]
        if any(text.endswith(guest_init.WRITTEN) for text in texts) and (self.work / STATUS).exists():
            self.process.kill()  # which takes a fraction of the time of powering down
        for last in LAST_LINES:
            texts = [text.removesuffix(last) for text in texts if text != last]
        self.tail.extend(texts)
        return texts

    def end(self) -> None:
        """Kill the lab if it still runs and wait until its output is closed, so that none of it is left."""
        self.process.kill()
        self.process.wait()
        while os.read(self.output.fileno(), 65536):
            pass
        self.output.close()
        host_paths.remove_memory_folders(self.work)

    def result(self) -> LabResult:
        """The result of a lab whose output has ended; raises EmulationError when it died instead of ending."""
        self.process.wait()
        try:
            status = int((self.work / STATUS).read_text())
        except (OSError, ValueError):
            raise EmulationError(f"the {self.lab.name} lab died (exit {self.process.returncode}); "
                                 f"its last lines:\n{self.last_lines()}") from None
        return LabResult(status, tuple(self.tail))

    def last_lines(self) -> str:
        """The end of the output, indented, for a message."""
        return "\n".join(f"  | {line}" for line in self.tail) or "  | (nothing)"

    @property
    def check_due(self) -> float:
        """When to check its progress, if there is no output by then."""
        return self.last_checked + self.job.patience_s / watchdog.SAMPLES

    def check_progress(self) -> None:
        """The watchdog: raise EmulationError when the lab is hung."""
        self.last_checked = time.monotonic()
        self.samples.append(watchdog.sample_activity(self.process.pid))
        if (why := watchdog.hang_reason(self.samples, self.job.patience_s)) is not None:
            raise EmulationError(f"the {self.lab.name} lab {why}, and was ended; its last lines:\n{self.last_lines()}")


def start(lab: Lab, job: Job, core: int, work: Path, control: int | None = None) -> RunningJob:
    """Start one lab, which inherits the descriptor `control`; the caller must call `end` on it."""
    job.out.mkdir(parents=True, exist_ok=True)
    job, python, code = replace(job, out=job.out.resolve()), Python.here(), code_snapshot.snapshot()
    imports = import_bundle(job.imports, python, code) if job.imports else None
    inside = None if control is None else lab.control_inside(control)
    (work / "order.json").write_text(json.dumps(launch_spec(job, python, code, inside, imports)))
    shutil.copyfile(guest_init.__file__, work / "inside.py")
    (work / "python").symlink_to(python.executable.resolve())
    command = lab.command(job, work, control)
    more = (imports, python.base, python.venv, job.packages)
    reads = [code, *command.reads, *(path for path in more if path is not None)]
    access = host_access(work, reads, [job.out, *command.writes]) if command.confined else None
    process = subprocess.Popen(confined(command, access, core, work / "launch.json"), stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True, cwd=work,
                               pipesize=PIPE_BYTES, pass_fds=() if control is None else (control,))
    return RunningJob(lab, job, work, process, time.monotonic())


def run_all(lab: Lab, jobs: Sequence[Job], on_line: Callable[[int, str], None]) -> tuple[LabResult, ...]:
    """Run the jobs side by side to their ends; whatever interrupts this ends all of them first."""
    with ExitStack() as stack:
        running = []
        stack.callback(take_back, [job.out for job in jobs])
        for job, core in zip(jobs, stack.enter_context(cores_for(jobs)), strict=True):
            lab_run = start(lab, job, core, stack.enter_context(host_paths.work_folder()))
            stack.callback(lab_run.end)
            running.append(lab_run)
        _read_outputs(running, on_line)
        return tuple(lab_run.result() for lab_run in running)


@contextmanager
def cores_for(jobs: Sequence[Job]) -> Iterator[tuple[int, ...]]:
    """A core for each job: the one it names, else one that no lab of this user has, else any in turn.

    Raises UsageError for a core that this process may not use.
    """
    allowed = host_paths.allowed_cores()
    for job in jobs:
        if job.core is not None and job.core not in allowed:
            raise UsageError(f"core {job.core} is not among the cores that may be used: {sorted(allowed)}")
    named = {job.core for job in jobs}
    spare = [core for core in allowed if core not in named] or list(allowed)
    with ExitStack() as stack:
        yield tuple(_take_core(spare, stack) if job.core is None else job.core for job in jobs)


def _take_core(spare: list[int], stack: ExitStack) -> int:
    """The first free core, locked until the stack closes; it moves to the end of the queue."""
    for core in tuple(spare):
        lock = host_paths.lock_core(core)
        if lock is not None:
            stack.callback(os.close, lock)
            break
    else:
        core = spare[0]
    spare.remove(core)
    spare.append(core)
    return core


def _read_outputs(running: Sequence[RunningJob], on_line: Callable[[int, str], None]) -> None:
    """Give every line to `on_line` until all outputs have ended; raises EmulationError when one falls silent."""
    with selectors.DefaultSelector() as selector:
        for position, lab_run in enumerate(running):
            selector.register(lab_run.output, selectors.EVENT_READ, position)
        while selector.get_map():
            waiting = [running[key.data] for key in selector.get_map().values()]
            ready = selector.select(max(0.0, min(lab_run.check_due for lab_run in waiting) - time.monotonic()))
            for key, _ in ready:
                texts = running[key.data].lines()
                if texts is None:
                    selector.unregister(key.fileobj)
                for text in texts or ():
                    on_line(key.data, text)
            for lab_run in waiting:
                if not ready and time.monotonic() >= lab_run.check_due:
                    lab_run.check_progress()
