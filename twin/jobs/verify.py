"""The main job, end to end: load, plan, measure with QoS and without, judge, store. Its body names every phase."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from twin.core.errors import UsageError
from twin.core.parallel import parallel_map
from twin.core.units import NS_PER_S
from twin.jobs.experiment.calibration import probes
from twin.jobs.experiment.instrument_plan import cross_checks, unchecked
from twin.jobs.experiment.on_host import OnProgress, Side, measure, require_memory
from twin.jobs.experiment.spec import Order
from twin.jobs.result_folder import new_results
from twin.judge.certificate.certificate import VIRTUAL, certify
from twin.judge.certificate.cross_checks import Arrived, Counted, copied, deliveries
from twin.judge.figures.airtime import cell_loads
from twin.judge.figures.delay_breakdown import delay_breakdown
from twin.judge.figures.span_load import span_loads
from twin.judge.flow_figures import figures
from twin.judge.run_record import Context, Measured, Run
from twin.judge.verdict import RUN_FORMAT, CrossCheck, SpanDelay
from twin.judge.verdicts.emulation_assumptions import assumptions
from twin.judge.verdicts.feasibility import expectations
from twin.judge.verdicts.judge import judge
from twin.judge.verdicts.theory_agreement import agreements
from twin.lab import lab_named
from twin.lab.boundary import host_inputs
from twin.model import Metric, Network, Policy
from twin.model.yaml import load
from twin.plan import plan
from twin.plan.blueprint import Blueprint
from twin.plan.forwarding.paths import flow_paths
from twin.predict import PathPrediction, RunPlan, predict_airtime, predict_paths
from twin.report.files.manifest import Results
from twin.report.files.run_folder import store
from twin.report.language.catalogue import Language
from twin.report.language.words import Words


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How a network is verified. seconds: emulated, of measurement. lab: virtual, wall or native. baseline: whether
    the same load is measured without QoS too. only: judge the targets of this service class alone (all load stays).
    language: of the page; files for programs are in English."""

    seconds: float = 60.0
    seed: int = 1
    lab: str = "virtual"
    baseline: bool = True
    only: str | None = None
    language: Language = Language.ENGLISH


def quiet(_phase: str, _fraction: float | None) -> None:
    """Show no progress."""


def verify(file: Path | Network, out: Path, options: RunOptions = RunOptions(), on_progress: OnProgress = quiet, *,
           force: bool = False) -> Run:
    """Verify the targets of a network, leave everything in `out`, and return the run. force: replace what `out` holds.

    Raises TopologyError for a description that cannot be used, UsageError for a class that it does not have and for a
    folder that holds results already, CannotRun where this machine cannot hold the lab, EmulationError where the
    emulation failed; a missed target is a verdict of the run and raises nothing.
    """
    began, started = time.monotonic(), datetime.now(UTC)
    out = out.resolve()
    network = file if isinstance(file, Network) else load(file)
    require_memory(network, options.lab)
    _check_class(network, options.only)
    policies = (None, Policy.NONE) if options.baseline else (None,)
    blueprints = [plan(network, policy) for policy in policies]
    order = Order(options.seconds, options.seed, options.lab == VIRTUAL)
    with new_results(out, Results.RUN, force=force) as folder:
        folders = [folder, folder / "baseline"][: len(policies)]
        inputs = host_inputs.gather()
        sides = measure(lab_named(options.lab), list(zip(blueprints, folders, strict=True)), order, on_progress)
        on_progress("judge", None)
        context = replace(context_of(network, options, sides, started, time.monotonic() - began),
                          inputs=inputs.result())
        run = conclude(network, blueprints, sides, options, context)
        store(run, folder, Words(options.language))
    return run


def conclude(network: Network, blueprints: Sequence[Blueprint], sides: Sequence[Side], options: RunOptions,
             context: Context) -> Run:
    """What follows from what was measured: figures, certificates, verdicts, delay breakdown. Pure."""
    measured = parallel_map(lambda pair: _measured(*pair, options), list(zip(blueprints, sides, strict=True)))
    qos, baseline = measured[0], measured[1] if len(measured) > 1 else None
    blueprint = blueprints[0]
    paths = tuple(predict_paths(blueprint, flow_paths(blueprint), RunPlan(options.seed, options.seconds)))
    predictions = expectations(blueprint, paths)
    verdicts = judge(_targets_of_class(network, options.only), blueprint, qos.figures,
                     baseline.figures if baseline else None, predictions, qos.certificate)
    return Run(
        network=network, blueprint=blueprint, context=context, qos=qos, baseline=baseline, verdicts=verdicts,
        delay_breakdown=_delay_breakdown(paths, qos), agreements=agreements(qos.figures, predictions))


def _measured(blueprint: Blueprint, side: Side, options: RunOptions) -> Measured:
    measured_figures = tuple(figures(flow, side.samples[flow.name], options.seconds)
                  for flow in blueprint.flows if flow.name in side.samples)
    certificate = certify(options.lab, probes(side.instruments.probes, side.calibration), side.closing.lag,
                          sum(side.closing.strays.values()), _cross_checks(blueprint, side),
                          unchecked(side.instruments, side.calibration), _copies(blueprint, side))
    air = cell_loads(side.air, predict_airtime(blueprint, flow_paths(blueprint), options.seconds),
                     options.seconds)
    return Measured(measured_figures, span_loads(blueprint, side.before, side.after, options.seconds), certificate, air)


def _cross_checks(blueprint: Blueprint, side: Side) -> tuple[CrossCheck, ...]:
    """The cross-checks: irtt and iperf3 on one line, switch ports for what arrived."""
    arrived = {name: Arrived(counters["received"], counters["duplicates"]) for name, counters in side.tallies.items()}
    return (*cross_checks(side.instruments, side.downloads, side.beside, side.echoes, side.beside_since),
            *deliveries(blueprint, arrived, side.opened, side.closed))


def _copies(blueprint: Blueprint, side: Side) -> int:
    """Packets of ours that arrived again where no span copies any."""
    irtt = side.instruments.irtt
    probing = (*side.instruments.probes.flows, *(irtt.flows if irtt else ()))
    counted = [flow for flow in blueprint.flows if isinstance(flow.traffic, Counted)]
    twice = copied(blueprint, (*counted, *probing))
    tallies = {flow.name: side.tallies[flow.name] for flow in counted if flow.name in side.tallies} | dict(side.probed)
    return sum(counters["duplicates"] for name, counters in tallies.items() if name not in twice)


def _delay_breakdown(paths: Sequence[PathPrediction], measured: Measured) -> dict[str, tuple[SpanDelay, ...]]:
    """Each span's part of the mean delay of every constant-rate flow that was measured."""
    hop_delays = {path.flow.name: path.hop_delays for path in paths}
    means = {f.flow: f.values.get(Metric.MEAN_DELAY) for f in measured.figures}
    return {flow: delay_breakdown(hop_delays[flow], mean) for flow, mean in means.items()
            if mean is not None and hop_delays.get(flow)}


def _check_class(network: Network, service_class: str | None) -> None:
    known = [known_class.name for known_class in network.classes]
    if service_class is not None and service_class not in known:
        raise UsageError(f'there is no service class "{service_class}"; known: {", ".join(known)}')


def _targets_of_class(network: Network, service_class: str | None) -> Network:
    """The network with the targets of one service class alone."""
    if service_class is None:
        return network
    services = {s.name for s in network.services if s.service_class == service_class}
    workloads = {w.name for w in network.workloads if w.service in services}
    return replace(network, targets=tuple(t for t in network.targets if t.workload in workloads))


def context_of(
    network: Network, options: RunOptions, sides: Sequence[Side], started: datetime, wall: float
) -> Context:
    """How a run came about."""
    closing = sides[0].closing
    return Context(
        format=RUN_FORMAT, lab=options.lab, seed=options.seed, seconds=options.seconds, digest=sides[0].digest,
        baseline_digest=sides[1].digest if len(sides) > 1 else None, started_at=started.isoformat(timespec="seconds"),
        wall_seconds=round(wall, 3), emulated_seconds=closing.emulated / NS_PER_S, versions=closing.versions,
        assumptions=assumptions(network, options.lab),
    )
