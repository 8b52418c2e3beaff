"""What must hold of a description as a whole: each check is a pure function from a draft to what it finds wrong."""

from __future__ import annotations

from twin.model.yaml.checks.access_technologies import foreign_keys
from twin.model.yaml.checks.addresses import addresses
from twin.model.yaml.checks.bandwidth_profiles import bandwidth_profiles, commitments
from twin.model.yaml.checks.class_hierarchies import hierarchies
from twin.model.yaml.checks.dialled_calls import dialling, packetizations
from twin.model.yaml.checks.dsl import loops, profiles
from twin.model.yaml.checks.impairments import impairments
from twin.model.yaml.checks.iptv import channels, queries, watching
from twin.model.yaml.checks.qos_policies import chosen, policies
from twin.model.yaml.checks.radio_cells import capacities, hops, radio_cells
from twin.model.yaml.checks.services_and_workloads import classes, lines, services, workloads
from twin.model.yaml.checks.targets_and_faults import faults, targets
from twin.model.yaml.checks.territory.background import background
from twin.model.yaml.checks.territory.costs import prices
from twin.model.yaml.checks.territory.demand import offers, uses, weeks
from twin.model.yaml.checks.topology import circles, names, rings, separated, spans
from twin.model.yaml.checks.trials import trials
from twin.model.yaml.parsed_network import ParsedNetwork
from twin.model.yaml.problems import ProblemCollector

CHECKS = (names, spans, capacities, radio_cells, hops, rings, circles, separated, addresses, classes, chosen, policies,
          hierarchies, bandwidth_profiles, commitments, services, channels, queries, workloads, watching,
          packetizations, dialling, lines, foreign_keys, profiles, loops, impairments, targets,
          trials, faults, weeks, offers, uses, background, prices)


def check(draft: ParsedNetwork, findings: ProblemCollector) -> None:
    """Note what every check finds."""
    for run_check in CHECKS:
        for path, reason, remedy in run_check(draft):
            findings.add(draft.place(path), path, reason, remedy)
