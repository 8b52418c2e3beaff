"""What commands of nodes show in a state, run in a virtual lab under its load; kept, and never run twice."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from twin.core.errors import EmulationError
from twin.core.records import to_json
from twin.jobs.experiment import lab_program, spec
from twin.jobs.experiment.on_host import LabWatch, OnProgress, memory
from twin.jobs.training.exercise import Evidence
from twin.jobs.training.measuring.kept_measurements import Measurement, key, make_missing
from twin.jobs.training.observing.in_lab import OUTPUTS_FILE, NodeCommand, ObservationOrder
from twin.lab import Job, lab_named
from twin.lab.boundary.code_snapshot import snapshot
from twin.plan.blueprint import Blueprint
from twin.plan.demand.flow_phases import phased

SEED = 1
OBSERVING = "twin.jobs.training.observing.in_lab"
"""Of the load under which commands are run."""


def observations(states: Sequence[Blueprint], evidence: Sequence[Evidence], cache: Path) -> list[Measurement]:
    """What has to be observed to know what each command shows in each state. cache: where outputs are kept."""
    cache.mkdir(parents=True, exist_ok=True)
    order = ObservationOrder(tuple(NodeCommand(row.at, row.run) for row in evidence), SEED)
    code = snapshot().name
    return [Measurement(cache / f"shown-{key(to_json(state), to_json(order), code)}.json",
                        partial(_observed, state, order)) for state in states]


def shown(states: Sequence[Blueprint], evidence: Sequence[Evidence], cache: Path, on_progress: OnProgress
          ) -> list[tuple[bool, ...]]:
    """Whether each command shows what it is to show, in each state. cache: as `effects` has it.

    Raises EmulationError where a lab fails, CannotRun where this machine cannot hold one.
    """
    wanted = observations(states, evidence, cache)
    make_missing(wanted, on_progress)
    return [tuple(re.search(row.shows, text) is not None
                  for row, text in zip(evidence, json.loads(each.file.read_text()), strict=True)) for each in wanted]


def _observed(state: Blueprint, order: ObservationOrder, on_progress: OnProgress) -> str:
    """Run the commands in a state; their outputs as JSON."""
    with TemporaryDirectory(prefix="metro-twin-training-") as folder:
        place = Path(folder) / "state"
        watch = LabWatch(1, on_progress)
        (result,) = lab_named("virtual").run_all([_job(state, order, place)], on_line=watch.line)
        watch.judge(0, result, place)
        if not (place / OUTPUTS_FILE).exists():
            raise EmulationError("a lab ended without the output of its commands")
        return (place / OUTPUTS_FILE).read_text()


def _job(state: Blueprint, order: ObservationOrder, folder: Path) -> Job:
    folder.mkdir(parents=True)
    (folder / spec.BLUEPRINT_FILE).write_text(to_json(phased(state, order.seed)))
    (folder / spec.ORDER_FILE).write_text(to_json(order))
    return Job(lab_program.command(OBSERVING), folder, memory=memory(state), seed=order.seed,
               imports=lab_program.imports(OBSERVING), air=bool(state.cells))
