"""Limits of this process and room on its disks: what a lab needs of them, and whether a lab that failed lacked it."""

from __future__ import annotations

import resource
import shutil
from collections.abc import Iterable
from pathlib import Path

from twin.core.errors import CannotRun

MIB = 2**20
OPEN_FILES = 256
"""Files that a lab kernel may have open: 67 were seen with the Castres-Mazamet network, more tools need more."""
BESIDE_MEMORY = 256 * MIB
"""Bytes of address space of a lab kernel, and of its largest program, beside its memory: 40 MiB were seen."""
FULL = 64 * 1024
"""Bytes of room on a disk from which on it is full for a lab: one writes its samples in pieces of some KiB."""


def require(memory: int) -> None:
    """Raise CannotRun where the limits of this process do not allow a lab kernel with so many bytes of memory."""
    needs = ((resource.RLIMIT_NOFILE, OPEN_FILES, 1, "open files", "ulimit -n"),
             (resource.RLIMIT_FSIZE, memory, 1024, "KiB in one file", "ulimit -f"),
             (resource.RLIMIT_AS, memory + BESIDE_MEMORY, 1024, "KiB of address space", "ulimit -v"))
    for kind, need, unit, what, command in needs:
        allowed = resource.getrlimit(kind)[0]
        if allowed != resource.RLIM_INFINITY and allowed < need:
            raise CannotRun(f"a lab needs {need // unit} {what}, and this shell allows {allowed // unit}",
                            f"allow more before starting twin: {command} {need // unit}")


def shortage(folders: Iterable[Path]) -> CannotRun | None:
    """What was short, if one of the folders that a lab wrote to lies on a disk without room."""
    for folder in folders:
        if shutil.disk_usage(folder).free < FULL:
            return CannotRun(f"the disk of {folder} is full", "free some space there, or name a folder on another disk")
    return None
