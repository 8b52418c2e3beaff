"""The second bucket of fast-failover groups: the way round a span that a switch takes by itself when it is cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from twin.core.errors import UsageError
from twin.model import Name, Network
from twin.model.yaml_field_metadata import yaml_key
from twin.plan.blueprint import Blueprint
from twin.plan.configuration_changes import parts
from twin.plan.configuration_changes.kind import ChangeKind
from twin.plan.forwarding.openflow_rules import fast_failover_groups, forward_rules


@dataclass(frozen=True, slots=True)
class RemoveBackup:
    """The groups of a switch for a span lose their second bucket: what goes there is lost until the controller has
    rerouted it."""

    kind: ClassVar[ChangeKind] = ChangeKind.NO_FAILOVER

    switch: Name = yaml_key("The switch that has the groups.", example="north")
    span: Name = yaml_key("The span that they protect.", example="north-east")

    def apply(self, network: Network, blueprint: Blueprint) -> Blueprint:
        """The blueprint after it. Raises UsageError where no group of the switch protects that span."""
        if self.span not in protected(blueprint, self.switch):
            raise UsageError(f'no group of "{self.switch}" has a second bucket for "{self.span}"; they protect: '
                             f"{', '.join(protected(blueprint, self.switch)) or 'nothing'}")
        at = parts.switch(blueprint, self.switch)
        return parts.with_switch(blueprint, replace(at, unprotected=tuple(sorted((*at.unprotected, self.span)))))


@dataclass(frozen=True, slots=True)
class RestoreBackup:
    """They get it back."""

    kind: ClassVar[ChangeKind] = ChangeKind.FAILOVER

    switch: Name = yaml_key("The switch that has the groups.", example="north")
    span: Name = yaml_key("The span that they protect.", example="north-east")

    def apply(self, network: Network, blueprint: Blueprint) -> Blueprint:
        """The blueprint after it. Raises UsageError where nothing is missing."""
        at = parts.switch(blueprint, self.switch)
        if self.span not in at.unprotected:
            raise UsageError(f'the groups of "{self.switch}" for "{self.span}" lack no bucket')
        kept = tuple(span for span in at.unprotected if span != self.span)
        return parts.with_switch(blueprint, replace(at, unprotected=kept))


def protected(blueprint: Blueprint, name: str) -> Sequence[str]:
    """The spans for which the groups of a switch have a second bucket, sorted."""
    spans = {port.number: port.span for port in parts.switch(blueprint, name).ports}
    groups = fast_failover_groups(forward_rules(blueprint)[name])
    return sorted({spans[group.primary] for group in groups if group.backup is not None})
