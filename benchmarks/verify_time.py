"""How long the main job takes: `twin verify topologies/castres-mazamet.yaml`: `python -m benchmarks.verify_time`.

Sixty emulated seconds, with QoS and without side by side, from the command to the written report, by phase.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.support.figure import Figure, at_most, main
from benchmarks.support.lab import TOPOLOGIES, Stopwatch
from twin.core.errors import EmulationError

FILE = TOPOLOGIES / "castres-mazamet.yaml"
SECONDS, LIMIT = 60.0, 60.0
OUTCOMES = {0: "all targets met", 1: "a target missed", 5: "something inconclusive"}
"""Exit codes of a verify that came to its end."""


def figures() -> list[Figure]:
    """Time the command and, by what it says of its progress, its phases."""
    watch = Stopwatch("load, plan, boot")
    with tempfile.TemporaryDirectory(prefix="metro-twin-") as folder:
        output = command(Path(folder), lambda line: watch.heard(line.partition(",")[0]))
        whole = watch.stop()
    parts = ", ".join(f"{phase} {seconds:.1f}" for phase, seconds in watch.phases.items())
    cores = len(os.sched_getaffinity(0))
    return [at_most(f"verify castres-mazamet, {SECONDS:g} emulated s, both sides, {cores} cores", LIMIT, whole, "s"),
            Figure("  by phase", "-", f"{parts} s"), Figure("  what it concludes", "-", output)]


def command(out: Path, heard: Callable[[str], None]) -> str:
    """Run the command; `heard` gets its progress, line by line, as it comes. Returns what it concludes."""
    words = (Path(sys.prefix) / "bin" / "twin", "verify", FILE, "--seconds", f"{SECONDS:g}", "--out", out)
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None and process.stdout is not None
        lines = []
        for line in process.stderr:
            lines.append(line.strip())
            heard(lines[-1])
        process.stdout.read()
    if process.returncode not in OUTCOMES:
        raise EmulationError(f"twin verify ended with exit {process.returncode}:\n" + "\n".join(lines[-20:]))
    return OUTCOMES[process.returncode]


if __name__ == "__main__":
    main(figures)
