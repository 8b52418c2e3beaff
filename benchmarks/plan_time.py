"""How long a prediction takes: `twin plan` of the territory, from the command to its last line: `python -m
benchmarks.plan_time`; and the same of a thousand lines, without the process around it.
"""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from statistics import median

from benchmarks.support.figure import Figure, at_most, main
from benchmarks.support.lab import TOPOLOGIES
from twin.core.units import Rate
from twin.model import Uplink
from twin.model.yaml import load
from twin.plan import plan
from twin.plan.forwarding.paths import flow_paths
from twin.predict import figures as expected
from twin.predict import predict_paths

TERRITORY = TOPOLOGIES / "castres-mazamet.yaml"
LIMIT, MANY_LIMIT = 1.0, 5.0
REPEATS = 5
LINES_A_GROUP = 20
RADIO = Rate(11_000_000)


def figures() -> list[Figure]:
    """The median of five processes, and one prediction of about a thousand lines."""
    flows, seconds = many()
    return [at_most("twin plan castres-mazamet, the whole process", LIMIT, median(command() for _ in range(REPEATS)),
                    "s", f"median of {REPEATS}"),
            at_most(f"plan and predict {flows} flows on {LINES_A_GROUP} times the lines", MANY_LIMIT, seconds, "s")]


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
