"""A subscriber who sends more than before: a workload of the description, or a flood of packets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from twin.core.errors import UsageError
from twin.core.units import Rate
from twin.model import Direction, Dscp, Flood, Name, Network, Workload
from twin.model.yaml_field_metadata import yaml_key
from twin.plan.assembly import assemble
from twin.plan.blueprint import Blueprint
from twin.plan.configuration_changes import parts
from twin.plan.configuration_changes.kind import ChangeKind
from twin.plan.line_changes import LineChange, also_running, with_line_changes


@dataclass(frozen=True, slots=True)
class AddLoad:
    """A heavy subscriber: a line also runs a workload of the description."""

    kind: ClassVar[ChangeKind] = ChangeKind.LOAD

    line: Name = yaml_key("The line.", example="homes-1")
    workload: Name = yaml_key("What it also runs.", example="download")

    def apply(self, network: Network, blueprint: Blueprint) -> Blueprint:
        """The blueprint after it. Raises UsageError where line or workload is not there, or the line runs it."""
        line = parts.line(blueprint, self.line).name
        change = also_running(network, {}, line, self.workload)
        if change == LineChange():
            raise UsageError(f'"{self.line}" runs "{self.workload}" already')
        return _with_flows(network, blueprint, line, change)


@dataclass(frozen=True, slots=True)
class AddFlood:
    """A hostile subscriber: packets of UDP without congestion control, marked as the subscriber likes."""

    kind: ClassVar[ChangeKind] = ChangeKind.FLOOD

    line: Name = yaml_key("The line that sends.", example="homes-1")
    service: Name = yaml_key("The service to whose head-end it sends.", example="telephony")
    rate: Rate = yaml_key("Rate of IP packets.", least=8000, example="450 kbit/s")
    dscp: Dscp = yaml_key("DSCP with which it marks them.", default=Dscp(0), least=0, most=63, example="EF")

    def apply(self, network: Network, blueprint: Blueprint) -> Blueprint:
        """The blueprint after it. Raises UsageError where line or service is not there."""
        line = parts.line(blueprint, self.line).name
        if self.service not in {known.name for known in network.services}:
            known = ", ".join(known.name for known in network.services)
            raise UsageError(f'there is no service "{self.service}"; known: {known}')
        flood = Workload(Name("flood"), self.service, Flood(rate=self.rate, direction=Direction.UP), self.dscp)
        wider = replace(network, workloads=(*network.workloads, flood))
        return _with_flows(wider, blueprint, line, LineChange(workloads=(flood.name,)))


def _with_flows(network: Network, blueprint: Blueprint, line: str, change: LineChange) -> Blueprint:
    """The blueprint with the flows that a line runs beside those that it has."""
    group = parts.line(blueprint, line).line_group
    present = {flow.name for flow in blueprint.flows}
    planned = assemble(with_line_changes(network, {line: change}), blueprint.policy).flows
    added = [replace(flow, line_group=group or line) for flow in planned
             if flow.name not in present and flow.workload in change.workloads]
    if not added:
        raise UsageError(f'"{line}" has that load already')
    return replace(blueprint, flows=tuple(sorted((*blueprint.flows, *added), key=lambda flow: flow.name)))
