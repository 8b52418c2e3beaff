"""Tasks on this machine: as many workers as cores, each pinned to one with its labs."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, suppress
from queue import SimpleQueue
from threading import Thread
from typing import Protocol

from twin.core.errors import UsageError
from twin.jobs.sweep.task import Task
from twin.jobs.sweep.workers.identity import Identity
from twin.jobs.sweep.workers.point_process import Finished, PointProcess, StrangerRefused, WorkerLost
from twin.lab import allowed_cores, host_paths

ATTEMPTS = 3
"""How often a task is given to a worker: one that ends three of them is at fault itself."""
AHEAD = 2
"""Tasks in hand for each worker: the one at work, and the next."""


class Workers(Protocol):
    """Where tasks are carried out."""

    def finished(self, tasks: Iterable[Task], needed: Identity) -> Iterator[Finished]:
        """Every task with its result or failure, as they come; tasks are taken when there is somebody for them.
        needed: the versions that whoever carries them out must have."""
        ...


class LocalWorkers:
    """Workers of this machine. jobs: how many, None for one a core."""

    def __init__(self, jobs: int | None = None, start: Callable[[int | None], PointProcess] = PointProcess) -> None:
        cores = allowed_cores()
        if jobs is not None and not 1 <= jobs <= len(cores):
            raise UsageError(f"--jobs: {jobs} workers on {len(cores)} cores; each has one of its own")
        self._cores, self._start = cores[:jobs], start

    def finished(self, tasks: Iterable[Task], needed: Identity) -> Iterator[Finished]:
        """As `Workers`. Whatever ends this ends all workers."""
        waiting: SimpleQueue[Task | None] = SimpleQueue()
        done: SimpleQueue[Finished | BaseException] = SimpleQueue()
        under_way = 0
        with ExitStack() as stack:
            for core in self._cores:
                _hold(core, stack)
                worker = _Worker(core, self._start, waiting, done)
                stack.callback(worker.end)
                worker.thread.start()
            stack.callback(_send_home, waiting, len(self._cores))
            for task in tasks:
                if under_way >= AHEAD * len(self._cores):
                    yield _next(done)
                    under_way -= 1
                waiting.put(task)
                under_way += 1
            for _ in range(under_way):
                yield _next(done)


def _hold(core: int, stack: ExitStack) -> None:
    """Keep the labs of other commands of this user off a core, if it is free."""
    lock = host_paths.lock_core(core)
    if lock is not None:
        stack.callback(os.close, lock)


def _send_home(waiting: SimpleQueue[Task | None], workers: int) -> None:
    for _ in range(workers):
        waiting.put(None)


def _next(done: SimpleQueue[Finished | BaseException]) -> Finished:
    """The next that is done; raises what a worker's thread could not deal with."""
    outcome = done.get()
    if isinstance(outcome, BaseException):
        raise outcome
    return outcome


class _Worker:
    """A thread that has a worker process, and another after one that was lost."""

    def __init__(self, core: int, start: Callable[[int | None], PointProcess], waiting: SimpleQueue[Task | None],
                 done: SimpleQueue[Finished | BaseException]) -> None:
        self._core, self._start, self._waiting, self._done = core, start, waiting, done
        self._process: PointProcess | None = None
        self._ended = False
        self.thread = Thread(target=self._work, daemon=True)

    def end(self) -> None:
        """End the process, in the middle of a task too."""
        self._ended = True
        if self._process is not None:
            with suppress(OSError):
                self._process.end()

    def _work(self) -> None:
        try:
            while (task := self._waiting.get()) is not None:
                self._done.put(self._carried_out(task))
        except BaseException as fault:
            self._done.put(fault)

    def _carried_out(self, task: Task) -> Finished:
        """A task, given again while workers are lost over it."""
        reason = ""
        for _ in range(ATTEMPTS):
            if self._process is None:
                self._process = self._start(self._core)
            try:
                return self._process.carry_out(task)
            except (WorkerLost, StrangerRefused) as fault:
                reason = str(fault)
                if self._ended:
                    break
                self._process.end()
                self._process = None
        return Finished(task, "", "", failure=f"given up after {ATTEMPTS} attempts: {reason}")
