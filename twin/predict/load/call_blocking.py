"""How many calls are blocked somewhere on their path.

In a small tree, as of access spans before a trunk, exactly. Else each span, and each line's channels, blocks calls as
the formula of Kaufman and Roberts says of those that the others let through; solved by repetition (Erlang's fixed
point: Kelly 1986). With one kind of call and one resource, both are Erlang B.
"""

from __future__ import annotations

from math import inf

from twin.plan.blueprint import Blueprint, SipSignalling, carrying
from twin.plan.demand.call_admission import admission
from twin.predict.theory.loss_network import Resource, reduced_load, tree_blocking


def blocking(blueprint: Blueprint) -> dict[str, float]:
    """The blocking probability, by the name of the flow that signals."""
    offered = {flow.name: call.dialling.offered for flow, call in carrying(SipSignalling, blueprint.flows)}
    resources = _resources(blueprint) if offered else {}
    exact = tree_blocking(list(resources.values()), offered) if offered else {}
    return reduced_load(resources, offered) if exact is None else exact


def _resources(blueprint: Blueprint) -> dict[str, Resource]:
    """Each line's channels, and each span in its tighter direction: a call takes both."""
    budgets = admission(blueprint)
    resources = {f"line {name}": Resource(float(channels), {name: 1.0})
                 for name, channels in budgets.call_channels.items()}
    for key, budget in budgets.budgets.items():
        costs = {name: uses[key] for name, uses in budgets.per_call.items() if key in uses}
        tighter = resources.get(key[0])
        if costs and (tighter is None or _calls(Resource(budget, costs)) < _calls(tighter)):
            resources[key[0]] = Resource(budget, costs)
    return resources


def _calls(resource: Resource) -> float:
    """How many of its dearest calls a resource carries."""
    return min((resource.budget // cost for cost in resource.costs.values()), default=inf)
