"""Plan a network and predict it: blueprint, performance of every flow, feasibility of every target; nothing runs."""

from __future__ import annotations

from twin.core.records import to_json
from twin.judge.verdicts.planned_performance import PlannedPerformance, planned_performance
from twin.model import Network, Policy
from twin.plan import plan
from twin.report.terminal import plan as report

__all__ = ["PlannedPerformance", "plan_json", "plan_text", "predict"]


def predict(network: Network, policy: Policy | None = None) -> PlannedPerformance:
    """Plan a network, under its own policy unless another is given, and predict its flows and targets.

    Raises TopologyError where it cannot be built as written.
    """
    return planned_performance(network, plan(network, policy))


def plan_text(planned: PlannedPerformance) -> str:
    """Switches, spans, hosts, calls, flows and targets, for a terminal."""
    return report.text(planned)


def plan_json(planned: PlannedPerformance) -> str:
    """The blueprint and all predictions as JSON; quantities in bit/s, ns, ppm, bytes, m."""
    return to_json(report.plain(planned))
