"""What a state of the network does, measured in a virtual lab: the outcome of every target of every flow.

A state, its targets, a seed, a length and this code give one result, so that it is kept and never measured twice.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from twin.core.records import from_plain, to_json
from twin.core.units import NS_PER_S, Time
from twin.jobs.experiment.calibration import probes
from twin.jobs.experiment.on_host import OnProgress, Side, carry_out, read_side
from twin.jobs.experiment.spec import Order
from twin.jobs.training.measuring.kept_measurements import Measurement, key, make_missing
from twin.judge.certificate.certificate import VIRTUAL, certify
from twin.judge.flow_figures import figures
from twin.judge.verdict import Outcome, Verdict
from twin.judge.verdicts.judge import judge
from twin.lab import lab_named
from twin.lab.boundary.code_snapshot import snapshot
from twin.model import Metric, Network
from twin.plan.blueprint import Blueprint


@dataclass(frozen=True, slots=True)
class TargetOutcome:
    """The outcome of a target. value: measured, in the unit of the verdict. within: whether that is on the right side
    of the target."""

    flow: str
    workload: str
    metric: Metric
    outcome: Outcome
    value: float | None = None
    within: bool = False


@dataclass(frozen=True, slots=True)
class Effects:
    """All outcomes of a state with one seed, and the digest of its samples. doubts: why the certificate is not valid;
    nothing is met then."""

    seed: int
    digest: str
    doubts: tuple[str, ...]
    outcomes: tuple[TargetOutcome, ...]

    def targets(self, outcome: Outcome) -> frozenset[tuple[str, Metric]]:
        """The targets that come out so, by flow and metric."""
        return frozenset((row.flow, row.metric) for row in self.outcomes if row.outcome is outcome)

    @property
    def kept(self) -> frozenset[tuple[str, Metric]]:
        """The targets that are kept: met, or within their bounds and too few samples to show it. Two states that do the
        same differ in what is shown, by chance."""
        return frozenset((row.flow, row.metric) for row in self.outcomes
                         if row.outcome is Outcome.MET or (row.outcome is Outcome.INCONCLUSIVE and row.within))

    def without(self, flows: Collection[str]) -> Effects:
        """The same without the outcomes of some flows."""
        return replace(self, outcomes=tuple(row for row in self.outcomes if row.flow not in flows))


def measurements(network: Network, states: Sequence[tuple[Blueprint, int]], seconds: Time, cache: Path
                 ) -> list[Measurement]:
    """What has to be measured to know what each state does with its seed. cache: where results are kept."""
    cache.mkdir(parents=True, exist_ok=True)
    code, targets = snapshot().name, to_json(network.targets)
    return [Measurement(cache / f"{key(to_json(blueprint), targets, seed, seconds, code)}.json",
                        partial(_measured, network, blueprint, Order(seconds / NS_PER_S, seed, cross_checked=False)))
            for blueprint, seed in states]


def effects(network: Network, states: Sequence[tuple[Blueprint, int]], seconds: Time, cache: Path,
            on_progress: OnProgress) -> list[Effects]:
    """What each state does with its seed. cache: where results are kept, by all that they follow from.

    Raises EmulationError where a lab fails, CannotRun where this machine cannot hold one.
    """
    wanted = measurements(network, states, seconds, cache)
    make_missing(wanted, on_progress)
    return [from_plain(Effects, json.loads(each.file.read_text())) for each in wanted]


def _measured(network: Network, blueprint: Blueprint, order: Order, on_progress: OnProgress) -> str:
    """Measure a state, and judge what it does; as JSON."""
    with TemporaryDirectory(prefix="metro-twin-training-") as folder:
        place = Path(folder) / "state"
        carry_out(lab_named("virtual"), [(blueprint, place, order)], on_progress)
        return to_json(_effects(network, blueprint, read_side(place), order.seed, order.seconds))


def _effects(network: Network, blueprint: Blueprint, side: Side, seed: int, seconds: float) -> Effects:
    """Judge a side. Theory decides nothing, and port counters by class are not compared: both are of what was planned,
    and here something else may stand."""
    measured = tuple(figures(flow, side.samples[flow.name], seconds) for flow in blueprint.flows
                     if flow.name in side.samples)
    certificate = certify(VIRTUAL, probes(side.instruments.probes, side.calibration), side.closing.lag,
                          sum(side.closing.strays.values()))
    rows = tuple(TargetOutcome(verdict.flow, verdict.workload, verdict.metric, verdict.verdict, verdict.value,
                               _within(verdict))
                 for verdict in judge(network, blueprint, measured, None, {}, certificate))
    return Effects(seed, side.digest, certificate.reasons, rows)


def _within(verdict: Verdict) -> bool:
    if verdict.value is None:
        return False
    return verdict.value <= verdict.target if verdict.lower else verdict.value >= verdict.target
