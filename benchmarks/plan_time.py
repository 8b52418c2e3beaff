"""How long a prediction takes: `twin plan` of the territory, from the command to its last line: `python -m
benchmarks.plan_time`; the same of a thousand lines, without the process around it; and how long large descriptions take
to be checked, refused, or drawn up.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.support.figure import Figure, at_most, main
from benchmarks.support.lab import TOPOLOGIES
from twin.core.units import Rate
from twin.model import Uplink
from twin.model.yaml import load
from twin.plan import plan
from twin.plan.forwarding.paths import flow_paths
from twin.predict import predict_paths
from twin.predict.figures.by_flow import figures as expected
from twin.territory.draft.synthetic import LINES_PER_COMMUNE

TERRITORY = TOPOLOGIES / "castres-mazamet.yaml"
LIMIT, MANY_LIMIT = 1.0, 5.0
REPEATS = 5
LINES_A_GROUP = 20
COMMUNES = 300
RADIO = Rate(11_000_000)
REST = """twin: 1
name: large
classes: {data: {dscp: DF}}
services: {web: {class: data, head-end: internet}}
profiles: {dsl: {down: 512 kbit/s, up: 256 kbit/s}}
workloads: {download: {service: web, activity: download}}
targets: [{workload: download, goodput: 30 kbit/s}]
sites: {place: {}}
head-ends: {internet: {site: place, uplink: {to: s0, capacity: 10 Gbit/s}}}
"""
LINES_A_DSLAM = 1000


def figures() -> list[Figure]:
    """The median of five processes, and one prediction of about a thousand lines."""
    flows, seconds = many()
    return [at_most("twin plan castres-mazamet, the whole process", LIMIT, median(command() for _ in range(REPEATS)),
                    "s", f"median of {REPEATS}"),
            at_most(f"plan and predict {flows} flows on {LINES_A_GROUP} times the lines", MANY_LIMIT, seconds, "s"),
            *large(), communes()]


def communes() -> Figure:
    """A list of communes drawn up, and what comes of it checked, in two processes."""
    with TemporaryDirectory() as folder:
        made = ("new", "--synthetic", str(COMMUNES * LINES_PER_COMMUNE), "-o", "large.yaml")
        began = resource.getrusage(resource.RUSAGE_CHILDREN)
        for words in (made, ("check", "large.yaml")):
            subprocess.run((Path(sys.prefix) / "bin" / "twin", *words), capture_output=True, cwd=folder, check=True)
        now = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = now.ru_utime + now.ru_stime - began.ru_utime - began.ru_stime
    return at_most(f"draw up and check {COMMUNES} communes", MANY_LIMIT, seconds, "s of a processor")


def large() -> list[Figure]:
    """Descriptions at the limits, each in a process of its own."""
    trials = (("check a ring of 2000 switches without detours", 10, "check", ring(2000, "controller")),
              ("check a ring of 2000 switches with detours", 10, "check", ring(2000, "fast-failover")),
              ("check 100000 lines that download", 15, "check", lines(100_000)),
              ("verify 100000 lines that download", 15, "verify", lines(100_000)))
    return [_timed(*trial) for trial in trials]


def ring(count: int, healing: str) -> str:
    """A ring of so many switches, the head-end at one, a line at the opposite one."""
    switches = ", ".join(f"s{number}: {{site: place}}" for number in range(count))
    spans = ", ".join(f"e{number}: {{ends: [s{number}, s{(number + 1) % count}], capacity: 1 Gbit/s, length: 5 km}}"
                      for number in range(count))
    return (f"{REST}protection: {{healing: {healing}}}\nswitches: {{{switches}}}\nspans: {{{spans}}}\n"
            f"rings: {{main: {{spans: [{', '.join(f'e{number}' for number in range(count))}]}}}}\n"
            f"dslams: {{far: {{site: place, uplink: {{to: s{count // 2}, capacity: 1 Gbit/s}}}}}}\n"
            "lines: {homes: {at: far, profile: dsl, runs: [download]}}\n")


def lines(count: int) -> str:
    """So many emulated lines that download, on DSLAMs at one switch."""
    numbers = range(count // LINES_A_DSLAM)
    dslams = ", ".join(f"d{number}: {{site: place, uplink: {{to: s0, capacity: 10 Gbit/s}}}}" for number in numbers)
    groups = "".join(f"  homes-{number}: {{at: d{number}, profile: dsl, subscribers: {LINES_A_DSLAM}, "
                     f"emulated: {LINES_A_DSLAM}, runs: [download]}}\n" for number in numbers)
    return f"{REST}switches: {{s0: {{site: place}}}}\ndslams: {{{dslams}}}\nlines:\n{groups}"


def _timed(what: str, limit: float, verb: str, text: str) -> Figure:
    """Seconds of one processor that a verb takes with a description, and what it says: of a refusal, the numbers."""
    with TemporaryDirectory() as folder:
        file = Path(folder, "large.yaml")
        file.write_text(text)
        began = resource.getrusage(resource.RUSAGE_CHILDREN)
        ended = subprocess.run((Path(sys.prefix) / "bin" / "twin", verb, file), capture_output=True, text=True,
                               cwd=folder, check=False)
        now = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds = now.ru_utime + now.ru_stime - began.ru_utime - began.ru_stime
    words = " ".join((ended.stdout + ended.stderr).replace(str(file), "").split())
    return at_most(what, limit, seconds, "s of a processor", f"exit {ended.returncode}: {words[:200]}")


def command() -> float:
    """Seconds of one `twin plan`."""
    began = time.monotonic()
    subprocess.run((Path(sys.prefix) / "bin" / "twin", "plan", TERRITORY), stdout=subprocess.DEVNULL, check=True)
    return time.monotonic() - began


def many() -> tuple[int, float]:
    """How many flows there are with 20 lines emulated where the territory has one, and seconds to predict them.

    Spans between nodes are given room for that, hops through the air too: what is timed is the work, not a network that
    cannot be.
    """
    network = load(TERRITORY)
    groups = tuple(replace(group, emulated=LINES_A_GROUP, subscribers=LINES_A_GROUP) for group in network.lines)
    dslams = tuple(replace(node, uplink=_widened(node.uplink)) for node in network.dslams)
    relays = tuple(replace(node, uplink=_widened(node.uplink)) for node in network.relays)
    head_ends = tuple(replace(node, uplink=_widened(node.uplink)) for node in network.head_ends)
    spans = tuple(replace(span, capacity=_wide(span.capacity)) for span in network.spans)
    larger = replace(network, lines=groups, spans=spans, radio_cells=(), dslams=dslams, relays=relays,
                     head_ends=head_ends)
    began = time.monotonic()
    blueprint = plan(larger)
    for path in predict_paths(blueprint, flow_paths(blueprint)):
        expected(path, disturbed=False)
    return len(blueprint.flows), time.monotonic() - began


def _widened(uplink: Uplink) -> Uplink:
    """So much more, and by no cell's air."""
    return replace(uplink, capacity=_wide(uplink.capacity), air=None)


def _wide(capacity: Rate | None) -> Rate:
    """So much more; of a hop through the air, whose rate follows from its length, the rate of its radio."""
    return Rate((capacity or RADIO) * LINES_A_GROUP)


if __name__ == "__main__":
    main(figures)
