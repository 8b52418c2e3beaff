"""Both sides of a run on the host: orders into labs side by side, and what the labs leave read back as values."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from traffic import sample_files
from traffic.agent import SUMMARY
from traffic.sample_files import Samples
from traffic.tools.irtt import Echoes
from twin.core.errors import CannotRun, EmulationError
from twin.core.records import from_plain, to_plain
from twin.jobs.experiment import spec
from twin.jobs.experiment.flow_phases import phased
from twin.jobs.experiment.iperf3_check import Fetched
from twin.jobs.experiment.spec import Closing, Order
from twin.lab import GUEST_PYTHON, Job, Lab, LabResult
from twin.plan.blueprint import Blueprint
from twin.plan.counters import AirtimeCounters, NetworkCounters, QueueCounters

OnProgress = Callable[[str, float | None], None]
"""Told the phase and how much of the whole is done, 0 to 1."""

MEMORY, MEMORY_PER_HOST = 2**30, 2**20
"""Bytes of memory of a lab, and for each host more."""


@dataclass(frozen=True, slots=True)
class Side:
    """What one lab left: samples by flow, of calibration too; counts of queues at the beginning and the end of the
    measured time (before, after), and from before the first packet to after the last (opened, closed); what the air
    of each radio cell carried in the measured time; what was fetched over the line that bears witness; what irtt
    measured, and our probes beside it from some moment on (ns since 1970); what was counted of each flow
    (traffic.engine.flow_counters), and of those of the certificate (probed); and its closing."""

    folder: Path
    samples: Mapping[str, Samples]
    calibration: Mapping[str, Samples]
    before: tuple[QueueCounters, ...]
    after: tuple[QueueCounters, ...]
    opened: tuple[QueueCounters, ...]
    closed: tuple[QueueCounters, ...]
    air: tuple[AirtimeCounters, ...]
    fetched: Fetched | None
    echoes: Echoes | None
    beside: Mapping[str, Samples]
    beside_since: int
    tallies: Mapping[str, Mapping[str, Any]]
    probed: Mapping[str, Mapping[str, Any]]
    closing: Closing
    digest: str


def measure(lab: Lab, sides: Sequence[tuple[Blueprint, Path]], order: Order, on_progress: OnProgress) -> list[Side]:
    """Measure each blueprint in a lab of its own, side by side; each leaves its files in its folder."""
    carry_out(lab, [(blueprint, folder, order) for blueprint, folder in sides], on_progress)
    return [read_side(folder) for _, folder in sides]


def carry_out(lab: Lab, asked: Sequence[tuple[Blueprint, Path, Order]], on_progress: OnProgress, *, things: str = ""
              ) -> None:
    """Carry out each order in a lab of its own, side by side; each leaves its files in its folder. things: what the
    labs are called where progress is how many of them are done."""
    watch = LabWatch(len(asked), on_progress, things)
    results = lab.run_all([_job(*one) for one in asked], on_line=watch.line)
    for position, result in enumerate(results):
        watch.judge(position, result, asked[position][1])


def read_side(folder: Path) -> Side:
    """Read what a lab left in `folder`. Raises EmulationError when it is not whole."""
    try:
        closing = from_plain(Closing, json.loads((folder / spec.CLOSING_FILE).read_text()))
        loads = json.loads((folder / spec.LOADS_FILE).read_text())
        tallies = _tallies(folder / spec.SAMPLES)
        probed = {name: tally for part in (spec.CALIBRATION, spec.BESIDE)
                  for name, tally in _tallies(folder / part).items()}
        beside = folder / spec.BESIDE
        since = json.loads((beside / SUMMARY).read_text())["start"] if beside.exists() else 0
        echoes = beside / spec.ECHOES_FILE
        heard = from_plain(Echoes, json.loads(echoes.read_text())) if echoes.exists() else None
        file = folder / spec.FETCHED_FILE
        fetched = from_plain(Fetched, json.loads(file.read_text())) if file.exists() else None
    except (OSError, ValueError) as fault:
        raise EmulationError(f"the run in {folder} is not whole: {fault}") from fault
    samples = folder / spec.SAMPLES
    before, after = (from_plain(NetworkCounters, loads[when]) for when in ("before", "after"))
    opened, closed = (tuple(from_plain(QueueCounters, count) for count in loads[when]) for when in ("opened", "closed"))
    air = tuple(now.since(then) for then, now in zip(before.air, after.air, strict=True))
    return Side(
        folder=folder, samples=read_samples(samples), calibration=read_samples(folder / spec.CALIBRATION),
        before=before.queues, after=after.queues, opened=opened, closed=closed, air=air, fetched=fetched, echoes=heard,
        beside=read_samples(beside), beside_since=since, tallies=tallies, probed=probed, closing=closing,
        digest=sample_files.digest(samples))


def _tallies(folder: Path) -> dict[str, dict[str, Any]]:
    """What was counted of the flows whose samples are in a folder, if it is there."""
    file = folder / SUMMARY
    return dict(json.loads(file.read_text())["flows"]) if file.exists() else {}


def _job(blueprint: Blueprint, folder: Path, order: Order) -> Job:
    try:
        _clear(folder)
    except OSError as fault:
        raise CannotRun(f"the folder {folder} cannot be written: {fault.strerror}", "name another by --out") from None
    (folder / spec.BLUEPRINT_FILE).write_text(json.dumps(to_plain(phased(blueprint, order.seed))))
    (folder / spec.ORDER_FILE).write_text(json.dumps(to_plain(order)))
    return Job((GUEST_PYTHON, "-m", "twin.jobs.experiment.in_lab"), folder, memory=memory(blueprint), seed=order.seed,
               air=bool(blueprint.cells))


def _clear(folder: Path) -> None:
    """Make the folder, without what an earlier run has left in it: its samples would pass for this one's."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in (spec.SAMPLES, spec.CALIBRATION, spec.FETCHED, spec.BESIDE, spec.LOGS):
        shutil.rmtree(folder / name, ignore_errors=True)
    for name in (spec.READBACK_FILE, spec.LOADS_FILE, spec.CLOSING_FILE, spec.FETCHED_FILE,
                 spec.REPORT_FILE):
        (folder / name).unlink(missing_ok=True)


def memory(blueprint: Blueprint) -> int:
    """Bytes of memory that a lab for this network gets; it takes from the machine only what it touches."""
    return MEMORY + MEMORY_PER_HOST * len(blueprint.hosts)


def read_samples(folder: Path) -> dict[str, Samples]:
    """The samples in a folder, by flow."""
    return {path.name.removesuffix(".csv.gz"): sample_files.read(path) for path in sorted(folder.glob("*.csv.gz"))}


class LabWatch:
    """Listens to labs that run side by side: progress, and the failure that each may say. A phase is shown when the
    first lab enters it; then the share that the slowest lab has measured, or how many of these things are done."""

    def __init__(self, labs: int, on_progress: OnProgress, things: str = "") -> None:
        self._done = [0.0] * labs
        self._things = things
        self._phases: set[str] = set()
        self._failed: dict[int, dict[str, Any]] = {}
        self._on_progress = on_progress

    def line(self, position: int, text: str) -> None:
        """Take in one line of a lab; what is not JSON is the lab's own noise."""
        try:
            said = json.loads(text)
        except ValueError:
            return
        if not isinstance(said, dict):
            return
        if "failed" in said:
            self._failed[position] = said
        elif "phase" in said:
            if said["phase"] not in self._phases:
                self._show(said["phase"], None)
            self._phases.add(said["phase"])
        elif "of" in said:
            self._done[position] = said["seconds"] / said["of"]
            self._show("measure", min(self._done))

    def _show(self, phase: str, share: float | None) -> None:
        if not self._things:
            self._on_progress(phase, share)
        else:
            done = sum(share >= 1 for share in self._done)
            self._on_progress(f"{done} of {len(self._done)} {self._things} done: {phase}", done / len(self._done))

    def judge(self, position: int, result: LabResult, folder: Path) -> None:
        """Raise what a lab said was wrong, or that it ended badly."""
        said = self._failed.get(position)
        if said is not None and said["exit"] == 4:
            raise EmulationError(f"{said['failed']}\n  files: {folder}")
        if said is not None:
            raise CannotRun(said["failed"], "see twin doctor")
        if result.status:
            raise EmulationError(f"the lab's work ended with status {result.status}:\n" + "\n".join(result.tail[-20:]))
