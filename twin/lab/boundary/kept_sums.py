"""Sums of files and folders that are kept in the user's cache: only what has changed is read again.

They are kept by what stat(2) says of each file, its change time too, which nobody can set.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from twin.core.units import NS_PER_S

LOADER = "/lib64/ld-linux-x86-64.so.2"
SETTLED = NS_PER_S
"""How long a file has not changed before its sum is kept, ns: a file system's clock has coarse ticks, and within one a
file could change once more unseen."""


class KeptSums:
    """Sums of files and folders, kept in a file from one time to the next; a file that cannot be read is replaced."""

    def __init__(self, file: Path, settled: int = SETTLED) -> None:
        self._file, self._settled = file, settled
        self._known: dict[str, list[str]] = {}
        self._new = False
        with suppress(OSError, ValueError, TypeError):
            self._known = dict(json.loads(file.read_text()))

    def total(self, paths: Iterable[Path]) -> str:
        """One hash of these files and folders."""
        return _sha256(*(self.kept(f"sum {path}", path, _content) for path in paths))

    def libraries(self, programs: Iterable[Path]) -> list[str]:
        """The shared libraries of programs, each once, by path."""
        lists = (self.kept(f"libraries {path}", path, _libraries_of).split() for path in programs)
        return sorted({library for libraries in lists for library in libraries})

    def store(self) -> None:
        """Keep what is new for the next time, if the cache can be written."""
        if not self._new:
            return
        with suppress(OSError):
            part = self._file.with_suffix(f".{os.getpid()}")
            part.write_text(json.dumps(self._known))
            part.rename(self._file)

    def kept(self, key: str, path: Path, made: Callable[[Path], str]) -> str:
        """What `made` makes of a file or folder: as it was made before, where nothing of it has changed since."""
        known, now = self._known.get(key), time.time_ns()
        state, changed = _state(path)
        if known is not None and known[0] == state:
            return known[1]
        text = made(path)
        if changed < now - self._settled:
            self._known[key], self._new = [state, text], True
        return text


def _state(path: Path) -> tuple[str, int]:
    """What stat says of a file, or of everything in a folder, and when any of it has changed last, ns since 1970."""
    entries = list(_entries(path))
    lines = (f"{name} {about.st_size} {about.st_mtime_ns} {about.st_ctime_ns} {about.st_ino} {about.st_mode}"
             for name, about in entries)
    return _sha256(*lines), max((about.st_ctime_ns for _, about in entries), default=0)


def _content(path: Path) -> str:
    """The hash of a file, or of the files of a folder with their names; of a link, where it leads."""
    return _sha256(*(f"{name[len(str(path)):]} {_sum(Path(name))}" for name, _ in _entries(path)))


def _entries(path: Path) -> Iterator[tuple[str, os.stat_result]]:
    """A file, or all that is in a folder but folders, in order."""
    if not path.is_dir():
        with suppress(OSError):
            yield str(path), path.lstat()
        return
    for parent, folders, files in os.walk(path):
        folders.sort()
        for name in sorted(files):
            with suppress(OSError):
                yield f"{parent}/{name}", os.lstat(f"{parent}/{name}")


def _sum(path: Path) -> str:
    try:
        return os.readlink(path) if path.is_symlink() else hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as fault:
        return str(fault.strerror)


def _libraries_of(program: Path) -> str:
    """The paths of a program's libraries, as the loader finds them in a lab: without a cache."""
    done = subprocess.run((LOADER, "--inhibit-cache", "--list", program), capture_output=True, text=True, check=False)
    words = (line.split() for line in done.stdout.splitlines())
    return " ".join(word for line in words for word in line if word.startswith("/"))


def _sha256(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()
