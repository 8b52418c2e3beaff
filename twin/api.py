"""The library, in the order in which it is used:

    from twin.api import load, plan, verify

    network = load("topologies/castres-mazamet.yaml")     # TopologyError lists every problem
    run = verify(network, seconds=60, seed=7)             # boots the labs, measures, judges
    for verdict in run.verdicts:
        print(verdict.flow, verdict.metric, verdict.value, verdict.verdict)
"""

from __future__ import annotations

from twin.load import load, read
from twin.plan import Blueprint, Policy, plan

__all__ = ["Blueprint", "Policy", "load", "plan", "read"]
