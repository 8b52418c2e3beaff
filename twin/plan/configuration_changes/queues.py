"""Two classes that change their queues at one switch."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from twin.core.errors import UsageError
from twin.model import Name, Network
from twin.model.yaml_field_metadata import yaml_key
from twin.plan.blueprint import Blueprint
from twin.plan.configuration_changes import parts
from twin.plan.configuration_changes.kind import ChangeKind
from twin.plan.forwarding.openflow_rules import QUEUE


@dataclass(frozen=True, slots=True)
class SwapQueues:
    """Packets of each of two classes go to the queue of the other. Twice is as before."""

    kind: ClassVar[ChangeKind] = ChangeKind.QUEUES

    switch: Name = yaml_key("The switch, DSLAM or relay.", example="east-dslam")
    classes: tuple[Name, Name] = yaml_key("The two classes.", example="[voice, data]")

    def apply(self, network: Network, blueprint: Blueprint) -> Blueprint:
        """The blueprint after it. Raises UsageError for a switch or class that is not there."""
        at = parts.switch(blueprint, self.switch)
        first, second = (blueprint.classes.index(parts.service_class(network, name).name) for name in self.classes)
        if first == second:
            raise UsageError("two different classes change their queues")
        other = {first: second, second: first}
        return parts.with_rules(blueprint, at, lambda rule: replace(rule, queue=other.get(rule.queue, rule.queue))
                                if rule.table == QUEUE and rule.queue is not None else rule)
