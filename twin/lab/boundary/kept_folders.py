"""Folders in the user's cache, each named by all that it follows from: made when one is not there, or not as it was.

Labs read them. Before each lab one is checked by what stat(2) says of its files, and by their sums where that has
changed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from twin.core.errors import CannotRun
from twin.lab import file_locks, host_paths
from twin.lab.boundary.kept_sums import KeptSums

SUMS = "SHA256SUMS"
"""In each folder: the sums of all its files (sha256sum(1))."""
MAX_FOLDERS = 8
"""Folders of a kind that stay in the cache, the last used ones."""
MIN_AGE_S = 3600
"""Seconds for which a folder stays in any case: a running lab may need it."""


def kept_folder(kind: str, name: Callable[[KeptSums], str], make: Callable[[Path], None],
                still: Callable[[Path], bool] = lambda _: True) -> Path:
    """The folder `name` among those of a kind; `make` fills a new one. still: whether one that is whole may be used.

    Raises CannotRun when the cache cannot be written.
    """
    store = host_paths.cache_folder() / kind
    try:
        store.mkdir(parents=True, exist_ok=True)
        # Labs that start together want the same folder, and would remove the same old ones.
        with file_locks.wait_for_lock(store / "lock"):
            kept = KeptSums(store / "sums.json")
            folder = store / name(kept)
            if not kept.kept(f"whole {folder.name}", folder, _wholeness) or not still(folder):
                shutil.rmtree(folder, ignore_errors=True)
                _build(make, folder)
                _remove_old(store)
            os.utime(folder)
            kept.store()
    except OSError as fault:
        raise CannotRun(f"the cache {store} cannot be written: {fault.strerror}",
                        "make it writable, or name another place by XDG_CACHE_HOME") from fault
    return folder


def _build(make: Callable[[Path], None], folder: Path) -> None:
    """Make it beside its place, then rename: one half made is never taken for whole."""
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="part-") as part:
        made = Path(part) / "copy"
        made.mkdir()
        make(made)
        (made / SUMS).write_text(_sums(made))
        for path in (made, *made.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)  # whatever the umask: labs of root read it as another user
        made.rename(folder)


def _sums(folder: Path) -> str:
    """The sums of all files of a folder but those of the sums themselves, in order."""
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file() and path != folder / SUMS)
    return "".join(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder)}\n" for path in paths)


def _wholeness(folder: Path) -> str:
    """"whole" where a folder is there and holds what was put into it, else "": a full disk may have cut a file short.
    """
    try:
        return "whole" if (folder / SUMS).read_text() == _sums(folder) else ""
    except (OSError, ValueError):
        return ""


def _remove_old(store: Path) -> None:
    """Remove old folders, and what a killed process left half made."""
    for left in store.glob("part-*"):
        shutil.rmtree(left, ignore_errors=True)
    folders = sorted(filter(Path.is_dir, store.iterdir()), key=lambda folder: folder.stat().st_mtime, reverse=True)
    for old in folders[MAX_FOLDERS:]:
        if old.stat().st_mtime < folders[0].stat().st_mtime - MIN_AGE_S:
            shutil.rmtree(old, ignore_errors=True)
