"""How long sizing takes, and how much memory: Castres-Mazamet, and the same groups with ten times the households and
businesses: `python -m benchmarks.sizing_time`."""

from __future__ import annotations

import resource
import time
from dataclasses import replace

from benchmarks.support.figure import Figure, at_most, main
from benchmarks.support.lab import TOPOLOGIES
from twin.api import SizingOptions, load, size_network
from twin.model import Network

STAGE, DRAWS, TIMES, ROUNDS = "mature", 1000, 10, 2
LONGEST, MOST_MEMORY, RATIO = 10.0, 1.0, 1.2
"""s, GiB, and how much longer ten times the lines may take."""


def figures() -> list[Figure]:
    """Both, by turns, each as its quickest round; the processor's time, since neighbours only lengthen the clock's."""
    small = load(TOPOLOGIES / "castres-mazamet.yaml")
    large = replace(small, sites=tuple(replace(site, households=TIMES * site.households,
                                               businesses=TIMES * site.businesses) for site in small.sites))
    rounds = [(_seconds(small), _seconds(large)) for _ in range(ROUNDS)]
    first, second = (min(times) for times in zip(*rounds, strict=True))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    lines = sum(site.households + site.businesses for site in small.sites)
    return [at_most(f"sizing Castres-Mazamet, {lines} households and businesses, 168 h, {DRAWS} draws", LONGEST, first,
                    "s of one processor"),
            at_most("its memory", MOST_MEMORY, memory, "GiB"),
            at_most(f"the same groups with {TIMES} times as many, beside it", RATIO, second / first, "",
                    f"{second:.2f} s")]


def _seconds(network: Network) -> float:
    """Of one processor, for one sizing."""
    began = time.process_time()
    size_network(network, STAGE, SizingOptions(DRAWS))
    return time.process_time() - began


if __name__ == "__main__":
    main(figures)
