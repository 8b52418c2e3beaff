"""File locks between processes of the host, released when their holder ends (flock(2))."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from twin.core.errors import CannotRun, UsageError

LOCK_FILE = ".lock"
"""The lock of a run's output folder."""


def try_lock(path: Path) -> int | None:
    """Lock this file, made when it is not there: a descriptor to close when done, or None when another process has the
    lock."""
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    return lock


@contextmanager
def wait_for_lock(path: Path, on_wait: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Hold the lock of this file, made when it is not there; `on_wait` is called when another process has it."""
    lock = try_lock(path)
    if lock is None:
        on_wait()
        lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(lock)


@contextmanager
def exclusive_folder(out: Path) -> Iterator[None]:
    """Lock the output folder of a run; it is made when it is not there.

    Raises UsageError when another run uses it, CannotRun when it cannot be written.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        lock = try_lock(out / LOCK_FILE)
    except OSError as fault:
        raise CannotRun(f"the folder {out} cannot be written: {fault.strerror}", "name another by --out") from None
    if lock is None:
        raise UsageError(f"another run is at work in {out}; wait until it ends, or name another folder by --out")
    try:
        yield
    finally:
        os.close(lock)
