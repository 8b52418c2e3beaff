"""How long a network of many access lines takes to come up, wall clock: `python -m benchmarks.bring_up [LINES ...]`.

The time is from the start of the command to the controller's word that every switch is programmed: planning, booting
the lab, hosts, schedulers at both ends of each line, media both ways, bridges, rules.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from benchmarks.support.figure import Figure, at_most, main
from benchmarks.support.lab import NETWORKS
from twin.core.errors import EmulationError
from twin.core.records import from_plain, to_plain
from twin.emulation import up
from twin.jobs.experiment.controller_process import controller
from twin.lab import GUEST_OUT, GUEST_PYTHON, VIRTUAL, Job
from twin.model.yaml import load
from twin.plan import Blueprint, plan

DESCRIPTION = NETWORKS / "many_lines.yaml"
REACH = {1_000: 10.0, 5_000: 60.0}
"""Seconds, by lines."""
MEMORY = 1024.0
"""MiB that the lab may use for 1,000 lines."""
PHASES = ("plan", "boot", "build", "programme")
PATIENCE = 300.0
ROOT = Path(__file__).resolve().parents[1]
"""Where the lab finds this module too."""
INSIDE = "--inside"


def inside() -> None:
    """In the lab: bring the blueprint up and say how far it is; the clock that counts is the caller's."""
    out = Path(GUEST_OUT)
    stored = out / "blueprint.json"
    print("boot", flush=True)
    blueprint = from_plain(Blueprint, json.loads(stored.read_text()))
    with controller(stored, out / "controller.log") as ryu, up(blueprint, 1, logs=out):
        print("build", flush=True)
        ryu.await_ready()
        print("programme", flush=True)
        print("memory", used(), flush=True)


def used() -> int:
    """MiB of the lab's memory that are in use."""
    meminfo = dict(line.split()[:2] for line in Path("/proc/meminfo").read_text().splitlines())
    return (int(meminfo["MemTotal:"]) - int(meminfo["MemAvailable:"])) // 1024


def blueprint_of(lines: int) -> Blueprint:
    """The network with so many lines, spread evenly."""
    network = load(DESCRIPTION)
    each = lines // len(network.lines)
    return plan(replace(network, lines=tuple(replace(group, emulated=each) for group in network.lines)))


def measure(lines: int) -> dict[str, float]:
    """Seconds until the end of each phase, and MiB used, for a network of that many lines."""
    began = time.monotonic()
    blueprint = blueprint_of(lines)
    marks = {"plan": time.monotonic() - began}
    with tempfile.TemporaryDirectory(prefix="metro-twin-") as folder:
        Path(folder, "blueprint.json").write_text(json.dumps(to_plain(blueprint)))

        def heard(line: str) -> None:
            word, _, value = line.partition(" ")
            with suppress(ValueError):
                marks[word] = float(value) if value else time.monotonic() - began

        job = Job((GUEST_PYTHON, "-m", "benchmarks.bring_up", INSIDE), Path(folder), packages=ROOT, memory=4 * 2**30,
                  patience_s=PATIENCE)
        result = VIRTUAL.run(job, on_line=heard)
    if result.status or "programme" not in marks:
        raise EmulationError("\n".join(("the lab did not bring the network up:", *result.tail)))
    return marks


def figures(wanted: Sequence[int] = tuple(REACH)) -> list[Figure]:
    """Measure and compare."""
    rows = []
    for lines in wanted:
        marks = measure(lines)
        phases = ", ".join(f"{word} {marks[word]:.1f} s" for word in PHASES)
        rows.append(at_most(f"{lines} lines, from command to all switches programmed", REACH.get(lines, 0.0),
                             marks["programme"], "s", f"ends of phases: {phases}"))
        if lines == min(REACH):
            rows.append(at_most(f"{lines} lines, memory of the lab", MEMORY, marks["memory"], "MiB"))
    return rows


if __name__ == "__main__":
    if sys.argv[1:] == [INSIDE]:
        inside()
    else:
        main(lambda: figures([int(word) for word in sys.argv[1:]] or tuple(REACH)))
