"""What must hold of a description as a whole: each check is a pure function from a draft to what it finds wrong."""

from __future__ import annotations

from twin.load.checks.air import capacities, hops, radio_cells
from twin.load.checks.channels import channels, queries, watching
from twin.load.checks.contracts import commitments, contracts
from twin.load.checks.copper import loops, profiles
from twin.load.checks.dialled import dialling
from twin.load.checks.joins import circles, names, rings, separated, spans
from twin.load.checks.policies import chosen, policies
from twin.load.checks.promises import faults, targets
from twin.load.checks.sold import classes, lines, services, workloads
from twin.load.checks.trials import trials
from twin.load.findings import Findings
from twin.load.reader import Draft

CHECKS = (names, spans, capacities, radio_cells, hops, rings, circles, separated, classes, chosen, policies,
          contracts, commitments, services, channels, queries, workloads, watching, dialling, lines, profiles, loops,
          targets, trials, faults)


def check(draft: Draft, findings: Findings) -> None:
    """Note what every check finds."""
    for one in CHECKS:
        for path, reason, remedy in one(draft):
            findings.add(draft.place(path), path, reason, remedy)
