"""Targets: bounds of metrics for the flows of a workload."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from twin.model.metrics.table import Metric
from twin.model.yaml_field_metadata import Name, basis, yaml_key, yaml_keys_of


@dataclass(frozen=True, slots=True)
class Target:
    """Bounds for every flow of a workload, one for each metric named.

    Goodput, answered calls, R factor and MOS have lower bounds, everything else upper ones.
    """

    workload: Name = yaml_key("The workload to whose flows it applies.", refers=("workloads",))
    lines: tuple[Name, ...] = yaml_key("Only the flows of these line groups.", default=(), refers=("lines",))
    bounds: Mapping[Metric, float] = yaml_keys_of(Metric)
    """In ns, ppm, bit/s, or without unit."""
    basis: str = basis()

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """What it bounds, in the order of the table."""
        return tuple(metric for metric in Metric if metric in self.bounds)
