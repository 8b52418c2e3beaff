"""The controller: it goes on, or it has ended once the switches were programmed, and they keep what they have."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from twin.core.errors import UsageError
from twin.model import Network
from twin.plan.blueprint import Blueprint
from twin.plan.configuration_changes.kind import ChangeKind

CONTROLLER = "controller"
"""The place that is neither a switch nor a span."""


@dataclass(frozen=True, slots=True)
class StopController:
    """The controller ends. Switches forward as before, and nobody reroutes or handles IGMP."""

    kind: ClassVar[ChangeKind] = ChangeKind.NO_CONTROLLER

    def apply(self, network: Network, blueprint: Blueprint) -> Blueprint:
        """The blueprint after it. Raises UsageError where it has ended already."""
        if not blueprint.controlled:
            raise UsageError("the controller has ended already")
        return replace(blueprint, controlled=False)


@dataclass(frozen=True, slots=True)
class StartController:
    """The controller starts: switches connect, and are programmed anew."""

    kind: ClassVar[ChangeKind] = ChangeKind.CONTROLLER

    def apply(self, network: Network, blueprint: Blueprint) -> Blueprint:
        """The blueprint after it. Raises UsageError where it runs."""
        if blueprint.controlled:
            raise UsageError("the controller runs already")
        return replace(blueprint, controlled=True)
