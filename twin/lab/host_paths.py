"""The host's folders and cores for labs: cache, runtime and memory folders, work folders with locks, free cores."""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from twin.core.errors import CannotRun, UsageError
from twin.lab import file_locks

STALE_AFTER_S = 60.0
"""Age from which a folder without a lock is stale."""


def cache_folder() -> Path:
    """The user's cache folder of this project; not made here. Raises CannotRun where the user has no home."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    if os.path.isabs(base):
        return Path(base) / "metro-twin"
    try:
        return Path.home() / ".cache" / "metro-twin"
    except RuntimeError:
        raise CannotRun(f"there is no place for a cache: HOME is not set, and user {os.getuid()} is not in the list of "
                        "users", "name a folder by XDG_CACHE_HOME") from None


def allowed_cores() -> tuple[int, ...]:
    """The cores that this process may use, highest number first: core 0 takes most interrupts."""
    return tuple(sorted(os.sched_getaffinity(0), reverse=True))


def lock_core(core: int) -> int | None:
    """Lock a core among the labs of this user: a descriptor to close when done, or None when another lab has it."""
    return file_locks.try_lock(runtime_folder() / f"core-{core}")


def memory_folder(need: int) -> Path:
    """A folder for `need` bytes of guest memory: shared memory where it has room for two labs, else a disk.

    A disk is hardly slower, since the pages are in its cache; a lab whose file system fills up dies. The lab kernel
    also executes its memory, which a file system mounted noexec does not allow.
    Raises CannotRun when no folder will do.
    """
    suitable, unsuitable = [], []
    for folder in _memory_bases():
        if not os.access(folder, os.W_OK):
            continue
        free = shutil.disk_usage(folder).free
        if os.statvfs(folder).f_flag & os.ST_NOEXEC:
            unsuitable.append(f"{folder} is mounted noexec")
        elif free >= need:
            suitable.append((folder, free))
        else:
            unsuitable.append(f"{folder} has {free // 2**20} MiB")
    if not suitable:
        reasons = "; ".join(unsuitable) or "nothing is writable"
        raise CannotRun(f"no folder for {need // 2**20} MiB of lab memory ({reasons})",
                        "free some space in /tmp, or enlarge /dev/shm, or set TMPDIR to a disk with room")
    return next((folder for folder, free in suitable if free >= 2 * need), suitable[0][0])


def make_memory_folder(need: int, work: Path) -> Path:
    """A folder for the memory of the lab of this work folder alone, removed with that or after it."""
    return Path(tempfile.mkdtemp(prefix=f"{_memory_prefix()}{work.name}-", dir=memory_folder(need)))


def _memory_prefix() -> str:
    return f"metro-twin-memory-{os.getuid()}-"


def remove_memory_folders(work: Path) -> None:
    """Remove the folders for the memory of a lab that has ended; the memory itself never had a name."""
    for base in _memory_bases():
        for folder in base.glob(f"{_memory_prefix()}{work.name}-*"):
            shutil.rmtree(folder, ignore_errors=True)


def _memory_bases() -> tuple[Path, ...]:
    return (Path("/dev/shm"), Path(f"/run/user/{os.getuid()}"), Path(tempfile.gettempdir()), cache_folder())


def runtime_folder() -> Path:
    """The folder of this user for running labs; made when it is not there.

    Not chosen by the environment: a running lab is found again from any terminal of the same user.
    """
    user = os.getuid()
    session = Path(f"/run/user/{user}")
    shared = (Path(f"/tmp/metro-twin-{user}"), Path(f"/var/tmp/metro-twin-{user}"))
    return own_folder([*([session / "metro-twin"] if os.access(session, os.W_OK) else []), *shared])


def own_folder(places: Sequence[Path]) -> Path:
    """The first of these folders that is this user's, else the first that can be made: where everybody may write, a
    name may be somebody else's. Raises CannotRun where there is none."""
    ours = next(filter(_is_ours, places), None)
    for place in [] if ours else places:
        with suppress(OSError):
            place.mkdir(mode=0o700)
            return place
    if ours is None:
        taken = [str(place) for place in places if os.path.lexists(place)]
        why = f"somebody else has {' and '.join(taken)}" if taken else "nothing can be written there"
        raise CannotRun(f"no folder for running labs in {' or '.join(str(place.parent) for place in places)}: {why}",
                        "ask root to remove what is there, or to let this user write")
    return ours


def _is_ours(folder: Path) -> bool:
    """Whether it is a folder of this user, and no link to one."""
    try:
        entry = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(entry.st_mode) and entry.st_uid == os.getuid()


def remove_stale_folders() -> None:
    """Remove the folders whose owners are gone: their lock is free, or was never made."""
    for folder in runtime_folder().iterdir():
        # A folder may vanish meanwhile: its owner, or another process, was faster.
        with suppress(FileNotFoundError, NotADirectoryError, BlockingIOError):
            _remove_if_stale(folder)


def _remove_if_stale(folder: Path) -> None:
    """Remove a folder whose owner is gone; BlockingIOError when its lock is held."""
    age_s = time.time() - folder.lstat().st_mtime
    try:
        lock = os.open(folder / "lock", os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        if age_s > STALE_AFTER_S:
            shutil.rmtree(folder, ignore_errors=True)
        return
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        remove_memory_folders(folder)
        # Its owner may have ended meanwhile, and a twin of the same name have come up in its place.
        if os.path.samestat(os.fstat(lock), (folder / "lock").stat()):
            shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(lock)


def _locked_folder() -> tuple[Path, int]:
    """A new runtime folder and the descriptor of its lock, held."""
    remove_stale_folders()
    folder = Path(tempfile.mkdtemp(prefix="lab-", dir=runtime_folder()))
    lock = os.open(folder / "lock.new", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    # Only a held lock may be visible: otherwise another process would remove the folder as stale.
    (folder / "lock.new").rename(folder / "lock")
    return folder, lock


@contextmanager
def work_folder() -> Iterator[Path]:
    """A new folder for one lab, removed at the end; that of a killed process is removed with the next."""
    folder, lock = _locked_folder()
    try:
        yield folder
    finally:
        remove_memory_folders(folder)  # an interrupt may have come before anybody had the lab to end
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


@contextmanager
def claim_folder(folder: Path, name: str) -> Iterator[int]:
    """Make a runtime folder that must not exist yet, locked; yields the lock, to be passed to a child.

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
