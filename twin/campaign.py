"""A campaign: every span and every node cut once, in labs, as many of them side by side as there are cores.

What a ring or mesh heals gets a lab of its own for each cut. What only isolates whoever hangs on it is cut one after
the other in a lab for several (a tour): it is to be seen that nobody else notices. What a lab left is kept as soon as
it ends, so that a campaign that was stopped, however rudely, goes on where it was: a result is used again when it was
made of the same blueprint, seconds, seed and code.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from itertools import count, islice
from pathlib import Path

from traffic.agent import SUMMARY
from traffic.records import Packets
from twin.errors import EmulationError
from twin.lab import VIRTUAL, alone, free_cores
from twin.lab.project import copy
from twin.load import load
from twin.measure import calibration
from twin.measure.orders import CALIBRATION, SAMPLES, Order
from twin.measure.sides import Side, measure
from twin.model import FaultKind, Network, Protection
from twin.plan import plan
from twin.plan.blueprint import Blueprint, FaultPlan, Flow
from twin.plan.cuts import Cut, cuts
from twin.plan.probes import INTERVAL, WORKLOAD, Stretch, probes, with_probes
from twin.records import from_plain, to_plain
from twin.units import NS_PER_MS, NS_PER_S, Time
from twin.verify import campaign as verify
from twin.verify.campaign import Campaign, Observed
from twin.verify.fidelity import certify
from twin.verify.figures import figures
from twin.verify.judge import judge
from twin.verify.verdict import FlowFigures
from twin.verify.window import within

CUT_AT = Time(2 * NS_PER_S)
"""When a run's one cut happens: by then TCP has left its slow start."""
MENDED_FOR = Time(NS_PER_S)
"""How long before its end it is mended."""
SETTLED = Time(NS_PER_S // 2)
"""After the cut, before what holds while degraded is judged."""
WAIT_TO_RESTORE = Time(200 * NS_PER_MS)
"""Instead of the file's: a run of seconds is to see traffic return too."""
LEAST_SECONDS = 6.0
EARLY = Time(50 * NS_PER_MS)
"""How long before a cut its probes begin."""
TOUR, STEP, DEAD_FOR = 18, Time(3 * NS_PER_S // 2), Time(NS_PER_S // 2)
"""How many cuts a tour has, the time from one to the next, and how long each lasts."""
OBSERVED_FILE = "observed.json"

OnProgress = Callable[[str, float | None], None]


@dataclass(frozen=True, slots=True)
class CampaignWish:
    """How the campaign is to be run. seconds: emulated, of each cut. jobs: labs at once, None for one a core. double:
    pairs of cuts with nodes among them."""

    seconds: float = 10.0
    seed: int = 1
    jobs: int | None = None
    double: bool = False


@dataclass(frozen=True, slots=True)
class _Work:
    """What one lab does: no cut, one cut, or a tour of them, each from one moment to another."""

    name: str
    blueprint: Blueprint
    order: Order
    cuts: tuple[tuple[Cut | None, Time, Time], ...]
    targets: Network
    """Whose targets are judged."""


def run(file: Path | Network, out: Path, wish: CampaignWish, on_progress: OnProgress) -> Campaign:
    """Cut everything once, leave each result in `out` as it comes, and return what follows from all.

    Raises TopologyError for a description that cannot be used, CannotRun where this machine cannot hold a lab,
    EmulationError where an emulation failed. Labs that run when it raises come to their ends, or die with the caller.
    """
    network = file if isinstance(file, Network) else load(file)
    blueprint = plan(network)
    out = out.resolve()
    with alone(out):
        found = _observed(list(_works(network, blueprint, wish)), out, wish.jobs or len(free_cores()), on_progress)
    intact = next(seen for seen in found if seen.cut is None)
    return verify.conclude(network, blueprint, wish.seconds, wish.seed, intact, found, INTERVAL, nodes_too=wish.double)


def _observed(pending: Sequence[_Work], out: Path, jobs: int, on_progress: OnProgress) -> list[Observed]:
    """What the labs see, so many of them side by side."""
    found, code = list[Observed](), copy().name
    pool = ThreadPoolExecutor(jobs)
    futures = [pool.submit(_observe, work, out, code) for work in pending]
    try:
        for done, future in enumerate(as_completed(futures), 1):
            found += future.result()
            on_progress(f"{sum(seen.cut is not None for seen in found)} cuts", done / len(futures))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    return found


def _works(network: Network, blueprint: Blueprint, wish: CampaignWish) -> Iterator[_Work]:
    """What is to be done in labs: the longest first."""
    probed = with_probes(network, blueprint)
    whole = plan(probed)
    whole = replace(whole, faults=(), protection=replace(whole.protection, wait_to_restore=WAIT_TO_RESTORE))
    order = Order(wish.seconds, wish.seed)
    mended = Time(round(wish.seconds * NS_PER_S) - MENDED_FOR)
    stretches = _stretches(whole.protection, mended)
    known = cuts(blueprint)
    alone = [cut for cut in known if not cut.guarded]
    for number, tour in enumerate(_lots(alone), 1):
        times = tuple((cut, Time(at), Time(at + DEAD_FOR)) for at, cut in zip(count(CUT_AT, STEP), tour))
        long = replace(order, seconds=(times[-1][1] + STEP) / NS_PER_S)
        yield _Work(f"tour-{number}", _with_faults(whole, times), long, times, replace(probed, targets=()))
    for cut in (cut for cut in known if cut.guarded):
        times = ((cut, CUT_AT, mended),)
        flows = tuple(sorted((*whole.flows, *probes(probed, whole, cut, stretches)), key=lambda flow: flow.name))
        yield _Work(cut.key, replace(_with_faults(whole, times), flows=flows), order, times, probed)
    yield _Work("intact", whole, order, ((None, CUT_AT, mended),), probed)


def _lots(alone: Iterable[Cut]) -> Iterator[tuple[Cut, ...]]:
    """The cuts of each tour."""
    rest = iter(alone)
    while lot := tuple(islice(rest, TOUR)):
        yield lot


def _with_faults(blueprint: Blueprint, times: Iterable[tuple[Cut, Time, Time]]) -> Blueprint:
    faults = [FaultPlan(at, kind, None if cut.node else cut.name, cut.name if cut.node else None)
              for cut, begin, end in times for at, kind in ((begin, FaultKind.CUT), (end, FaultKind.MEND))]
    return replace(blueprint, faults=tuple(faults))


def _stretches(protection: Protection, mended: Time) -> tuple[Stretch, ...]:
    """When probes run: about the cut, for four times what healing takes and more, and until traffic has returned."""
    reaction = protection.detection + max(protection.switch, protection.controller)
    about = min(EARLY + 4 * reaction + SETTLED // 2, mended - CUT_AT)
    back = min(WAIT_TO_RESTORE + reaction + 2 * EARLY, MENDED_FOR)
    return (Stretch(verify.CUT, Time(CUT_AT - EARLY), Time(CUT_AT - EARLY + about)),
            Stretch(verify.RETURN, mended, Time(mended + back)))


def _observe(work: _Work, out: Path, code: str) -> list[Observed]:
    """What one lab sees: as it was kept, or measured now."""
    folder = out / work.name
    said = json.dumps([to_plain(work.blueprint), to_plain(work.order), code])
    key = hashlib.sha256(said.encode()).hexdigest()
    kept = _kept(folder / OBSERVED_FILE)
    if kept and all(seen.key == key for seen in kept):
        return kept
    (side,) = measure(VIRTUAL, [(work.blueprint, folder)], work.order, lambda _phase, _fraction: None)
    found = [_seen(work, side, key, *one) for one in work.cuts]
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


def _seen(work: _Work, side: Side, key: str, cut: Cut | None, begin: Time, end: Time) -> Observed:
    """What follows from the samples of a lab for one of its cuts."""
    blueprint = work.blueprint
    certificate = certify(VIRTUAL.name, calibration.probes(blueprint, side.calibration), side.closing.lag,
                          sum(side.closing.strays.values()))
    counted = json.loads((side.folder / SAMPLES / SUMMARY).read_text())["flows"]
    own = tuple(flow for flow in blueprint.flows if flow.workload != WORKLOAD)
    moved = next((r.moved - r.at for r in side.closing.reroutes if r.at == begin and r.moved is not None), None)
    return Observed(
        key, cut, side.digest, certificate.reasons, None if moved is None else Time(moved),
        tuple(_probe(flow, side, counted[flow.name]) for flow in blueprint.flows if flow.workload == WORKLOAD),
        verify.losses(own, side.samples, begin - EARLY, begin + SETTLED, CUT_AT - 2 * EARLY - SETTLED),
        judge(work.targets, replace(blueprint, flows=own), _figures(own, side, begin + SETTLED, end), None, {},
              certificate) if work.targets.targets else ())


def _figures(flows: Iterable[Flow], side: Side, begin: int, end: int) -> list[FlowFigures]:
    """The figures of a part of a run."""
    return [figures(replace(flow, start=Time(0)), within(side.samples[flow.name], begin, end), (end - begin) / NS_PER_S)
            for flow in flows if flow.name in side.samples and begin < end]


def _probe(flow: Flow, side: Side, tally: dict[str, int]) -> verify.ProbeSeen:
    packets = side.samples.get(flow.name)
    if not isinstance(packets, Packets):
        raise EmulationError(f"the probe {flow.name} left no samples; see {side.folder}/logs")
    return verify.probe_seen(flow, packets, tally)
