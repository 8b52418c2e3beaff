"""The ports to which a switch copies IPTV channels: one of them lacks in its groups, or is there again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from twin.core.errors import UsageError
from twin.model import Name, Network
from twin.model.yaml_field_metadata import yaml_key
from twin.plan.blueprint import Blueprint, Switch
from twin.plan.configuration_changes import parts
from twin.plan.configuration_changes.kind import ChangeKind


@dataclass(frozen=True, slots=True)
class RemoveMulticastPort:
    """The groups by which a switch copies channels lack a port: who joins behind it receives nothing."""

    kind: ClassVar[ChangeKind] = ChangeKind.NO_MULTICAST

    switch: Name = yaml_key("The switch that has the groups.", example="mazamet")
    span: Name = yaml_key("The span or line behind the port.", example="pont-de-larn-relay-uplink")

    def apply(self, network: Network, blueprint: Blueprint) -> Blueprint:
        """The blueprint after it. Raises UsageError where the switch has no such port or copies nothing to it."""
        at = _with_port(blueprint, self.switch, self.span)
        if not blueprint.iptv_channels or self.span in at.uncopied:
            raise UsageError(f'"{self.switch}" copies no channel to "{self.span}"')
        return parts.with_switch(blueprint, replace(at, uncopied=tuple(sorted((*at.uncopied, self.span)))))


@dataclass(frozen=True, slots=True)
class RestoreMulticastPort:
    """They have it again."""

    kind: ClassVar[ChangeKind] = ChangeKind.MULTICAST

    switch: Name = yaml_key("The switch that has the groups.", example="mazamet")
    span: Name = yaml_key("The span or line behind the port.", example="pont-de-larn-relay-uplink")

    def apply(self, network: Network, blueprint: Blueprint) -> Blueprint:
        """The blueprint after it. Raises UsageError where no port lacks."""
        at = _with_port(blueprint, self.switch, self.span)
        if self.span not in at.uncopied:
            raise UsageError(f'"{self.switch}" copies channels to "{self.span}" already')
        kept = tuple(span for span in at.uncopied if span != self.span)
        return parts.with_switch(blueprint, replace(at, uncopied=kept))


def _with_port(blueprint: Blueprint, name: str, span: str) -> Switch:
    at = parts.switch(blueprint, name)
    parts.port(at, span)
    return at
