"""From what the operator wrote to all that follows from it: pure, deterministic, proved before anything starts.

    network --assemble--> blueprint --prove--> blueprint without problems
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.core.lazy_package import lazy

if TYPE_CHECKING:
    from twin.model import Network, Policy, Scheduling
    from twin.plan.blueprint import Blueprint
    from twin.plan.planning import plan
    from twin.plan.qos.policies import known_policies
else:
    __getattr__ = lazy(__name__, {
        "twin.model": ("Network", "Policy", "Scheduling"), "twin.plan.blueprint": ("Blueprint",),
        "twin.plan.planning": ("plan",), "twin.plan.qos.policies": ("known_policies",)})

__all__ = ["Blueprint", "Network", "Policy", "Scheduling", "known_policies", "plan"]
