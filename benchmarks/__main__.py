"""All benchmarks, or those named, and their results into RESULTS.md: `python -m benchmarks [NAME ...]`.

Each runs in a process of its own, one after the other: on an idle machine, else the times are the neighbours'.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

from benchmarks.support.figure import measured, table

NAMES = ("oracles", "verify_time", "plan_time", "voice_theory", "tcp_goodput", "campaign", "digest", "bring_up",
         "stock_mininet", "chain", "kernel_build", "coverage", "environments", "mutations", "kills", "sweeps", "search",
         "console", "training", "sizing_time", "emulated_and_sized", "bad_days")
"""In the order of the table of figures to reach."""
LONG = ("certificate", "predictions", "exercises")
"""Those that take hours for all their networks: only where they are named."""
RESULTS = Path(__file__).with_name("RESULTS.md")
HEAD = """# Results

Written by `python -m benchmarks`; one section a benchmark, from its last run. Times on the wall clock are of the
machine named; everything else is the same on every machine.
"""


def main(names: Sequence[str]) -> int:
    """Run the benchmarks named, or all; the exit status is 1 where a figure was missed or could not be measured."""
    unknown = [name for name in names if name not in (*NAMES, *LONG)]
    if unknown:
        print(f"no benchmark {', '.join(unknown)}; known: {', '.join((*NAMES, *LONG))}", file=sys.stderr)
        return 2
    sections = read(RESULTS.read_text() if RESULTS.exists() else "")
    missed = False
    for name in names or NAMES:
        print(f"== {name}", flush=True)
        where = machine()
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
            figures = process.submit(measured, name).result()
        print(table(figures), flush=True)
        missed |= any(figure.holds is False for figure in figures)
        sections[name] = f"{datetime.now(UTC):%Y-%m-%d}, {where}\n\n{table(figures)}\n"
        RESULTS.write_text(written(sections))
    return int(missed)


def read(text: str) -> dict[str, str]:
    """The sections of a file of results by the benchmark's name."""
    parts = (part.partition("\n") for part in text.split("\n## ")[1:])
    return {name: body.strip() + "\n" for name, _, body in parts}


def written(sections: Mapping[str, str]) -> str:
    """The whole file."""
    return "\n".join([HEAD, *(f"## {name}\n\n{sections[name]}" for name in (*NAMES, *LONG) if name in sections)])


def machine() -> str:
    """The machine in a few words: processor, cores that may be used, memory, system, and how busy it is already."""
    models = [line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
              if line.startswith("model name")]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = f"load {os.getloadavg()[0]:.1f}"
    system = [line.partition("=")[2].strip('"') for line in Path("/etc/os-release").read_text().splitlines()
              if line.startswith("PRETTY_NAME=")]
    return ", ".join([*models[:1], f"{len(os.sched_getaffinity(0))} cores", f"{memory:.0f} GiB", *system, load])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
