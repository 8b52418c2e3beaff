"""Where a lab may put things on the host, and which cores it may use: the only reader of those facts."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from twin.errors import CannotRun, UsageError
from twin.lab import locks

ABANDONED_S = 60.0
"""Age from which a folder without a lock belongs to nobody."""


def cache() -> Path:
    """The user's cache folder of this project; not made here."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if os.path.isabs(base) else Path.home() / ".cache") / "metro-twin"


def free_cores() -> tuple[int, ...]:
    """The cores that this process may use, highest number first: core 0 takes most interrupts."""
    return tuple(sorted(os.sched_getaffinity(0), reverse=True))


def core_lock(core: int) -> int | None:
    """Take a core among the labs of this user: a descriptor to close when done, or None when another lab has it."""
    return locks.taken(desk() / f"core-{core}")


def memory_folder(need: int) -> Path:
    """A folder for `need` bytes of guest memory: shared memory where it has room for two labs, else a disk.

    A disk is hardly slower, since the pages are in its cache; a lab whose place fills up dies in the middle. The lab
    kernel also runs what is in its memory, which a place mounted noexec does not let it.
    Raises CannotRun when no place will do.
    """
    places, unfit = [], []
    for folder in (Path("/dev/shm"), Path(f"/run/user/{os.getuid()}"), Path(tempfile.gettempdir()), cache()):
        if not os.access(folder, os.W_OK):
            continue
        free = shutil.disk_usage(folder).free
        if os.statvfs(folder).f_flag & os.ST_NOEXEC:
            unfit.append(f"{folder} is mounted noexec")
        elif free >= need:
            places.append((folder, free))
        else:
            unfit.append(f"{folder} has {free // 2**20} MiB")
    if not places:
        raise CannotRun(f"no place for {need // 2**20} MiB of lab memory ({'; '.join(unfit) or 'nothing is writable'})",
                        "free some space in /tmp, or enlarge /dev/shm, or set TMPDIR to a disk with room")
    return next((folder for folder, free in places if free >= 2 * need), places[0][0])


def desk() -> Path:
    """The folder of this user for labs at work; made when it is not there.

    Not chosen by the environment: a running lab is found again from any terminal of the same user.
    """
    session = Path(f"/run/user/{os.getuid()}")
    desk = session / "metro-twin" if os.access(session, os.W_OK) else Path(f"/tmp/metro-twin-{os.getuid()}")
    try:
        desk.mkdir(mode=0o700, exist_ok=True)
        owner = desk.lstat()
    except OSError as fault:
        remedy = "make /tmp writable"
        raise CannotRun(f"cannot make {desk}: {fault.strerror}", remedy) from fault
    if owner.st_uid != os.getuid() or not desk.is_dir() or desk.is_symlink():
        raise CannotRun(f"{desk} belongs to somebody else", f"remove {desk}")
    return desk


def sweep() -> None:
    """Remove the folders whose owners are gone: nobody holds their lock, or nobody ever came to make one."""
    for folder in desk().iterdir():
        # A folder may vanish under our eyes: its owner, or another sweep, was faster.
        with suppress(FileNotFoundError, NotADirectoryError, BlockingIOError):
            _remove_if_left(folder)


def _remove_if_left(folder: Path) -> None:
    """Remove one folder of the desk if it belongs to nobody; BlockingIOError when somebody holds it."""
    age_s = time.time() - folder.lstat().st_mtime
    try:
        lock = os.open(folder / "lock", os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        if age_s > ABANDONED_S:
            shutil.rmtree(folder, ignore_errors=True)
        return
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Its owner may have ended meanwhile, and a twin of the same name have come up in its place.
        if os.path.samestat(os.fstat(lock), (folder / "lock").stat()):
            shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(lock)


def _locked_folder() -> tuple[Path, int]:
    """A new folder on the desk and the descriptor of its lock, held."""
    sweep()
    folder = Path(tempfile.mkdtemp(prefix="lab-", dir=desk()))
    lock = os.open(folder / "lock.new", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    # Only a lock that is held may be seen: a sweep in between would take the folder for a left one.
    (folder / "lock.new").rename(folder / "lock")
    return folder, lock


@contextmanager
def work_folder() -> Iterator[Path]:
    """A new folder for one lab, gone at the end; one of a killed process is gone with the next."""
    folder, lock = _locked_folder()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


@contextmanager
def claimed(folder: Path, name: str) -> Iterator[int]:
    """Make a folder of the desk that must not be there, locked; yields the lock, to be handed to a child.

    Raises UsageError when it is there. The folder stays for as long as a process has the lock.
    """
    fresh, lock = _locked_folder()
    try:
        fresh.rename(folder)
    except OSError:
        shutil.rmtree(fresh, ignore_errors=True)
        os.close(lock)
        raise UsageError(f'a twin called "{name}" is up already; end it with: twin down {name}') from None
    try:
        yield lock
    finally:
        os.close(lock)
