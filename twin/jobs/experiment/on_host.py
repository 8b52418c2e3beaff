"""The sides of a run, on the host: runs them in labs side by side, and reads their results back as values."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from traffic import sample_files
from traffic.agent import SUMMARY
from traffic.sample_files import Samples
from traffic.tools.irtt import Echoes
from twin.core.errors import CannotRun, EmulationError
from twin.core.records import from_plain, to_plain
from twin.jobs.experiment import lab_program, spec
from twin.jobs.experiment.instrument_plan import InstrumentPlan, instrument_plan
from twin.jobs.experiment.iperf3_check import DownloadResults
from twin.jobs.experiment.spec import Closing, Order
from twin.lab import NATIVE, Job, Lab, LabResult, host_paths
from twin.lab.boundary import host_limits
from twin.model import Network
from twin.plan.blueprint import Blueprint
from twin.plan.demand.flow_phases import phased
from twin.plan.queue_and_airtime_counters import AirtimeCounters, NetworkCounters, QueueCounters

OnProgress = Callable[[str, float | None], None]
"""Called with the phase, and the part of the measurement that is done, 0 to 1."""

MEASURING = "twin.jobs.experiment.in_lab"
"""The module that a lab runs by default."""
MEMORY, MEMORY_PER_HOST = 2**30, 2**20
"""Bytes of memory of a lab, and for each host more."""


@dataclass(frozen=True, slots=True)
class LabProgram:
    """What a lab runs: a module, and the folder where it is beside the project's."""

    module: str = MEASURING
    packages: Path | None = None


@dataclass(frozen=True, slots=True)
class Side:
    """The results of one lab. samples, calibration: by flow. before, after: counters of queues at the beginning and the
    end of the measurement. opened, closed: before the first packet and after the last. air: of each radio cell, in the
    measurement. instruments: as planned. downloads, echoes: their results. beside: samples of our probes that ran
    beside irtt, since `beside_since` (ns since 1970). tallies: counters of each flow (traffic.engine.flow_counters).
    probed: the same of the instruments' flows."""

    folder: Path
    samples: Mapping[str, Samples]
    calibration: Mapping[str, Samples]
    before: tuple[QueueCounters, ...]
    after: tuple[QueueCounters, ...]
    opened: tuple[QueueCounters, ...]
    closed: tuple[QueueCounters, ...]
    air: tuple[AirtimeCounters, ...]
    instruments: InstrumentPlan
    downloads: DownloadResults | None
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


def carry_out(lab: Lab, sides: Sequence[tuple[Blueprint, Path, Order]], on_progress: OnProgress, *, noun: str = "",
              program: LabProgram = LabProgram()) -> None:
    """Carry out each order in a lab of its own, side by side; each leaves its files in its folder. noun: what the
    labs are called where progress is how many of them are done."""
    watch = LabWatch(len(sides), on_progress, noun)
    folders = [folder for _, folder, _ in sides]
    try:
        results = lab.run_all([_job(*side, program) for side in sides], on_line=watch.line)
        for position, result in enumerate(results):
            watch.judge(position, result, folders[position])
    except EmulationError as fault:
        raise host_limits.shortage(folders) or fault from fault


def read_side(folder: Path) -> Side:
    """Read the results of a lab in `folder`. Raises EmulationError when they are incomplete."""
    try:
        closing = from_plain(Closing, json.loads((folder / spec.CLOSING_FILE).read_text()))
        loads = json.loads((folder / spec.LOADS_FILE).read_text())
        tallies = _tallies(folder / spec.SAMPLES)
        probed = {name: tally for part in (spec.CALIBRATION, spec.BESIDE)
                  for name, tally in _tallies(folder / part).items()}
        beside = folder / spec.BESIDE
        since = json.loads((beside / SUMMARY).read_text())["start"] if beside.exists() else 0
        file = beside / spec.ECHOES_FILE
        echoes = from_plain(Echoes, json.loads(file.read_text())) if file.exists() else None
        file = folder / spec.DOWNLOADS_FILE
        downloads = from_plain(DownloadResults, json.loads(file.read_text())) if file.exists() else None
        instruments = from_plain(InstrumentPlan, json.loads((folder / spec.INSTRUMENTS_FILE).read_text()))
    except (OSError, ValueError) as fault:
        raise EmulationError(f"the run in {folder} is incomplete: {fault}") from fault
    samples = folder / spec.SAMPLES
    before, after = (from_plain(NetworkCounters, loads[when]) for when in ("before", "after"))
    opened, closed = (tuple(from_plain(QueueCounters, count) for count in loads[when]) for when in ("opened", "closed"))
    air = tuple(now.since(then) for then, now in zip(before.air, after.air, strict=True))
    return Side(
        folder=folder, samples=read_samples(samples), calibration=read_samples(folder / spec.CALIBRATION),
        before=before.queues, after=after.queues, opened=opened, closed=closed, air=air,
        instruments=instruments, downloads=downloads, echoes=echoes,
        beside=read_samples(beside), beside_since=since, tallies=tallies, probed=probed, closing=closing,
        digest=sample_files.digest(samples))


def _tallies(folder: Path) -> dict[str, dict[str, Any]]:
    """The counters of the flows whose samples are in a folder, if there is one."""
    file = folder / SUMMARY
    return dict(json.loads(file.read_text())["flows"]) if file.exists() else {}


def _job(blueprint: Blueprint, folder: Path, order: Order, program: LabProgram) -> Job:
    try:
        _clear(folder)
    except OSError as fault:
        raise CannotRun(f"the folder {folder} cannot be written: {fault.strerror}", "name another by --out") from None
    (folder / spec.BLUEPRINT_FILE).write_text(json.dumps(to_plain(phased(blueprint, order.seed))))
    plan = instrument_plan(blueprint, order.seconds, virtual=order.virtual)
    if not order.cross_checked:
        plan = replace(plan, downloads=None, irtt=None)
    (folder / spec.INSTRUMENTS_FILE).write_text(json.dumps(to_plain(plan)))
    (folder / spec.ORDER_FILE).write_text(json.dumps(to_plain(order)))
    return Job(lab_program.command(program.module), folder, memory=memory(blueprint), seed=order.seed,
               air=bool(blueprint.cells), packages=program.packages,
               imports=lab_program.imports(MEASURING if program.packages else program.module))


def _clear(folder: Path) -> None:
    """Create the folder, and delete what an earlier run has left in it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in (spec.SAMPLES, spec.CALIBRATION, spec.DOWNLOADS, spec.BESIDE, spec.LOGS):
        shutil.rmtree(folder / name, ignore_errors=True)
    for name in (spec.READBACK_FILE, spec.LOADS_FILE, spec.CLOSING_FILE, spec.DOWNLOADS_FILE,
                 spec.REPORT_FILE):
        (folder / name).unlink(missing_ok=True)


def memory(blueprint: Blueprint) -> int:
    """Memory of a lab for this network, bytes; it takes from the machine only what it uses."""
    return _memory(len(blueprint.hosts))


def _memory(hosts: int) -> int:
    return MEMORY + MEMORY_PER_HOST * hosts


def require_memory(network: Network, lab: str) -> None:
    """Raise CannotRun at once, before a plan that takes minutes, where no lab on this machine holds so many lines."""
    lines = sum(len(group.members) or group.emulated for group in network.lines)
    if lab != NATIVE.name:
        try:
            host_paths.memory_folder(_memory(lines + len(network.head_ends)))
        except CannotRun as fault:
            raise CannotRun(f"{fault.missing}, of which {lines} emulated lines take {lines * MEMORY_PER_HOST // 2**20}",
                            f"emulate fewer lines, or {fault.remedy}") from None


def read_samples(folder: Path) -> dict[str, Samples]:
    """The samples in a folder, by flow."""
    return {path.name.removesuffix(".csv.gz"): sample_files.read(path) for path in sorted(folder.glob("*.csv.gz"))}


class LabWatch:
    """Reads the lines of labs that run side by side: progress, and failures. A phase is shown when the
    first lab enters it; then the share that the slowest lab has measured, or how many of these noun are done."""

    def __init__(self, labs: int, on_progress: OnProgress, noun: str = "") -> None:
        self._done = [0.0] * labs
        self._noun = noun
        self._phases: set[str] = set()
        self._failed: dict[int, dict[str, Any]] = {}
        self._on_progress = on_progress

    def line(self, position: int, text: str) -> None:
        """Read one line of a lab; those that are not JSON are of the kernel."""
        try:
            message = json.loads(text)
        except ValueError:
            return
        if not isinstance(message, dict):
            return
        if "failed" in message:
            self._failed[position] = message
        elif "phase" in message:
            if message["phase"] not in self._phases:
                self._show(message["phase"], None)
            self._phases.add(message["phase"])
        elif "of" in message:
            self._done[position] = message["seconds"] / message["of"]
            self._show("measure", min(self._done))

    def _show(self, phase: str, share: float | None) -> None:
        if not self._noun:
            self._on_progress(phase, share)
        else:
            done = sum(share >= 1 for share in self._done)
            self._on_progress(f"{done} of {len(self._done)} {self._noun} done: {phase}", done / len(self._done))

    def judge(self, position: int, result: LabResult, folder: Path) -> None:
        """Raise the failure that a lab has reported, or that it ended with an error."""
        message = self._failed.get(position)
        if message is not None and message["exit"] == 4:
            raise EmulationError(f"{message['failed']}\n  files: {folder}")
        if message is not None:
            raise CannotRun(message["failed"], "see twin doctor")
        if result.status:
            raise EmulationError(f"the job in the lab ended with status {result.status}:\n"
                                 + "\n".join(result.tail[-20:]))
