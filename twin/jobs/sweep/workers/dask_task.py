"""What a worker of a Dask cluster does: prove its version, and have a process of its own carry out each task."""

from __future__ import annotations

import atexit
import logging
import os
from typing import Any

from twin.core.errors import TwinError
from twin.jobs.sweep.task import Task
from twin.jobs.sweep.workers.identity import Identity, identity
from twin.jobs.sweep.workers.point_process import PointProcess, StrangerRefused, WorkerLost
from twin.lab import allowed_cores, host_paths

_LOG = logging.getLogger("distributed.worker")
"""The worker's own log."""
_processes: list[PointProcess] = []
"""The process of this worker, once it has one: a worker has one thread."""
_locks: list[int] = []
"""The lock of the core that the process is pinned to."""


def refusal(expected: dict[str, str]) -> str:
    """Why this worker may not compute points for a client of that identity, which its log says, too; "" if it may.

    Lab kernel and numpy are compared only where points need them.
    """
    try:
        own = identity()
    except TwinError as fault:
        return _noted(str(fault))
    reason = difference(own, Identity(**expected))
    return _noted(reason) if reason else ""


def difference(own: Identity, expected: Identity) -> str:
    """What a worker lacks, and what to do there; "" for nothing."""
    if own.code != expected.code:
        return f"has another version of Metro Twin: {own.code}, the client has {expected.code}"
    if expected.kernel and not own.kernel:
        return "has no lab kernel: run there: twin kernel build"
    if expected.kernel and own.kernel != expected.kernel:
        return f"has another lab kernel: {own.kernel}, the client has {expected.kernel}"
    if expected.numpy and own.numpy != expected.numpy:
        return (f"has {f'numpy {own.numpy}' if own.numpy else 'no numpy'}, the client has {expected.numpy}: "
                f"run there: pip install numpy=={expected.numpy}")
    return ""


def carried_out(task_id: str, text: str) -> dict[str, Any]:
    """The result of a task, by a process that stays for the next. Raises WorkerLost, StrangerRefused: Dask tries again.
    """
    if not _processes:
        _processes.append(PointProcess(_free_core()))
        atexit.register(_end)
    try:
        done = _processes[0].carry_out(Task(task_id, text, ""))
    except (WorkerLost, StrangerRefused):
        _end()
        raise
    return {"result": done.result, "worker": done.worker, "seconds": done.seconds, "failure": done.failure}


def _free_core() -> int | None:
    """A core that no labs of this user have, from now on for this worker: two that share cores slow each other down."""
    for core in allowed_cores():
        if (lock := host_paths.lock_core(core)) is not None:
            _locks.append(lock)
            return core
    return None


def _end() -> None:
    while _processes:
        _processes.pop().end()
    while _locks:
        os.close(_locks.pop())


def _noted(reason: str) -> str:
    _LOG.warning("no points for this worker: it %s", reason)
    return reason
