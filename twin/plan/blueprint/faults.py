"""Planned faults of spans and nodes during a run."""

from __future__ import annotations

from dataclasses import dataclass

from twin.core.units import Rate, Time
from twin.model import FaultKind, Impairments


@dataclass(frozen=True, slots=True)
class FaultPlan:
    """What happens to a span, or to a node with all its spans, at a time after the start of the measurement.

    impairments, rate, up: of a degraded span; None or 0: unchanged. rate: from its first end to its second. up: in
    reverse, if that differs.
    """

    at: Time
    kind: FaultKind
    span: str | None = None
    node: str | None = None
    impairments: Impairments | None = None
    rate: Rate = Rate(0)
    up: Rate = Rate(0)

    @property
    def name(self) -> str:
        """The span or the node."""
        return self.span or self.node or ""
