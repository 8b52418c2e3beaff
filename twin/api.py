"""The library, in the order in which it is used:

    from pathlib import Path
    from twin.api import Wish, line, load, verify

    network = load("topologies/castres-mazamet.yaml")                      # TopologyError lists every problem
    run = verify(network, Path("runs/mine"), Wish(seconds=60, seed=7))     # boots the labs, measures, judges
    for verdict in run.verdicts:
        print(line(verdict))
"""

from __future__ import annotations

from twin.load import load, read
from twin.plan import Blueprint, Policy, plan
from twin.report.wording import line
from twin.verification import Wish, verify

__all__ = ["Blueprint", "Policy", "Wish", "line", "load", "plan", "read", "verify"]
