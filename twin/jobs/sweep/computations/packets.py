"""The measurement of a point in a lab, as `twin verify` makes it, without a baseline; its files go when it is read."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import ClassVar

from twin.core.units import Time
from twin.jobs.experiment.on_host import OnProgress, measure
from twin.jobs.experiment.spec import Order
from twin.jobs.sweep.computation_kinds import ComputationKind, Depends, Need
from twin.jobs.sweep.computations.lack import Lack
from twin.jobs.sweep.computations.worst_flow import metrics_of, worst
from twin.jobs.sweep.point import Point
from twin.jobs.verify import RunOptions, conclude, context_of
from twin.judge.run_record import Run
from twin.judge.sweep.results import Response, Result
from twin.judge.verdict import Interval, Outcome
from twin.lab import VIRTUAL, host_paths
from twin.model import Dslam, Fault, FaultKind, Name, Network, Relay, Switch
from twin.model.yaml_field_metadata import yaml_key
from twin.plan import plan


@dataclass(frozen=True, slots=True)
class Packets:
    """A run in virtual time, and the verdict of every target."""

    kind: ClassVar[ComputationKind] = ComputationKind.PACKETS
    needs: ClassVar[frozenset[Need]] = frozenset({Need.KERNEL})
    depends: ClassVar[frozenset[Depends]] = frozenset({Depends.SEED, Depends.CUT})

    seconds: Time = yaml_key("Emulated time of measurement.", default=Time(20_000_000_000), least=1_000_000_000,
                             most=86_400_000_000_000, example="20 s")

    def problems(self, network: Network) -> Iterator[Lack]:
        """Any network can be measured."""
        yield from ()

    def response_names(self, network: Network) -> Iterator[str]:
        """Outcomes of targets, and every metric of every workload."""
        yield from (outcome.value for outcome in Outcome)
        yield from metrics_of(network)

    def compute(self, point: Point, on_progress: OnProgress) -> Result:
        """Measure a point. Raises TopologyError where it cannot be built as written, and as `verify`."""
        began, started = time.monotonic(), datetime.now(UTC)
        network = _with_cut(point.network, point.cut)
        blueprint, options = plan(network), RunOptions(self.seconds / 1e9, point.seed, VIRTUAL.name, baseline=False)
        with host_paths.work_folder() as folder:
            order = Order(options.seconds, options.seed)
            sides = measure(VIRTUAL, [(blueprint, folder / "run")], order, on_progress)
            context = context_of(network, options, sides, started, time.monotonic() - began)
            run = conclude(network, [blueprint], sides, options, context)
        return Result({**_sums(run), **worst(_responses(run))}, run.context.digest,
                      doubts=run.qos.certificate.reasons)


def _with_cut(network: Network, cut: str) -> Network:
    """The network with a span or node that is cut from the first moment of the measurement on."""
    if not cut:
        return network
    nodes: tuple[Switch | Dslam | Relay, ...] = (*network.switches, *network.dslams, *network.relays)
    span, node = (None, Name(cut)) if cut in {node.name for node in nodes} else (Name(cut), None)
    return replace(network, faults=(Fault(Time(0), FaultKind.CUT, span, node), *network.faults))


def _sums(run: Run) -> dict[str, Response]:
    """How many targets came out how."""
    outcomes = [verdict.verdict for verdict in run.verdicts]
    return {outcome.value: Response(float(outcomes.count(outcome)), lower=outcome is not Outcome.MET)
            for outcome in Outcome}


def _responses(run: Run) -> Iterator[tuple[str, Response]]:
    """The figure of each flow and metric, with its interval and its target, if it has one."""
    workloads = {flow.name: flow.workload for flow in run.blueprint.flows}
    targets = {(verdict.flow, verdict.metric): verdict.target for verdict in run.verdicts}
    for figures in run.qos.figures:
        for metric, value in figures.values.items():
            scale = metric.row.scale
            limits = figures.intervals.get(metric, Interval(None, None, 0))
            low, high = (None if end is None else end / scale.base for end in (limits.low, limits.high))
            yield f"{workloads[figures.flow]}.{metric.value}", Response(
                value / scale.base, scale.symbol, metric.row.lower, low=low, high=high,
                target=targets.get((figures.flow, metric)), flow=figures.flow)
