"""A worker process as its owner has it: give it a task, get the result, and end it whatever happens.

It is in a session of its own, and ends when its owner does (twin.jobs.sweep.workers.point_worker). What makes no
progress is ended: by CPU time, since silence on a busy machine says nothing (twin.lab.watchdog).
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import IO, Any

from twin.core.errors import TwinError
from twin.jobs.sweep.task import Task
from twin.lab import watchdog
from twin.lab.boundary import code_snapshot

PATIENCE_S = 600.0
"""CPU seconds without a sign of progress after which a task is ended."""
COMMAND = "from twin.jobs.sweep.workers.point_worker import main; main()"
PROJECT = code_snapshot.PROJECT
TAIL = 2000
"""Bytes of a dead worker's last words that a message repeats."""


class WorkerLost(TwinError):
    """A worker died or hung in the middle of a task, which may be given to another."""


class StrangerRefused(TwinError):
    """A worker has another version of the code or of the lab kernel."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A task that was carried out. result: as JSON; "" where it failed, and `failure` says why. worker: where it was.
    seconds: that it took."""

    task: Task
    result: str
    worker: str
    seconds: float = 0.0
    failure: str = ""


@dataclass(slots=True)
class PointProcess:
    """A worker process. core: that it is pinned to, with its labs; None for none. before: a command that becomes the
    worker, as one that enters another root file system."""

    core: int | None = None
    patience_s: float = PATIENCE_S
    before: tuple[str, ...] = ()
    _words: IO[bytes] = field(default_factory=tempfile.TemporaryFile)
    _process: subprocess.Popen[bytes] = field(init=False)
    _pending: bytes = b""

    def __post_init__(self) -> None:
        pinned = [] if self.core is None else [str(self.core)]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (
            str(PROJECT), os.environ.get("PYTHONPATH", ""))))}
        command = [*self.before, sys.executable, "-P", "-c", COMMAND, *pinned]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._words,
                                         env=environment, start_new_session=True)

    def carry_out(self, task: Task) -> Finished:
        """The result of a task, or its failure. Raises WorkerLost, StrangerRefused."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps({"id": task.id, "text": task.text}).encode() + b"\n")
            self._process.stdin.flush()
        except OSError:
            raise self._lost() from None
        while True:
            message = self._message()
            if "result" in message:
                text = json.dumps(message["result"], ensure_ascii=False, separators=(",", ":"))
                return Finished(task, text, self.name, message["seconds"])
            if "failed" in message:
                return Finished(task, "", self.name, failure=message["failed"])
            if "stranger" in message:
                raise StrangerRefused("has another version of the code or of the lab kernel")

    @property
    def name(self) -> str:
        """Which worker this is, for the table of results."""
        return f"{os.uname().nodename}:{self._process.pid}"

    def end(self) -> None:
        """Kill it with all that it has started, and wait for it."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        for stream in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                assert stream is not None
                stream.close()
        self._process.wait()
        self._words.close()

    def _message(self) -> dict[str, Any]:
        """The next line of JSON. Raises WorkerLost where none comes."""
        while b"\n" not in self._pending:
            self._pending += self._chunk()
        line, _, self._pending = self._pending.partition(b"\n")
        return dict(json.loads(line))

    def _chunk(self) -> bytes:
        """What it says next, while it makes progress."""
        assert self._process.stdout is not None
        samples: list[watchdog.ActivitySample] = []
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            while not selector.select(self.patience_s / watchdog.SAMPLES):
                samples.append(watchdog.sample_activity(self._process.pid))
                if (reason := watchdog.hang_reason(samples, self.patience_s)) is not None:
                    raise WorkerLost(f"the worker {self.name} {reason}, and was ended")
        chunk = os.read(self._process.stdout.fileno(), 1 << 20)
        if not chunk:
            raise self._lost()
        return chunk

    def _lost(self) -> WorkerLost:
        """What its death was like: by its last words, if it had any."""
        deadline = time.monotonic() + 5
        while self._process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        self._words.seek(0)
        words = self._words.read()[-TAIL:].decode(errors="replace").strip()
        died = f"the worker {self.name} died (exit {self._process.returncode})"
        return WorkerLost(f"{died}: {words}" if words else died)
