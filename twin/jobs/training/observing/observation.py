"""What commands of nodes show in a state, run in a virtual lab under its load; kept, and never run twice."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from twin.core.errors import EmulationError
from twin.core.records import to_json
from twin.jobs.experiment import spec
from twin.jobs.experiment.on_host import LabWatch, OnProgress, memory
from twin.jobs.training.effects import LABS
from twin.jobs.training.exercise import Evidence
from twin.jobs.training.observing.in_lab import OUTPUTS_FILE, NodeCommand, ObservationOrder
from twin.lab import GUEST_PYTHON, Job, lab_named
from twin.lab.boundary.code_snapshot import snapshot
from twin.plan.blueprint import Blueprint
from twin.plan.demand.flow_phases import phased
from twin.report.files.atomic_write import write_whole

SEED = 1
"""Of the load under which commands are run."""


def shown(states: Sequence[Blueprint], evidence: Sequence[Evidence], cache: Path, on_progress: OnProgress
          ) -> list[tuple[bool, ...]]:
    """Whether each command shows what it is to show, in each state. cache: as `effects` has it.

    Raises EmulationError where a lab fails, CannotRun where this machine cannot hold one.
    """
    cache.mkdir(parents=True, exist_ok=True)
    order = ObservationOrder(tuple(NodeCommand(row.at, row.run) for row in evidence), SEED)
    code = snapshot().name
    files = [cache / f"shown-{_key(to_json(state), to_json(order), code)}.json" for state in states]
    missing = {file: state for file, state in zip(files, states, strict=True) if not file.exists()}
    entries = list(missing.items())
    for start in range(0, len(entries), LABS):
        _observe(dict(entries[start:start + LABS]), order, on_progress)
    outputs = [json.loads(file.read_text()) for file in files]
    return [tuple(re.search(row.shows, text) is not None for row, text in zip(evidence, texts, strict=True))
            for texts in outputs]


def _key(*parts: object) -> str:
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()[:32]


def _observe(states: Mapping[Path, Blueprint], order: ObservationOrder, on_progress: OnProgress) -> None:
    """Run the commands in each state side by side, and keep their outputs."""
    with TemporaryDirectory(prefix="metro-twin-training-") as folder:
        places = [Path(folder) / file.stem for file in states]
        watch = LabWatch(len(places), on_progress)
        jobs = [_job(state, order, place) for state, place in zip(states.values(), places, strict=True)]
        for position, result in enumerate(lab_named("virtual").run_all(jobs, on_line=watch.line)):
            watch.judge(position, result, places[position])
        for file, place in zip(states, places, strict=True):
            if not (place / OUTPUTS_FILE).exists():
                raise EmulationError("a lab ended without the output of its commands")
            write_whole(file, (place / OUTPUTS_FILE).read_text())


def _job(state: Blueprint, order: ObservationOrder, folder: Path) -> Job:
    folder.mkdir(parents=True)
    (folder / spec.BLUEPRINT_FILE).write_text(to_json(phased(state, order.seed)))
    (folder / spec.ORDER_FILE).write_text(to_json(order))
    return Job((GUEST_PYTHON, "-m", "twin.jobs.training.observing.in_lab"), folder, memory=memory(state),
               seed=order.seed, air=bool(state.cells))
