"""What the operating system refused, as an error with place, reason and remedy."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from twin.core.errors import CannotRun

_SPACE = "free some space there, or name a folder on another disk"
_MEMORY = "allow more memory (ulimit -v), or close programs"
_RIGHTS = "change its owner or mode, or name another place"
_REMEDIES = {
    errno.ENOSPC: _SPACE,
    errno.EDQUOT: _SPACE,
    errno.EFBIG: "allow larger files (ulimit -f)",
    errno.EMFILE: "allow more open files (ulimit -n)",
    errno.ENFILE: "close programs: the whole machine has too many open files",
    errno.ENOMEM: _MEMORY,
    errno.EAGAIN: "allow more processes (ulimit -u), or close programs",
    errno.EACCES: _RIGHTS,
    errno.EPERM: _RIGHTS,
    errno.EROFS: "name a place on a disk that can be written",
    errno.ENOENT: "see whether it is spelled so, and still there",
    errno.ENOTDIR: "a part of that path is a file; name another",
    errno.ENAMETOOLONG: "name something shorter",
}
"""What helps against an error number (errno(3))."""


@contextmanager
def at(place: object) -> Iterator[None]:
    """What the system refuses in the block is told of this place, if the fault does not say where: writing does not."""
    try:
        yield
    except OSError as fault:
        raise refusal(fault, str(fault.filename or place)) from fault


def refusal(fault: OSError | MemoryError, place: str = "") -> CannotRun:
    """What the system refused. place: where, if the fault does not say it."""
    if isinstance(fault, MemoryError):
        return CannotRun("this machine has not enough memory for that", _MEMORY)
    where = place or str(fault.filename or "the system")
    return CannotRun(f"{where}: {fault.strerror or fault}", _REMEDIES.get(fault.errno or 0, "twin doctor may say more"))
