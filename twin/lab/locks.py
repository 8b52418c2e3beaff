"""Who has what on the host, among processes that know nothing of each other: files, locked while somebody lives."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from twin.errors import CannotRun, UsageError

OWN = ".lock"
"""The file by which a run has its folder."""


def taken(path: Path) -> int | None:
    """Take the lock that is this file, made when it is not there: a descriptor to close when done, or None when another
    process has it."""
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    return lock


@contextmanager
def held(path: Path, on_wait: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Hold the lock that is this file, made when it is not there; `on_wait` is called if that takes waiting."""
    lock = taken(path)
    if lock is None:
        on_wait()
        lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(lock)


@contextmanager
def alone(out: Path) -> Iterator[None]:
    """Have the folder of a run to ourselves; it is made when it is not there.

    Raises UsageError when another run is at work in it, CannotRun when it cannot be written.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        lock = taken(out / OWN)
    except OSError as fault:
        raise CannotRun(f"the folder {out} cannot be written: {fault.strerror}", "name another by --out") from None
    if lock is None:
        raise UsageError(f"another run is at work in {out}; wait until it ends, or name another folder by --out")
    try:
        yield
    finally:
        os.close(lock)
