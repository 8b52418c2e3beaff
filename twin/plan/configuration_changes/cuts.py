"""A span that is cut from the start on, or mended."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from twin.core.errors import UsageError
from twin.core.units import Time
from twin.model import FaultKind, Name, Network
from twin.model.yaml_field_metadata import yaml_key
from twin.plan.blueprint import Blueprint, FaultPlan
from twin.plan.configuration_changes import parts
from twin.plan.configuration_changes.kind import ChangeKind


@dataclass(frozen=True, slots=True)
class CutSpan:
    """A span is cut: what goes over it is lost, until switches and controller send it another way."""

    kind: ClassVar[ChangeKind] = ChangeKind.CUT

    span: Name = yaml_key("The span.", example="north-east")

    def apply(self, network: Network, blueprint: Blueprint) -> Blueprint:
        """The blueprint after it. Raises UsageError where there is no such span, or it is cut already."""
        fault = _cut(parts.span(blueprint, self.span).name)
        if fault in blueprint.faults:
            raise UsageError(f'"{self.span}" is cut already')
        return replace(blueprint, faults=(fault, *blueprint.faults))


@dataclass(frozen=True, slots=True)
class RestoreSpan:
    """A cut span is mended."""

    kind: ClassVar[ChangeKind] = ChangeKind.MEND

    span: Name = yaml_key("The span.", example="north-east")

    def apply(self, network: Network, blueprint: Blueprint) -> Blueprint:
        """The blueprint after it. Raises UsageError where it is not cut."""
        fault = _cut(parts.span(blueprint, self.span).name)
        if fault not in blueprint.faults:
            raise UsageError(f'"{self.span}" is not cut')
        return replace(blueprint, faults=tuple(known for known in blueprint.faults if known != fault))


def _cut(span: str) -> FaultPlan:
    return FaultPlan(at=Time(0), kind=FaultKind.CUT, span=span)
