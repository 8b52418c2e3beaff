"""The lab kernel: which one is wanted, where it is kept, and whether it is there."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from twin.errors import CannotRun
from twin.lab import place
from twin.lab.order import Kernel

_HERE = Path(__file__).parent


def recipe_hash() -> str:
    """Twelve hex digits that change with our configuration fragment or the seeding library."""
    texts = (_HERE / "lab-kernel.config").read_bytes(), (_HERE / "shim.c").read_bytes()
    return hashlib.sha256(b"\0".join(texts)).hexdigest()[:12]


def store() -> Path:
    """The folder of the user's cache that holds one folder a kernel."""
    return place.cache() / "kernel"


def built() -> Kernel:
    """The newest built kernel of our recipe; raises CannotRun when there is none."""
    for folder in sorted(store().glob(f"*-{recipe_hash()}"), reverse=True):
        try:
            record = json.loads((folder / "build.json").read_text())
        except (OSError, ValueError):
            continue
        return Kernel(folder / "linux", folder / "shim.so", str(record["version"]))
    raise CannotRun("the lab kernel is not built", "run: twin kernel build")
