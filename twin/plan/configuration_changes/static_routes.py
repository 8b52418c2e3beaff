"""A rule of one switch that goes before the planned forwarding: packets for a host leave by a span of one's choice."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from twin.core.errors import UsageError
from twin.model import Name, Network
from twin.model.yaml_field_metadata import yaml_key
from twin.plan.blueprint import Blueprint, Match, Rule
from twin.plan.configuration_changes import parts
from twin.plan.configuration_changes.kind import ChangeKind
from twin.plan.forwarding.openflow_rules import FIRST, FORWARD

STATIC = FIRST + 100
"""Priority of the rule: above all that is planned in its table."""


@dataclass(frozen=True, slots=True)
class AddRoute:
    """A static route for one host at one switch. Two that point at each other are a forwarding loop: no switch here
    decrements a TTL, so packets go round until a queue drops them."""

    kind: ClassVar[ChangeKind] = ChangeKind.ROUTE

    switch: Name = yaml_key("The switch that has the rule.", example="north")
    to: Name = yaml_key("The line or head-end for which the packets are.", example="homes-1")
    span: Name = yaml_key("The span by which they leave.", example="north-east")

    def apply(self, network: Network, blueprint: Blueprint) -> Blueprint:
        """The blueprint after it. Raises UsageError where the switch, the host or the span at it is not there."""
        at = parts.switch(blueprint, self.switch)
        port = parts.port(at, self.span)
        match = Match(destination=f"{parts.host(blueprint, self.to).address}/32")
        rule = Rule(FORWARD, STATIC, match, output=port.number, hairpin=True)
        kept = tuple(known for known in at.rules if (known.table, known.priority, known.match) !=
                     (rule.table, rule.priority, rule.match))
        return parts.with_switch(blueprint, replace(at, rules=(*kept, rule)))


@dataclass(frozen=True, slots=True)
class RemoveRoute:
    """A switch's static route for a host is taken away; what is planned applies again."""

    kind: ClassVar[ChangeKind] = ChangeKind.NO_ROUTE

    switch: Name = yaml_key("The switch that has the rule.", example="north")
    to: Name = yaml_key("The line or head-end for which the packets are.", example="homes-1")

    def apply(self, network: Network, blueprint: Blueprint) -> Blueprint:
        """The blueprint after it. Raises UsageError where the switch has no such rule."""
        at = parts.switch(blueprint, self.switch)
        match = Match(destination=f"{parts.host(blueprint, self.to).address}/32")
        kept = tuple(rule for rule in at.rules if (rule.table, rule.priority, rule.match) != (FORWARD, STATIC, match))
        if kept == at.rules:
            raise UsageError(f'"{self.switch}" has no rule of its own for "{self.to}"')
        return parts.with_switch(blueprint, replace(at, rules=kept))
