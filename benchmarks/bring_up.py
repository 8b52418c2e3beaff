"""How long a network of many access lines takes to come up, wall clock: `python benchmarks/bring_up.py [LINES ...]`.

Each network is a ring of four switches with eight DSLAMs, three service classes and four services. Counted from the
start of the command: planning, booting the lab kernel, namespaces, interfaces, schedulers at both ends of each line,
media both ways, bridges with their ports.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from pathlib import Path

from twin.emulation.emulation import up
from twin.lab import GUEST_OUT, GUEST_PROJECT, GUEST_PYTHON, VIRTUAL, Job
from twin.model import (
    Discipline,
    Dslam,
    HeadEnd,
    LineGroup,
    Network,
    Profile,
    Ring,
    Service,
    ServiceClass,
    Site,
    Span,
    Switch,
    Transport,
    Uplink,
)
from twin.plan import Blueprint, plan
from twin.records import from_plain, to_plain
from twin.units import Length, rate, time as duration

LINES = (1_000, 5_000)
DSLAMS = 8
SWITCHES = 4
TARGETS = {1_000: 5.0, 5_000: 60.0}
"""Seconds to reach, controller included."""


def network(lines: int) -> Network:
    """A ring of four switches with eight DSLAMs and `lines` lines."""
    names = [f"switch-{n}" for n in range(SWITCHES)]
    ring = [Span(f"ring-{n}", (name, names[(n + 1) % SWITCHES]), rate("100 Mbit/s"), length=Length(8_000))
            for n, name in enumerate(names)]
    dslams = [Dslam(f"dslam-{n}", "town", Uplink(names[n % SWITCHES], rate("100 Mbit/s"))) for n in range(DSLAMS)]
    heads = [HeadEnd(name, "town", Uplink(names[0], rate("1 Gbit/s"))) for name in ("internet", "softswitch", "video")]
    return Network(
        twin=1, name="many-lines", sites=(Site("town"),),
        classes=(ServiceClass("data", 0, discipline=Discipline.FQ_CODEL), ServiceClass("video", 34, weight=4),
                 ServiceClass("voice", 46, strict=True, police=rate("120 kbit/s"))),
        services=(Service("internet", "data", "internet"), Service("telephony", "voice", "softswitch"),
                  Service("television", "video", "video", Transport.UDP, (5004, 5099))),
        head_ends=tuple(heads), profiles=(Profile("dsl", rate("2048 kbit/s"), rate("512 kbit/s"),
                                                  delay=duration("8 ms")),),
        lines=tuple(LineGroup(f"line-{n}", dslam.name, "dsl", emulated=lines // DSLAMS)
                    for n, dslam in enumerate(dslams)),
        workloads=(), switches=tuple(Switch(name, "town") for name in names), dslams=tuple(dslams),
        spans=tuple(ring), rings=(Ring("ring", tuple(span.name for span in ring)),),
    )


def inside() -> None:
    """In the lab: bring the blueprint up and say when; the caller's clock counts."""
    print("booted", flush=True)
    blueprint = from_plain(Blueprint, json.loads((Path(GUEST_OUT) / "blueprint.json").read_text()))
    print("read", flush=True)
    with up(blueprint, 1, logs=Path(GUEST_OUT)):
        print("up", flush=True)
        memory = dict(line.split()[:2] for line in Path("/proc/meminfo").read_text().splitlines())
        print("memory", (int(memory["MemTotal:"]) - int(memory["MemAvailable:"])) // 1024, flush=True)
    print("down", flush=True)


def measure(lines: int) -> dict[str, float]:
    """Seconds until each mark, and MiB used, for a network of that many lines."""
    began = time.monotonic()
    blueprint = plan(network(lines))
    marks = {"planned": time.monotonic() - began}
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        (out / "blueprint.json").write_text(json.dumps(to_plain(blueprint)))
        marks["written"] = time.monotonic() - began

        def heard(line: str) -> None:
            word, _, value = line.partition(" ")
            marks[word] = float(value) if value.isdigit() else time.monotonic() - began

        result = VIRTUAL.run(Job((GUEST_PYTHON, f"{GUEST_PROJECT}/benchmarks/bring_up.py", "--inside"), out,
                                 memory=3 * 2**30), on_line=heard)
    if result.status:
        sys.exit("\n".join(result.tail))
    return marks


def main() -> None:
    """Measure and print a table."""
    wanted = [int(word) for word in sys.argv[1:]] or list(LINES)
    print(f"{'lines':>6} {'planned':>8} {'booted':>8} {'up':>8} {'down':>8} {'lab MiB':>8} {'plan MiB':>8} {'reach':>8}")
    for lines in wanted:
        marks = measure(lines)
        planner = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(f"{lines:>6} {marks['planned']:>7.2f}s {marks['booted']:>7.2f}s {marks['up']:>7.2f}s "
              f"{marks['down']:>7.2f}s {marks['memory']:>8.0f} {planner:>8} {TARGETS.get(lines, 0):>7.0f}s", flush=True)


if __name__ == "__main__":
    inside() if sys.argv[1:] == ["--inside"] else main()
