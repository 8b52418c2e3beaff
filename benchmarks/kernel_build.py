"""The first build of the lab kernel, from nothing, in a cache of its own: `python -m benchmarks.kernel_build`."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence

from benchmarks.support.figure import Figure, at_most, main
from twin.lab import host_paths
from twin.lab.kernel.kernel_build import build_kernel

LIMIT_S = 300.0
"""Seconds that a first build may take on two idle cores."""


def figures() -> Sequence[Figure]:
    """Build once and time it, with the processor time beside: a busy machine shows as the difference."""
    with tempfile.TemporaryDirectory(prefix="metro-twin-build-") as cache_folder:
        os.environ["XDG_CACHE_HOME"] = cache_folder
        began, used = time.monotonic(), os.times()
        made = build_kernel(_tell)
        seconds, now = time.monotonic() - began, os.times()
        record = json.loads(made.linux.with_name("build.json").read_text())
        size = made.linux.stat().st_size
    processor = now.children_user + now.children_system - used.children_user - used.children_system
    beside = f"{processor:.0f} s of processor time on {len(host_paths.allowed_cores())} cores"
    return (
        at_most("first build of the lab kernel", LIMIT_S, seconds, "s", beside),
        Figure("what was built", "", f"{record['says']}, {size / 10**6:.1f} MB"),
        Figure("options that were not granted", "none", ", ".join(record["not_granted"]) or "none",
               not record["not_granted"]),
    )


def _tell(fraction: float, what: str) -> None:
    """Show how far the build is, on one line."""
    sys.stderr.write(f"\r\x1b[K{fraction:4.0%} {what}")
    sys.stderr.flush()


if __name__ == "__main__":
    main(figures)
