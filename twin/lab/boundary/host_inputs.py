"""What labs read of this host, as hashes: with the same seed and these hashes a run has the same samples.

Sums are kept in the user's cache by what stat(2) says of each file, its change time too, which nobody can set: only
what has changed is read again.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from twin.lab import host_paths, kernel_cache
from twin.lab.boundary import code_snapshot
from twin.lab.guest_init import ETC_ENTRIES
from twin.lab.launch_spec import Python

PROGRAMS = ("ovsdb-server", "ovs-vswitchd", "ovsdb-tool", "ovs-vsctl", "ovs-ofctl", "ovs-appctl", "ip", "tc", "ethtool",
            "setpriv", "iperf3", "irtt", "sipp", "sh")
"""The programs of the host that runs start, beside Python."""
DATA = ("/usr/share/openvswitch/vswitch.ovsschema", "/usr/lib/python3/dist-packages/mininet")
SEARCH_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
LOADER = "/lib64/ld-linux-x86-64.so.2"


def gather() -> Future[dict[str, str]]:
    """Begin to gather the hashes while labs run."""
    pool = ThreadPoolExecutor(1)
    try:
        return pool.submit(hashes)
    finally:
        pool.shutdown(wait=False)


def hashes() -> dict[str, str]:
    """SHA-256 of the lab kernel, our code, Python with its packages, the programs with their libraries, and what a lab
    sees of /etc."""
    kept, python, kernel = KeptSums(host_paths.cache_folder() / "sums.json"), Python.here(), kernel_cache.find_kernel()
    programs = [Path(path) for name in PROGRAMS if (path := shutil.which(name, path=SEARCH_PATH))]
    parts: dict[str, list[Path]] = {
        "kernel": [] if kernel is None else [kernel.linux, kernel.shim],
        "code": [code_snapshot.snapshot()],
        "python": [python.executable.resolve(), Path(os.__file__).parent, *([python.venv] if python.venv else [])],
        "programs": [*programs, *map(Path, kept.libraries(programs)), *map(Path, DATA)],
        "settings": [Path("/etc", name) for name in ETC_ENTRIES],
    }
    sums = {name: kept.total(paths) for name, paths in parts.items()}
    kept.store()
    return sums


class KeptSums:
    """Sums of files and folders, kept in a file from one time to the next; a file that cannot be read is replaced."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._known: dict[str, list[str]] = {}
        with suppress(OSError, ValueError, TypeError):
            self._known = dict(json.loads(file.read_text()))

    def total(self, paths: Iterable[Path]) -> str:
        """One hash of these files and folders."""
        return _sha256(*(self._kept(f"sum {path}", path, _content) for path in paths))

    def libraries(self, programs: Iterable[Path]) -> list[str]:
        """The shared libraries of programs, each once, by path."""
        lists = (self._kept(f"libraries {path}", path, _libraries_of).split() for path in programs)
        return sorted({library for libraries in lists for library in libraries})

    def store(self) -> None:
        """Keep them for the next time, if the cache can be written."""
        with suppress(OSError):
            part = self._file.with_suffix(f".{os.getpid()}")
            part.write_text(json.dumps(self._known))
            part.rename(self._file)

    def _kept(self, key: str, path: Path, made: Callable[[Path], str]) -> str:
        state = _state(path)
        known = self._known.get(key)
        if known is None or known[0] != state:
            known = self._known[key] = [state, made(path)]
        return known[1]


def _state(path: Path) -> str:
    """What stat says of a file, or of everything in a folder."""
    return _sha256(*(f"{name} {about.st_size} {about.st_mtime_ns} {about.st_ctime_ns} {about.st_ino} {about.st_mode}"
                     for name, about in _entries(path)))


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
