"""Programs of this machine that the test of the virtual machine runs, its cache, and what is missing here."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "metro-twin" / "vm-test"
PART = "part-"
"""What folders and files of the cache are called until they are complete; those of killed runs are removed."""
PACKAGES: Mapping[str, str] = {"qemu-system-x86_64": "qemu-system-x86", "mmdebstrap": "mmdebstrap",
                               "mke2fs": "e2fsprogs", "setpriv": "util-linux", "git": "git"}
"""Programs, and the Debian package of each."""


class Missing(Exception):
    """Something that this machine lacks, with the remedy."""


def require() -> None:
    """Raise Missing where this machine lacks a program, or we are not root."""
    absent = " ".join(sorted({package for tool, package in PACKAGES.items() if shutil.which(tool) is None}))
    if absent:
        raise Missing(f"missing: {absent}\n  remedy: apt-get install --no-install-recommends {absent}")
    if os.geteuid() != 0:
        raise Missing("the image has files of several users\n  remedy: run it as root: sudo scripts/vm-test")


@contextmanager
def own_cache() -> Iterator[None]:
    """The cache's folder, for us alone, without what killed runs have left in it. Raises Missing while another run has
    it."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Missing(f"another run has {CACHE}\n  remedy: wait until it has ended") from None
        for left in CACHE.glob(f"{PART}*"):
            if left.is_dir():
                shutil.rmtree(left)
            else:
                left.unlink()
        yield


def run(*command: str) -> str:
    """Run a program; returns its output, raises Missing with the end of it."""
    done = subprocess.run(command, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, cwd=ROOT, check=False)
    if done.returncode:
        raise Missing(f"{' '.join(command)[:200]}\n  ended with status {done.returncode}: {done.stdout.strip()[-800:]}")
    return done.stdout


def interpreter() -> str:
    """The Python of this machine that has the locked packages."""
    return os.environ.get("PYTHON", str(ROOT / ".venv" / "bin" / "python"))


def python(code: str, *arguments: str) -> str:
    """Run code of this project on this machine; returns its output. Progress goes to standard error."""
    done = subprocess.run((interpreter(), "-c", code, *arguments), cwd=ROOT, text=True, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False)
    if done.returncode not in (0, 1, 5):
        raise Missing(f"this machine's own run ended with status {done.returncode}\n  remedy: make setup; twin doctor")
    return done.stdout


def make_disk(disk: Path, tree: Path, size: int) -> None:
    """A file system of `size` bytes with the content of a folder, made without a mount."""
    run("mke2fs", "-q", "-t", "ext4", "-d", str(tree), str(disk), f"{size // 1024}k")


def key(*texts: str) -> str:
    """A short hash, by which what is in the cache is found again."""
    done = subprocess.run(("sha256sum",), input="\0".join(texts), text=True, stdout=subprocess.PIPE, check=True)
    return done.stdout[:12]
