"""The meter of a line in a class: another rate, or none."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from twin.core.errors import UsageError
from twin.core.units import Rate
from twin.model import Name, Network
from twin.model.yaml_field_metadata import yaml_key
from twin.plan.assembly import assemble
from twin.plan.blueprint import Blueprint, Meter, Rule, Switch
from twin.plan.configuration_changes import parts
from twin.plan.configuration_changes.kind import ChangeKind
from twin.plan.forwarding.openflow_rules import QUEUE


@dataclass(frozen=True, slots=True)
class SetMeter:
    """Another rate of a line's meter; the planned meter with that rate, where it was taken away."""

    kind: ClassVar[ChangeKind] = ChangeKind.METER

    line: Name = yaml_key("The line.", example="homes-1")
    service_class: Name = yaml_key("The class whose packets from the line are metered.", key="class", example="voice")
    rate: Rate = yaml_key("What the meter passes, in Ethernet frames without FCS.", least=8000, example="100 kbit/s")

    def apply(self, network: Network, blueprint: Blueprint) -> Blueprint:
        """The blueprint after it. Raises UsageError where no meter is planned for that line and class."""
        present = _metered(network, blueprint, self.line, self.service_class)
        planned = _metered(network, assemble(network, blueprint.policy), self.line, self.service_class)
        if planned is None:
            raise UsageError(f'no meter is planned for "{self.line}" in class "{self.service_class}"')
        at, rule = parts.switch(blueprint, planned[0].name), planned[1]
        meter = next(meter for meter in (present or planned)[0].meters if meter.number == rule.meter)
        others = [known for known in at.meters if known.number != rule.meter]
        meters = sorted([*others, replace(meter, rate=self.rate)], key=lambda known: known.number)
        rules = tuple(replace(known, meter=rule.meter) if known == replace(rule, meter=None) else known
                      for known in at.rules)
        return parts.with_switch(blueprint, replace(at, meters=tuple(meters), rules=rules))


@dataclass(frozen=True, slots=True)
class RemoveMeter:
    """No meter for a line in a class: its packets pass unmetered; where there was none, UsageError."""

    kind: ClassVar[ChangeKind] = ChangeKind.NO_METER

    line: Name = yaml_key("The line.", example="homes-1")
    service_class: Name = yaml_key("The class.", key="class", example="voice")

    def apply(self, network: Network, blueprint: Blueprint) -> Blueprint:
        """The blueprint after it."""
        metered = _metered(network, blueprint, self.line, self.service_class)
        if metered is None:
            raise UsageError(f'"{self.line}" has no meter in class "{self.service_class}"')
        at, rule = metered
        kept: tuple[Meter, ...] = tuple(meter for meter in at.meters if meter.number != rule.meter)
        rules = tuple(replace(known, meter=None) if known is rule else known for known in at.rules)
        return parts.with_switch(blueprint, replace(at, meters=kept, rules=rules))


def _metered(network: Network, blueprint: Blueprint, name: str, class_name: str) -> tuple[Switch, Rule] | None:
    """The switch of a line, and the rule that meters its packets of a class; None where none does."""
    line = parts.line(blueprint, name)
    at, dscp = parts.switch(blueprint, line.switch), parts.service_class(network, class_name).dscp
    for rule in at.rules:
        if rule.table == QUEUE and rule.meter is not None and rule.match.in_port == line.port \
                and rule.match.dscp == dscp:
            return at, rule
    return None
