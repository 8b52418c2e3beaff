"""A small network with its blueprint, as the fixtures of these tests hand it out."""

from __future__ import annotations

from dataclasses import dataclass, replace

from traffic.sample_files import Samples
from twin.judge.flow_figures import figures
from twin.judge.verdict import FlowFigures
from twin.model import Network, Target
from twin.plan.blueprint import Blueprint, Flow

SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Case:
    """A network with its blueprint."""

    network: Network
    blueprint: Blueprint

    def promising(self, *targets: Target) -> Network:
        """The same network with other targets."""
        return replace(self.network, targets=targets)

    def flow(self, name: str) -> Flow:
        """A flow by its name."""
        return next(flow for flow in self.blueprint.flows if flow.name == name)

    def measured(self, name: str, samples: Samples) -> FlowFigures:
        """Figures of a flow from samples."""
        return figures(self.flow(name), samples, SECONDS)
