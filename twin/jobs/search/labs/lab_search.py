"""Runs schedules in labs side by side, judges each, and shrinks those that fail."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from twin.core.errors import EmulationError
from twin.core.records import from_plain, to_json
from twin.core.units import NS_PER_S, Time
from twin.jobs.experiment.calibration import probes
from twin.jobs.experiment.on_host import LabProgram, carry_out, read_side, require_memory
from twin.jobs.experiment.spec import Order
from twin.jobs.search.draw import draw
from twin.jobs.search.labs.lab_invariants import longest_outage, margins
from twin.jobs.search.labs.lab_record import ACTS_FILE, RECORD_FILE, LabRecord
from twin.jobs.search.labs.lab_run import LabRun
from twin.jobs.search.labs.timetable import timetable
from twin.jobs.search.outcome import Margin, Outcome, Violation
from twin.jobs.search.runner import SearchResult, Show, distinct_failures, least_of, with_outcome
from twin.jobs.search.schedule import Schedule
from twin.judge.certificate.certificate import certify
from twin.lab import VIRTUAL, allowed_cores
from twin.model import Network
from twin.plan import plan
from twin.plan.blueprint import Blueprint
from twin.plan.forwarding.fast_failover import trunks

PROGRAM = LabProgram("twin.jobs.search.labs.in_lab")
WAIT_TO_RESTORE = 2 * NS_PER_S
"""At most, instead of the file's: a lab of half a minute is to see traffic return too."""
PRESENT = 0.75
"""Probability that a workload is a part of a seed's load."""
FAILURES = 4
"""Failures that are shrunk: each takes tens of labs."""


def lab_blueprint(network: Network) -> Blueprint:
    """What labs run: without the faults of the description, and with a wait to restore that they live to see."""
    planned = plan(network)
    wait = Time(min(planned.protection.wait_to_restore, WAIT_TO_RESTORE))
    return replace(planned, faults=(), protection=replace(planned.protection, wait_to_restore=wait))


class LabRuns:
    """Runs schedules of one network in labs; none twice. ends: the switches beside each span between switches."""

    def __init__(self, network: Network, program: LabProgram = PROGRAM) -> None:
        require_memory(network, VIRTUAL.name)
        self._network, self._program = network, program
        self.blueprint = lab_blueprint(network)
        spans = {span.name: span for span in self.blueprint.spans}
        self.ends: dict[str, tuple[str, ...]] = {
            name: (spans[name].a.node, spans[name].b.node) for name in trunks(self.blueprint)}
        self._outcomes: dict[Schedule, Outcome] = {}

    def run(self, schedule: Schedule) -> Outcome:
        """The outcome of a schedule; a lab that fails cannot be trusted. Raises CannotRun where this machine cannot
        hold one."""
        if schedule not in self._outcomes:
            try:
                self._outcomes[schedule] = self._run(schedule)
            except EmulationError as fault:  # of one lab: the others still have something to say
                self._outcomes[schedule] = Outcome(schedule, doubts=(str(fault),))
        return self._outcomes[schedule]

    def violates(self, schedule: Schedule, invariant: str) -> bool:
        """Whether a schedule violates an invariant; raises what `run` raises."""
        return any(violation.invariant == invariant for violation, _ in self.run(schedule).violations)

    def _run(self, schedule: Schedule) -> Outcome:
        times, blueprint = timetable(self.blueprint, schedule), self._loaded(schedule.seed)
        with TemporaryDirectory(prefix="metro-twin-search-") as folder:
            place = Path(folder) / "lab"
            place.mkdir()
            (place / ACTS_FILE).write_text(to_json(times.acts))
            order = Order(times.stop / NS_PER_S, schedule.seed, cross_checked=False)
            carry_out(VIRTUAL, [(blueprint, place, order)], lambda _phase, _share: None, program=self._program)
            record = from_plain(LabRecord, json.loads((place / RECORD_FILE).read_text()))
            return _outcome(schedule, LabRun(self._network, blueprint, times, record, read_side(place)))

    def _loaded(self, seed: int) -> Blueprint:
        """The blueprint with the load of a seed: some workloads are left out, but never all that are asked for losses.
        """
        random, strict = Random(f"load {seed}"), {known.name for known in self._network.classes if known.strict}
        workloads = {flow.workload: flow.service_class in strict for flow in self.blueprint.flows}
        present = {name for name in sorted(workloads) if random.random() < PRESENT}
        required = sorted(name for name, of_strict in workloads.items() if of_strict)
        if required and not present.intersection(required):
            present.add(random.choice(required))
        return replace(self.blueprint, flows=tuple(flow for flow in self.blueprint.flows if flow.workload in present))


def _outcome(schedule: Schedule, run: LabRun) -> Outcome:
    """What follows from a run; nothing of one that cannot be trusted."""
    side = run.side
    certificate = certify(VIRTUAL.name, probes(side.instruments.probes, side.calibration), side.closing.lag, 0)
    if not certificate.valid:
        return Outcome(schedule, doubts=certificate.reasons, left_out=run.timetable.left_out)
    every = margins(run)
    outage, ends = longest_outage(run)
    return Outcome(schedule, _violations(every, run.timetable.stop), outage, ends, len(run.record.reroutes),
                   _least(every), left_out=run.timetable.left_out)


def _violations(every: Sequence[Margin], stop: Time) -> tuple[tuple[Violation, int], ...]:
    return tuple((Violation(margin.invariant, f"{margin.of}: {margin.shown}"), stop if margin.at is None else margin.at)
                 for margin in every if margin.left < 0)


def _least(every: Sequence[Margin]) -> tuple[Margin, ...]:
    """Of each invariant the least margin."""
    least: dict[str, Margin] = {}
    for margin in every:
        known = least.setdefault(margin.invariant, margin)
        least[margin.invariant] = min(known, margin, key=lambda each: each.left)
    return tuple(least.values())


def search_labs(network: Network, seeds: range, show: Show = lambda *_: None, jobs: int | None = None,
                program: LabProgram = PROGRAM) -> SearchResult:
    """Run the schedules of the seeds in labs, `jobs` of them at a time, and shrink those that fail.

    Raises CannotRun where this machine cannot hold a lab.
    """
    runs, count = LabRuns(network, program), jobs or len(allowed_cores())
    result, failing, lock = SearchResult(network.name, seeds.start, 0, labs=True), list[Outcome](), threading.Lock()
    with ThreadPoolExecutor(count) as pool:
        for outcome in pool.map(runs.run, (draw(runs.blueprint, seed) for seed in seeds)):
            failing += [outcome] if outcome.violations else []
            result = with_outcome(result, outcome)
            show("labs", result.seeds / len(seeds))
        least = list(pool.map(lambda outcome: _shrunk(runs, outcome, show, lock), failing[:FAILURES]))
    return replace(result, failures=tuple(distinct_failures(failing, least)))


def _shrunk(runs: LabRuns, outcome: Outcome, show: Show, lock: threading.Lock) -> Outcome:
    with lock:
        show("least schedules", None)
    return least_of(runs, outcome)
