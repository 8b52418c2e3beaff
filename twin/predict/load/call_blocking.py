"""The blocking of dialled calls: Erlang B with what each resource leaves the others (reduced load).

Each span, and each line's channels, blocks by Erlang B of the load that the other resources let through; iterated
(Erlang's fixed point: Kelly 1986). With one resource this is Erlang B itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod

from twin.plan.blueprint import Blueprint, SipSignalling, carrying
from twin.plan.demand.call_admission import admission
from twin.plan.demand.erlang import erlang_b

ROUNDS = 200
SETTLED = 1e-9


@dataclass(frozen=True, slots=True)
class Resource:
    """What carries so many calls at a time. shares: callers by name, and what one of their calls takes, of a call."""

    calls: int
    shares: Mapping[str, float]


def blocking(blueprint: Blueprint) -> dict[str, float]:
    """The blocking probability, by the name of the flow that signals."""
    offered = {flow.name: call.dialling.offered for flow, call in carrying(SipSignalling, blueprint.flows)}
    resources = _resources(blueprint)
    crossed = {caller: [name for name, resource in resources.items() if caller in resource.shares]
               for caller in offered}
    blocked = dict.fromkeys(resources, 0.0)
    for _ in range(ROUNDS):
        before = dict(blocked)
        for name, resource in resources.items():
            load = sum(share * offered[caller] * prod(1 - blocked[other] for other in crossed[caller] if other != name)
                       for caller, share in resource.shares.items())
            blocked[name] = (before[name] + erlang_b(load, resource.calls)) / 2
        if all(abs(blocked[name] - before[name]) <= SETTLED for name in resources):
            break
    return {caller: 1 - prod(1 - blocked[name] for name in crossed[caller]) for caller in offered}


def _resources(blueprint: Blueprint) -> dict[str, Resource]:
    """Each line's channels, and each span in its tighter direction: a call takes both."""
    budgets = admission(blueprint)
    resources = {f"line {name}": Resource(channels, {name: 1.0}) for name, channels in budgets.call_channels.items()}
    for key, budget in budgets.budgets.items():
        costs = {name: uses[key] for name, uses in budgets.per_call.items() if key in uses}
        if costs:
            dearest = max(costs.values())
            resource = Resource(int(budget // dearest), {name: cost / dearest for name, cost in costs.items()})
            if key[0] not in resources or resource.calls < resources[key[0]].calls:
                resources[key[0]] = resource
    return resources
