"""Unpacks the kernel's source without the third that a build for user mode Linux never reads."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from twin.core.errors import CannotRun

_SOURCES = "[chS]"
UNREAD = (
    f"arch/[a-tv-wyz]*.{_SOURCES}", f"samples/*.{_SOURCES}", f"sound/*.{_SOURCES}",
    f"drivers/[e-hj-mo-su-z]*.{_SOURCES}",
    *(f"drivers/{name}/*.{_SOURCES}" for name in ("acpi", "clk", "crypto", "iio", "infiniband", "nvme", "thunderbolt")),
    f"drivers/net/[d-su-vx-z]*/*.{_SOURCES}", f"drivers/net/wireless/*.{_SOURCES}",
    f"tools/testing/*.{_SOURCES}", f"tools/perf/*.{_SOURCES}", "tools/*.json",
    "Documentation/*.rst", "Documentation/*.txt", "Documentation/*.yaml", "Documentation/*.svg",
    "*.dts", "*.dtsi", "*.rs",
)
"""Patterns under the source's top folder. Only program texts: the build reads every Kconfig and many a Makefile."""


def unpack(archive: Path, top: str, target: Path) -> None:
    """Unpack the tarball, or the tarball inside the Debian package, into `target` (made here).

    `top` is the name of the tarball's only folder ("linux-source-7.2"). Raises CannotRun when anything fails.
    """
    target.mkdir()
    inner = f"./usr/src/{top}.tar.xz"
    excluded = [f"--exclude={top}/{pattern}" for pattern in UNREAD]
    opening: list[tuple[str, ...]] = [("cat", str(archive))]
    if archive.suffix == ".deb":
        opening = [("dpkg-deb", "--fsys-tarfile", str(archive)), ("tar", "--extract", "--to-stdout", inner)]
    _pipe([*opening, ("xz", "--decompress", "--threads=0", "--stdout"),
           ("tar", "--extract", "--strip-components=1", "--no-same-owner", f"--directory={target}", *excluded)])


def _pipe(commands: Sequence[tuple[str, ...]]) -> None:
    """Run the commands, each reading what the one before it writes; raises CannotRun with the first error."""
    stages: list[subprocess.Popen[bytes]] = []
    for command in commands:
        source = stages[-1].stdout if stages else subprocess.DEVNULL
        stages.append(subprocess.Popen(command, stdin=source, stdout=subprocess.PIPE, stderr=subprocess.PIPE))
        if stages[:-1] and stages[-2].stdout is not None:
            stages[-2].stdout.close()
    try:
        errors = [stage.communicate()[1].decode(errors="replace").strip() for stage in reversed(stages)]
    finally:
        for stage in stages:
            stage.kill()
            stage.wait()
    if any(stage.returncode for stage in stages):
        reason = next((text for text in errors if text), "no reason given").splitlines()[0]
        raise CannotRun(f"the kernel's source cannot be unpacked: {reason}", "see that the disk has 1 GB of room")
