"""Runs the labs of a campaign side by side and keeps what each leaves as soon as it ends.

So a campaign that was stopped, however rudely, goes on where it was: a result is used again when it was made of the
same blueprint, seconds, seed and code.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from pathlib import Path

from traffic.agent import SUMMARY
from traffic.sample_files import Packets
from twin.core.errors import EmulationError
from twin.core.records import from_plain, to_plain
from twin.core.units import NS_PER_S, Time
from twin.jobs.campaign.lab_runs import CUT_AT, EARLY, SETTLED, Act, CampaignOptions, Work, told, works
from twin.jobs.experiment import calibration
from twin.jobs.experiment.on_host import OnProgress, Side, measure
from twin.jobs.experiment.spec import CALIBRATION, SAMPLES
from twin.jobs.verify import quiet
from twin.judge.certificate.certificate import certify
from twin.judge.figures.time_window import within
from twin.judge.flow_figures import figures
from twin.judge.restoration import campaign as verify
from twin.judge.restoration.failure_results import INTACT, Campaign, Observed, ProbeSeen
from twin.judge.restoration.isolation_check import heard
from twin.judge.verdict import FlowFigures
from twin.judge.verdicts.judge import judge
from twin.lab import VIRTUAL, allowed_cores, exclusive_folder
from twin.lab.code_snapshot import snapshot
from twin.model import Metric, Network
from twin.model.yaml import load
from twin.plan import plan
from twin.plan.blueprint import Blueprint, Flow, RestorationProbe, carrying
from twin.plan.failures.degradation import degraded
from twin.plan.failures.probe_flows import INTERVAL
from twin.plan.forwarding.paths import flow_paths
from twin.predict import Prediction, predict
from twin.report.files.run_folder import store_campaign

OBSERVED_FILE = "observed.json"
AS_USUAL = CampaignOptions()



def run_campaign(file: Path | Network, out: Path, options: CampaignOptions = AS_USUAL,
                 on_progress: OnProgress = quiet) -> Campaign:
    """Cut everything once, leave each result in `out` as it comes, then campaign.json and report.html of all.

    Raises TopologyError for a description that cannot be used, UsageError for pairs of what is not there, CannotRun
    where this machine cannot hold a lab, EmulationError where an emulation failed. Labs that run when it raises come to
    their ends, or die with the caller.
    """
    network = file if isinstance(file, Network) else load(file)
    blueprint = plan(network)
    doubles = told(blueprint, options)
    out = out.resolve()
    with exclusive_folder(out):
        pending = list(works(network, blueprint, options))
        found = _observed(pending, out, options.jobs or len(allowed_cores()), on_progress)
        campaign = verify.conclude(network, blueprint, options.seconds, options.seed, found, INTERVAL, doubles)
        store_campaign(campaign, out)
    return campaign


def _observed(pending: Sequence[Work], out: Path, jobs: int, on_progress: OnProgress) -> list[Observed]:
    """What the labs see, so many of them side by side."""
    found, code = list[Observed](), snapshot().name
    pool = ThreadPoolExecutor(jobs)
    futures = [pool.submit(_observe, work, out, code) for work in pending]
    try:
        for done, future in enumerate(as_completed(futures), 1):
            found += future.result()
            on_progress(f"{sum(seen.of != INTACT for seen in found)} cuts", done / len(futures))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    return found


def _observe(work: Work, out: Path, code: str) -> list[Observed]:
    """What one lab sees: as it was kept, or measured now."""
    folder = out / work.name
    said = json.dumps([to_plain(work.blueprint), to_plain(work.order), code])
    key = hashlib.sha256(said.encode()).hexdigest()
    kept = _kept(folder / OBSERVED_FILE)
    if kept and all(seen.key == key for seen in kept):
        return kept
    (side,) = measure(VIRTUAL, [(work.blueprint, folder)], work.order, lambda _phase, _fraction: None)
    found = [_seen(work, side, key, act) for act in work.acts]
    _keep(folder, found)
    return found


def _kept(path: Path) -> list[Observed]:
    try:
        return [from_plain(Observed, one) for one in json.loads(path.read_text())]
    except (OSError, ValueError, TypeError, KeyError):
        return []


def _keep(folder: Path, found: list[Observed]) -> None:
    """Keep results whole or not at all, and let go of the samples that they were made of."""
    part = folder / f"{OBSERVED_FILE}.part"
    part.write_text(json.dumps(to_plain(found)))
    os.replace(part, folder / OBSERVED_FILE)
    for name in (SAMPLES, CALIBRATION):
        shutil.rmtree(folder / name, ignore_errors=True)


def _seen(work: Work, side: Side, key: str, act: Act) -> Observed:
    """What follows from the samples of a lab for one of its cuts."""
    blueprint, begin, end = work.blueprint, act.begin, act.end
    certificate = certify(VIRTUAL.name, calibration.probes(blueprint, side.calibration), side.closing.lag,
                          sum(side.closing.strays.values()))
    counted = json.loads((side.folder / SAMPLES / SUMMARY).read_text())["flows"]
    own = tuple(flow for flow in blueprint.flows if not isinstance(flow.traffic, RestorationProbe))
    moved, rounds = next(((Time(r.moved - r.at), r.rounds) for r in side.closing.reroutes
                          if r.at == begin and r.moved is not None), (None, 0))
    settled = min(begin + SETTLED, (begin + end) // 2)
    verdicts = judge(work.targets, replace(blueprint, flows=own), _figures(own, side, begin + SETTLED, end), None,
                     _told(blueprint, act), certificate) if work.targets.targets else ()
    return Observed(
        key=key, of=act.of, digest=side.digest, doubts=certificate.reasons, moved=moved,
        probes=tuple(_probe(flow, probe, side, counted[flow.name], work.overtaken.get(flow.name, 0))
                     for flow, probe in carrying(RestorationProbe, blueprint.flows)),
        losses=verify.losses(own, side.samples, begin - EARLY, begin + SETTLED, CUT_AT - 2 * EARLY - SETTLED),
        verdicts=verdicts, heard=heard(own, side.samples, (act.since - SETTLED, act.since), (settled, end)),
        rounds=rounds)


def _told(blueprint: Blueprint, act: Act) -> dict[str, dict[Metric, Prediction]]:
    """What theory says of a network that is degraded; not to be held against figures, since queues may yet drain."""
    if act.fall is None:
        return {}
    low = replace(degraded(blueprint, act.fall), faults=())
    return {flow: {metric: replace(one, tolerance=None) for metric, one in several.items()}
            for flow, several in predict(low, flow_paths(low)).items()}


def _figures(flows: Iterable[Flow], side: Side, begin: int, end: int) -> list[FlowFigures]:
    """The figures of a part of a run."""
    return [figures(replace(flow, start=Time(0)), within(side.samples[flow.name], begin, end), (end - begin) / NS_PER_S)
            for flow in flows if flow.name in side.samples and begin < end]


def _probe(flow: Flow, probe: RestorationProbe, side: Side, tally: dict[str, int], overtaken: int) -> ProbeSeen:
    packets = side.samples.get(flow.name)
    if not isinstance(packets, Packets):
        raise EmulationError(f"the probe {flow.name} left no samples; see {side.folder}/logs")
    return verify.probe_seen(flow, probe, packets, tally, overtaken)
