"""Which method is which, and what a trial needs of the network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from twin.model import Activity, Agreed, Direction, Method, Network, Trial
from twin.plan import Blueprint
from twin.plan.blueprint import Flow
from twin.plan.flows import CPE_PORT, PORTS
from twin.plan.paths import flow_paths
from twin.trials.rfc2544 import rfc2544
from twin.trials.rfc6349 import rfc6349
from twin.trials.values import Course, TrialPlan, Way, ip_size
from twin.trials.y1564 import y1564

METHODS: Mapping[Method, Callable[[TrialPlan], Course]] = {
    Method.Y1564: y1564, Method.RFC2544: rfc2544, Method.RFC6349: rfc6349,
}


def trial_plan(network: Network, blueprint: Blueprint, trial: Trial) -> TrialPlan:
    """The way of each tested service on the first line of the trial's group."""
    flows = [_flow(network, trial, tested, number) for number, tested in enumerate(trial.services)]
    paths = flow_paths(replace(blueprint, flows=tuple(flows)))
    spans = {span.name: span for span in blueprint.spans}
    return TrialPlan(trial, tuple(
        Way(flow, tuple(spans[hop.span].forth if hop.forth else spans[hop.span].back for hop in paths[flow.name]))
        for flow in flows))


def _flow(network: Network, trial: Trial, tested: Agreed, number: int) -> Flow:
    """A flow between the line and the head-end of a service, on the first of its ports."""
    service = next(one for one in network.services if one.name == tested.service)
    line, down = f"{trial.line}-1", trial.direction is Direction.DOWN
    here, there = (line, CPE_PORT + number), (service.head_end, (service.ports or PORTS)[0])
    source, sink = (there, here) if down else (here, there)
    return Flow(f"{trial.name}.{service.name}", trial.name, service.name, service.service_class, Activity.FLOOD,
                trial.direction, trial.line, line, source[0], sink[0], source[1], sink[1], 0, ip_size(tested.frame))
