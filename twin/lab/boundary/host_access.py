"""Access of a lab to its host: the paths that it may read and write, and the user as which it runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from twin.lab.guest_init import ETC_ENTRIES, SYSTEM_FOLDERS
from twin.lab.job import HostCommand

CONFINED_EXEC = Path(__file__).with_name("confined_exec.py")
LAB_USER = 61_184
"""The user of labs that root starts: one without a name, of those that systemd, too, lends to services."""


@dataclass(frozen=True, slots=True)
class HostAccess:
    """The paths of the host that a lab reads, those that it writes, and its work folder, one of the latter."""

    reads: tuple[str, ...]
    writes: tuple[str, ...]
    work: str


def host_access(work: Path, reads: Iterable[Path], writes: Iterable[Path]) -> HostAccess:
    """Access to these folders, and to what every lab reads of its host: programs, libraries, a part of /etc."""
    system = (*SYSTEM_FOLDERS, *(f"/etc/{name}" for name in ETC_ENTRIES))
    own = tuple(str(path.resolve()) for path in reads)
    shared = tuple(path for path in system if os.path.lexists(path))
    return HostAccess(tuple(dict.fromkeys((*shared, *own))),
                      tuple(dict.fromkeys(str(path.resolve()) for path in (work, *writes))), str(work.resolve()))


def confined(command: HostCommand, access: HostAccess | None, core: int, order: Path) -> tuple[str, ...]:
    """A command pinned to a core, killed by the kernel of the host as soon as this process is gone, and confined to
    that access (None: not confined). What is asked is written to the file `order`."""
    confinement = None if access is None else {**asdict(access), "user": LAB_USER}
    order.write_text(json.dumps({"argv": command.argv, "environment": dict(command.environment),
                                 "caller": os.getpid(), "core": core, "confinement": confinement}))
    return (sys.executable, "-I", "-S", str(CONFINED_EXEC), str(order))


def take_back(folders: Iterable[Path]) -> None:
    """Make root's again what its labs have written; nothing to do for anybody else."""
    if os.geteuid() != 0:
        return
    for path in (path for folder in folders for path in (folder, *folder.rglob("*"))):
        if path.lstat().st_uid == LAB_USER:
            os.lchown(path, 0, 0)


def layers() -> dict[str, object]:
    """Which layers of confinement this host has, as confined_exec lists them."""
    done = subprocess.run((sys.executable, "-I", "-S", str(CONFINED_EXEC)), capture_output=True, text=True, check=False)
    return dict(json.loads(done.stdout)) if done.returncode == 0 else {}
