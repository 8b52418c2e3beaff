"""The mark that a switch writes into packets of a service where they enter the network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from twin.core.errors import UsageError
from twin.model import Direction, Dscp, Name, Network
from twin.model.yaml_field_metadata import yaml_key
from twin.plan.blueprint import Blueprint, Rule
from twin.plan.configuration_changes import parts
from twin.plan.configuration_changes.kind import ChangeKind
from twin.plan.forwarding.openflow_rules import BOUNDARY, port_masks


@dataclass(frozen=True, slots=True)
class SetMark:
    """Another DSCP for packets of a service that enter at a switch; UsageError where none of them enter there."""

    kind: ClassVar[ChangeKind] = ChangeKind.MARK

    switch: Name = yaml_key("The switch at which the packets enter.", example="north")
    service: Name = yaml_key("The service.", example="telephony")
    direction: Direction = yaml_key("down: from the head-end; up: from subscribers.", example="down")
    dscp: Dscp = yaml_key("What is written.", example="EF")

    def apply(self, network: Network, blueprint: Blueprint) -> Blueprint:
        """The blueprint after it."""
        at = parts.switch(blueprint, self.switch)
        meant = {id(rule) for rule in self._rules(network, blueprint)}
        if not meant:
            raise UsageError(f'no packets of "{self.service}" enter at "{self.switch}" on their way {self.direction}')
        return parts.with_rules(blueprint, at,
                                lambda rule: replace(rule, mark=self.dscp) if id(rule) in meant else rule)

    def _rules(self, network: Network, blueprint: Blueprint) -> Iterator[Rule]:
        """The rules of the switch that mark the service."""
        service = next((known for known in network.services if known.name == self.service), None)
        if service is None:
            names = ", ".join(known.name for known in network.services)
            raise UsageError(f'there is no service "{self.service}"; known: {names}')
        address = f"{parts.host(blueprint, service.head_end).address}/32"
        masks = {None} if service.ports is None else {*port_masks(*service.ports)}
        for rule in parts.switch(blueprint, self.switch).rules:
            match = rule.match
            here, port = (match.source, match.source_port) if self.direction is Direction.DOWN else \
                (match.destination, match.destination_port)
            if rule.table == BOUNDARY and match.dscp is None and here == address and port in masks:
                yield rule
