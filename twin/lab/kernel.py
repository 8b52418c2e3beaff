"""The lab kernel as a thing in the user's cache: which one is wanted, where it is, and whether it is there.

    $XDG_CACHE_HOME/metro-twin/kernel/<version>-<recipe>/   linux  shim.so  build.json

A folder of that name is whole: it is built beside and renamed. The recipe is a hash of what we choose (configuration,
seeding library, changes of the source, the air of radio cells), so a change of any asks for a new build and an old
kernel is never taken for the new one.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from pathlib import Path

from twin.errors import CannotRun
from twin.lab import place
from twin.lab.order import Kernel

FRAGMENT = Path(__file__).with_name("lab-kernel.config")
SHIM = Path(__file__).with_name("shim.c")
PATCH = Path(__file__).with_name("lab-kernel.patch")
"""What we change in the source, and why."""
AIR = Path(__file__).with_name("sch_dcf.c")
"""The qdisc that is the air of a radio cell, built into the kernel."""
FLAGS = "KCFLAGS=-D'random_get_entropy()=0UL'"
"""The kernel must not stir the time into its random numbers: they are to follow from the seed alone."""


def recipe_hash() -> str:
    """Twelve hex digits that change with anything of ours that the kernel is built from."""
    texts = (FRAGMENT.read_bytes(), SHIM.read_bytes(), PATCH.read_bytes(), AIR.read_bytes(), FLAGS.encode())
    return hashlib.sha256(b"\0".join(texts)).hexdigest()[:12]


def store() -> Path:
    """The folder of the user's cache that holds one folder a kernel."""
    return place.cache() / "kernel"


def find() -> Kernel | None:
    """The newest built kernel of our recipe, if there is one."""
    for folder in sorted(store().glob(f"*-{recipe_hash()}"), key=_numbers, reverse=True):
        try:
            version = str(json.loads((folder / "build.json").read_text())["version"])
        except (OSError, ValueError, KeyError):
            continue
        return Kernel(folder / "linux", folder / "shim.so", version)
    return None


def built() -> Kernel:
    """The newest built kernel of our recipe; raises CannotRun when there is none."""
    found = find()
    if found is None:
        raise CannotRun("the lab kernel is not built", "run: twin kernel build")
    return found


def keep(result: Path, version: str) -> Kernel:
    """Take a finished build into the store, in one rename; a kernel of the same name is replaced."""
    final = store() / f"{version}-{recipe_hash()}"
    if final.exists():
        final.rename(result.with_name("replaced"))
    result.rename(final)
    return Kernel(final / "linux", final / "shim.so", version)


def clean() -> tuple[Path, ...]:
    """Remove every kernel from the store, and what builds have left; returns what was removed."""
    gone = tuple(path for path in sorted(store().glob("*")) if path.is_dir())
    for path in gone:
        shutil.rmtree(path)
    return gone


def not_granted(fragment: str, granted: str) -> list[str]:
    """The options of the fragment that a finished .config does not have as they were asked for."""
    lines = set(granted.splitlines())
    return [line for line in fragment.splitlines() if line.startswith("CONFIG_") and line not in lines]


def _numbers(folder: Path) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", folder.name.rsplit("-", 1)[0]))
