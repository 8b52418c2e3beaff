"""Runs the labs of a campaign side by side, and stores the results of each as soon as it ends.

So a campaign that was stopped, even killed, resumes where it was: a result is reused when blueprint, seconds, seed and
code are the same.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from pathlib import Path
from typing import Any

from traffic.agent import SUMMARY
from traffic.sample_files import Packets
from twin.core.errors import EmulationError
from twin.core.records import from_plain, to_plain
from twin.core.units import NS_PER_S, Time
from twin.jobs.campaign.lab_runs import (
    CUT_AT,
    PROBE_LEAD,
    SETTLED,
    CampaignOptions,
    LabRun,
    ObservationWindow,
    check_seconds,
    lab_runs,
    reported_pairs,
)
from twin.jobs.experiment.calibration import probes
from twin.jobs.experiment.on_host import OnProgress, Side, measure, require_memory
from twin.jobs.experiment.spec import CALIBRATION, SAMPLES
from twin.jobs.result_folder import resumed_results
from twin.jobs.verify import quiet
from twin.judge.certificate.certificate import certify
from twin.judge.figures.time_window import within
from twin.judge.flow_figures import figures
from twin.judge.restoration import campaign as campaign_results
from twin.judge.restoration.channel_outages import interruptions
from twin.judge.restoration.failure_results import INTACT, Campaign, Observed, ProbeSeen
from twin.judge.restoration.isolation_check import delivered
from twin.judge.verdict import FlowFigures
from twin.judge.verdicts.judge import judge
from twin.lab import VIRTUAL, allowed_cores
from twin.lab.boundary.code_snapshot import snapshot
from twin.model import Metric, Network
from twin.model.yaml import load
from twin.plan import plan
from twin.plan.blueprint import Blueprint, Flow, RestorationProbe, carrying
from twin.plan.failures.degradation import degraded
from twin.plan.forwarding.paths import flow_paths
from twin.predict import Prediction, predict
from twin.report.files.atomic_write import write_whole
from twin.report.files.manifest import Results
from twin.report.files.run_folder import CAMPAIGN, PAGE, store_campaign
from twin.report.language.wording import count
from twin.report.language.words import Words

OBSERVED_FILE = "observed.json"
DEFAULTS = CampaignOptions()


def run_campaign(file: Path | Network, out: Path, options: CampaignOptions = DEFAULTS,
                 on_progress: OnProgress = quiet, *, force: bool = False) -> Campaign:
    """Cut everything once, leave each result in `out` as it comes, then campaign.json and report.html of all.

    What `out` holds of the same campaign is not measured again; force: begin afresh where it holds another's. Raises
    TopologyError for a description that cannot be used, UsageError for pairs of what is not there, for too few seconds
    and for a folder that holds other results, CannotRun where this machine cannot hold a lab, EmulationError where an
    emulation failed. Labs that run when it raises come to their ends, or die with the caller.
    """
    network = file if isinstance(file, Network) else load(file)
    require_memory(network, VIRTUAL.name)
    blueprint = plan(network)
    doubles = reported_pairs(blueprint, options)
    check_seconds(blueprint, options)
    out = out.resolve()
    pending, code = list(lab_runs(network, blueprint, options)), snapshot().name
    key = _hash([to_plain(blueprint), float(options.seconds), options.seed, code])
    entries = [CAMPAIGN, PAGE, *(lab_run.name for lab_run in pending)]
    with resumed_results(out, Results.CAMPAIGN, key, entries, force=force):
        jobs = options.jobs or len(allowed_cores())
        observations = _run_all(pending, lambda lab_run: _run_or_reuse(lab_run, out, code), jobs, on_progress)
        campaign = campaign_results.conclude(
            network, blueprint, options.seconds, options.seed, observations, doubles)
        store_campaign(campaign, out, Words(options.language))
    return campaign


def _hash(plain: list[Any]) -> str:
    return hashlib.sha256(json.dumps(plain).encode()).hexdigest()


def _run_all(pending: Sequence[LabRun], run: Callable[[LabRun], list[Observed]], jobs: int, on_progress: OnProgress
             ) -> list[Observed]:
    """The observations of all labs, `jobs` of them side by side."""
    observations = list[Observed]()
    cuts = sum(window.of != INTACT for lab_run in pending for window in lab_run.windows)
    on_progress(f"0 of {count(cuts, 'cut')}", 0.0)
    pool = ThreadPoolExecutor(jobs)
    futures = [pool.submit(run, lab_run) for lab_run in pending]
    try:
        for done, future in enumerate(as_completed(futures), 1):
            observations += future.result()
            cut = sum(observed.of != INTACT for observed in observations)
            on_progress(f"{cut} of {count(cuts, 'cut')}", done / len(futures))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    return observations


def _run_or_reuse(lab_run: LabRun, out: Path, code: str) -> list[Observed]:
    """The observations of one lab: as stored before, or measured now."""
    folder = out / lab_run.name
    key = _hash([to_plain(lab_run.blueprint), to_plain(lab_run.order), code])
    stored = _stored(folder / OBSERVED_FILE)
    if stored and all(observed.key == key for observed in stored):
        return stored
    (side,) = measure(VIRTUAL, [(lab_run.blueprint, folder)], lab_run.order, lambda _phase, _fraction: None)
    observations = [_observation(lab_run, side, key, window) for window in lab_run.windows]
    _store(folder, observations)
    return observations


def _stored(path: Path) -> list[Observed]:
    try:
        return [from_plain(Observed, observed) for observed in json.loads(path.read_text())]
    except (OSError, ValueError, TypeError, KeyError):
        return []


def _store(folder: Path, observations: list[Observed]) -> None:
    """Store results atomically, and delete the samples that they were made of."""
    write_whole(folder / OBSERVED_FILE, json.dumps(to_plain(observations)))
    for name in (SAMPLES, CALIBRATION):
        shutil.rmtree(folder / name, ignore_errors=True)


def _observation(lab_run: LabRun, side: Side, key: str, window: ObservationWindow) -> Observed:
    """What follows from the samples of a lab for one of its observation windows."""
    blueprint, begin, end = lab_run.blueprint, window.begin, window.end
    certificate = certify(VIRTUAL.name, probes(side.instruments.probes, side.calibration), side.closing.lag,
                          sum(side.closing.strays.values()))
    counted = json.loads((side.folder / SAMPLES / SUMMARY).read_text())["flows"]
    flows = tuple(flow for flow in blueprint.flows if not isinstance(flow.traffic, RestorationProbe))
    reconverged, rounds = next(((Time(r.moved - r.at), r.rounds) for r in side.closing.reroutes
                          if r.at == begin and r.moved is not None), (None, 0))
    settled = min(begin + SETTLED, (begin + end) // 2)
    degraded_figures = _figures(flows, side, begin + SETTLED, end)
    verdicts = judge(lab_run.targets, replace(blueprint, flows=flows), degraded_figures, None,
                     _degraded_predictions(blueprint, window), certificate) if lab_run.targets.targets else ()
    return Observed(
        key=key, of=window.of, digest=side.digest, doubts=certificate.reasons, reconverged=reconverged,
        probes=tuple(_probe(flow, probe, side, counted[flow.name], lab_run.overtaken.get(flow.name, 0))
                     for flow, probe in carrying(RestorationProbe, blueprint.flows)),
        losses=campaign_results.losses(
            flows, side.samples, begin - PROBE_LEAD, begin + SETTLED, CUT_AT - 2 * PROBE_LEAD - SETTLED),
        verdicts=verdicts, rounds=rounds,
        interruptions=interruptions(flows, side.samples, begin - PROBE_LEAD, begin + SETTLED, end),
        delivered=delivered(flows, side.samples, (window.since - SETTLED, window.since), (settled, end)))


def _degraded_predictions(blueprint: Blueprint, window: ObservationWindow) -> dict[str, dict[Metric, Prediction]]:
    """The predictions for a degraded network; without tolerances, since queues may still drain."""
    if window.fall is None:
        return {}
    degraded_network = replace(degraded(blueprint, window.fall), faults=())
    return {flow: {metric: replace(prediction, tolerance=None) for metric, prediction in predictions.items()}
            for flow, predictions in predict(degraded_network, flow_paths(degraded_network)).items()}


def _figures(flows: Iterable[Flow], side: Side, begin: int, end: int) -> list[FlowFigures]:
    """The figures of a part of a run."""
    return [figures(replace(flow, start=Time(0)), within(side.samples[flow.name], begin, end), (end - begin) / NS_PER_S)
            for flow in flows if flow.name in side.samples and begin < end]


def _probe(flow: Flow, probe: RestorationProbe, side: Side, counters: dict[str, int], overtaken: int) -> ProbeSeen:
    packets = side.samples.get(flow.name)
    if not isinstance(packets, Packets):
        raise EmulationError(f"the probe {flow.name} left no samples; see {side.folder}/logs")
    return campaign_results.probe_seen(flow, probe, packets, counters, overtaken)
