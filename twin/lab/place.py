"""Where a lab may put things on the host, and which cores it may use: the only reader of those facts."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from twin.errors import CannotRun


def cache() -> Path:
    """The user's cache folder of this project; not made here."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if os.path.isabs(base) else Path.home() / ".cache") / "metro-twin"


def free_cores() -> tuple[int, ...]:
    """The cores that this process may use, least busy last numbers first: core 0 takes most interrupts."""
    return tuple(sorted(os.sched_getaffinity(0), reverse=True))


def memory_folder(need: int) -> Path:
    """A folder for `need` bytes of guest memory: shared memory where it is large enough, else a disk.

    Raises CannotRun when no place has room: the lab would die in the middle.
    """
    tried = []
    for folder in (Path("/dev/shm"), Path(f"/run/user/{os.getuid()}"), Path(tempfile.gettempdir()), cache()):
        if " " in str(folder) or not os.access(folder, os.W_OK):
            continue
        free = shutil.disk_usage(folder).free
        if free >= need:
            return folder
        tried.append(f"{folder} has {free // 2**20} MiB")
    raise CannotRun(f"no place for {need // 2**20} MiB of lab memory ({'; '.join(tried) or 'no folder is writable'})",
                    "free some space in /tmp, or enlarge /dev/shm")


def _desk() -> Path:
    """The folder of this user for the working folders of labs; made when it is not there."""
    base = tempfile.gettempdir() if " " not in tempfile.gettempdir() else "/tmp"
    desk = Path(base) / f"metro-twin-{os.getuid()}"
    try:
        desk.mkdir(mode=0o700, exist_ok=True)
        owner = desk.lstat()
    except OSError as fault:
        remedy = "set TMPDIR to a folder that can be written"
        raise CannotRun(f"cannot make {desk}: {fault.strerror}", remedy) from fault
    if owner.st_uid != os.getuid() or not desk.is_dir() or desk.is_symlink():
        raise CannotRun(f"{desk} belongs to somebody else", "set TMPDIR to a folder of your own")
    return desk


def _sweep(desk: Path) -> None:
    """Remove the working folders whose owners are gone: nobody holds their lock any more."""
    for folder in desk.iterdir():
        try:
            lock = os.open(folder / "lock", os.O_RDWR | os.O_CLOEXEC)
        except OSError:
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            pass
        finally:
            os.close(lock)


@contextmanager
def work_folder() -> Iterator[Path]:
    """A folder for one lab, held by a lock and gone at the end; one left by a killed process goes with the next."""
    desk = _desk()
    _sweep(desk)
    folder = Path(tempfile.mkdtemp(prefix="lab-", dir=desk))
    lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)
