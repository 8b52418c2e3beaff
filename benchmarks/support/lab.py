"""Runs one blueprint in one virtual lab for a benchmark, and says how long each phase took on the wall clock."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from traffic.sample_files import Packets
from twin.jobs.experiment.on_host import OnProgress, Side, measure
from twin.jobs.experiment.spec import Order
from twin.jobs.verify import quiet
from twin.lab import VIRTUAL
from twin.model import Policy
from twin.model.yaml import load
from twin.plan import plan
from twin.plan.blueprint import Blueprint

ROOT = Path(__file__).resolve().parents[2]
NETWORKS, TOPOLOGIES = ROOT / "benchmarks" / "networks", ROOT / "topologies"
SEED = 1


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a run, and seconds of wall clock: of each phase by name, and of the whole."""

    side: Side
    phases: dict[str, float]
    wall: float


class Stopwatch:
    """Adds up the wall clock by phase; a phase lasts until another begins."""

    def __init__(self, phase: str) -> None:
        self.began = self._since = time.monotonic()
        self._phase = phase
        self.phases: dict[str, float] = {}

    def heard(self, phase: str, _fraction: float | None = None) -> None:
        """A phase goes on, or begins."""
        now = time.monotonic()
        self.phases[self._phase] = self.phases.get(self._phase, 0.0) + now - self._since
        self._phase, self._since = phase, now

    def stop(self) -> float:
        """End the last phase; seconds in all."""
        self.heard("")
        return self._since - self.began


def described(name: str, policy: Policy = Policy.QOS) -> Blueprint:
    """The blueprint of a description in benchmarks/networks."""
    return plan(load(NETWORKS / f"{name}.yaml"), policy)


def run(blueprint: Blueprint, seconds: float, seed: int = SEED) -> Taken:
    """Measure a blueprint for that many emulated seconds; nothing of it stays on the disk."""
    watch = Stopwatch("boot")
    (side,) = side_by_side([blueprint], seconds, seed, watch.heard)
    return Taken(side, watch.phases, watch.stop())


def side_by_side(blueprints: Sequence[Blueprint], seconds: float, seed: int = SEED,
                 on_progress: OnProgress = quiet) -> list[Side]:
    """Measure blueprints at the same time, in a lab each; nothing of it stays on the disk."""
    with tempfile.TemporaryDirectory(prefix="metro-twin-") as folder:
        places = [(blueprint, Path(folder) / str(number)) for number, blueprint in enumerate(blueprints)]
        return measure(VIRTUAL, places, Order(seconds, seed), on_progress)


def only(blueprint: Blueprint, workloads: Sequence[str]) -> Blueprint:
    """The same network with the flows of these workloads alone."""
    return replace(blueprint, flows=tuple(flow for flow in blueprint.flows if flow.workload in workloads))


def packets(side: Side, flow: str) -> Packets:
    """The samples of a constant-rate flow."""
    samples = side.samples[flow]
    assert isinstance(samples, Packets)
    return samples
