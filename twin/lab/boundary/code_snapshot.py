"""The code that runs inside a lab: a compiled snapshot in the user's cache, named by its content.

A lab never runs the checkout itself: whether Python finds compiled modules is seen in the times of a run, and a file
that is edited while a lab runs would change it. A snapshot is the same for every user, folder and moment. Before each
lab it is checked by what stat(2) says of its files, and by their sums where that has changed.
"""

from __future__ import annotations

import compileall
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from py_compile import PycInvalidationMode

from twin.core.errors import CannotRun
from twin.lab import file_locks, host_paths
from twin.lab.boundary.kept_sums import KeptSums
from twin.lab.job import GUEST_PROJECT

PROJECT = Path(__file__).resolve().parents[3]
PACKAGES = ("twin", "controllers", "traffic")
SUMS = "SHA256SUMS"
"""In each snapshot: the sums of all its files, compiled ones too (sha256sum(1))."""
MAX_SNAPSHOTS = 8
"""Snapshots that stay in the cache, the last used ones."""
MIN_AGE_S = 3600
"""Seconds for which a snapshot stays in any case: a running lab may need it."""


def snapshot(project: Path = PROJECT) -> Path:
    """The compiled snapshot of the packages of `project`; made when it is not there, or not as it was made.

    Raises CannotRun when the cache cannot be written.
    """
    store = host_paths.cache_folder() / "project"
    try:
        store.mkdir(parents=True, exist_ok=True)
        # Labs that start together want the same copy, and would remove the same old ones.
        with file_locks.wait_for_lock(store / "lock"):
            kept = KeptSums(store / "sums.json")
            folder = store / _content_hash(project, kept)
            if not kept.kept(f"whole {folder.name}", folder, _wholeness):
                shutil.rmtree(folder, ignore_errors=True)
                _build(project, _files(project), folder)
                _remove_old(store)
            os.utime(folder)
            kept.store()
    except OSError as fault:
        raise CannotRun(f"the cache {store} cannot be written: {fault.strerror}",
                        "make it writable, or name another place by XDG_CACHE_HOME") from fault
    return folder


def _files(project: Path) -> Iterator[Path]:
    """The files of the packages, relative to the project, sorted."""
    for package in PACKAGES:
        for path in _sources(project / package):
            yield path.relative_to(project)


def _sources(package: Path) -> Iterator[Path]:
    """The files of a package that nobody has compiled."""
    return (path for path in sorted(package.rglob("*")) if path.is_file() and path.suffix != ".pyc")


def _content_hash(project: Path, kept: KeptSums) -> str:
    sums = (kept.kept(f"package {project / package}", project / package, _package_sum) for package in PACKAGES)
    return hashlib.sha256("".join(sums).encode()).hexdigest()[:24]


def _package_sum(package: Path) -> str:
    total = hashlib.sha256()
    for path in _sources(package):
        total.update(f"{path.relative_to(package)}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _build(project: Path, files: Iterable[Path], folder: Path) -> None:
    """Copy and compile beside the folder, then rename: a half-made copy is never taken for one."""
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="part-") as part:
        made = Path(part) / "copy"
        for path in files:
            (made / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(project / path, made / path)
        compileall.compile_dir(made, quiet=2, stripdir=str(made), prependdir=GUEST_PROJECT,
                               invalidation_mode=PycInvalidationMode.UNCHECKED_HASH)
        (made / SUMS).write_text(_sums(made))
        for path in (made, *made.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)  # whatever the umask: labs of root read it as another user
        made.rename(folder)


def _sums(folder: Path) -> str:
    """The sums of all files of a snapshot but those of the sums themselves, in order."""
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file() and path != folder / SUMS)
    return "".join(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder)}\n" for path in paths)


def _wholeness(folder: Path) -> str:
    """"whole" where a snapshot is there and holds what was put into it, else "": a full disk may have cut a file short.
    """
    try:
        return "whole" if (folder / SUMS).read_text() == _sums(folder) else ""
    except (OSError, ValueError):
        return ""


def _remove_old(store: Path) -> None:
    """Remove old copies, and what a killed process left half made."""
    for left in store.glob("part-*"):
        shutil.rmtree(left, ignore_errors=True)
    copies = sorted(filter(Path.is_dir, store.iterdir()), key=lambda copy: copy.stat().st_mtime, reverse=True)
    for old in copies[MAX_SNAPSHOTS:]:
        if old.stat().st_mtime < copies[0].stat().st_mtime - MIN_AGE_S:
            shutil.rmtree(old, ignore_errors=True)
