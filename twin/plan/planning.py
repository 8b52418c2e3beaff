"""Plans a network: assembles the blueprint and proves it before anything starts."""

from __future__ import annotations

from twin.core.errors import Problem, TopologyError
from twin.model import Network, Policy
from twin.plan.assembly import assemble
from twin.plan.blueprint import Blueprint
from twin.plan.demand.flows import NoPorts
from twin.plan.forwarding.address_plan import PrefixesTooSmall
from twin.plan.qos.policies import named
from twin.plan.validation import place_of, validate


def plan(network: Network, policy: Policy | None = None) -> Blueprint:
    """The blueprint of a network under a policy, its own unless another is asked for.

    Raises TopologyError with every reason why it cannot be built as written.
    """
    try:
        blueprint = assemble(network, policy or named(network, network.policy))
    except NoPorts as reason:
        raise TopologyError([Problem(place_of(network, "lines"), "lines", str(reason))]) from reason
    except PrefixesTooSmall as small:
        raise TopologyError([Problem(place_of(network, path), path, reason, remedy)
                             for path, reason, remedy in small.problems]) from small
    problems = validate(network, blueprint)
    if problems:
        raise TopologyError(problems)
    return blueprint
