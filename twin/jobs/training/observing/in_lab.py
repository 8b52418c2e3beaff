"""Inside a lab in virtual time: lets a state carry its load, and runs commands in its nodes meanwhile.

Its `main` is what a lab runs (twin.jobs.experiment.lab_program); blueprint, order and results are files in the
lab's folder.
"""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from twin.core.records import from_plain
from twin.core.units import NS_PER_S
from twin.emulation import VIRTUAL_SLACK, Emulation
from twin.emulation.ovs import environment, name_switches
from twin.jobs.experiment import spec
from twin.jobs.experiment.in_lab import beside
from twin.jobs.experiment.opened_lab import carried_out, opened_lab, say
from twin.jobs.experiment.traffic_process import fall_in_step, load, start_time
from twin.jobs.live.running_network import read_blueprint, write_names
from twin.lab.session.sandbox import in_sandbox
from twin.plan.blueprint import Blueprint

OUTPUTS_FILE = "outputs.json"
SECONDS, SETTLED = 30.0, 8
"""Emulated seconds of load, and after how many of them the commands start, all at once."""


@dataclass(frozen=True, slots=True)
class NodeCommand:
    """A command of a node, as evidence has it."""

    at: str
    run: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ObservationOrder:
    """What is run in a state. seed: of its load."""

    commands: tuple[NodeCommand, ...]
    seed: int


def main(out: Path) -> int:
    """Carry out the order in `out`; returns the exit status."""
    def job() -> None:
        order = from_plain(ObservationOrder, json.loads((out / spec.ORDER_FILE).read_text()))
        outputs = observe(read_blueprint(out / spec.BLUEPRINT_FILE), order, out)
        (out / OUTPUTS_FILE).write_text(json.dumps(outputs))

    return carried_out(job, out / spec.LOGS)


def observe(blueprint: Blueprint, order: ObservationOrder, out: Path) -> list[str]:
    """The standard output of each command."""
    for folder in (spec.SAMPLES, spec.LOGS):
        (out / folder).mkdir(exist_ok=True)
    with opened_lab(blueprint, order.seed, out, VIRTUAL_SLACK) as (_, emulation):
        write_names(blueprint)
        name_switches(emulation.folder, blueprint)
        os.environ.update(environment(emulation.folder))
        fall_in_step()
        say({"phase": "observe"})
        outputs: list[str] = []
        start = start_time()
        acts = [(start + fault.at, partial(emulation.inject, fault)) for fault in blueprint.faults]
        acts.append((start + SETTLED * NS_PER_S, partial(_run_all, emulation, order, outputs)))
        with load(blueprint, SECONDS, order.seed, start, out / spec.SAMPLES) as traffic, beside(acts):
            traffic()
    return outputs


def _run_all(emulation: Emulation, order: ObservationOrder, outputs: list[str]) -> None:
    namespaces = {host.name: host.namespace for host in emulation.layout.blueprint.hosts}
    running = [subprocess.Popen(in_sandbox(command.run, namespaces.get(command.at)), stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
               for command in order.commands]
    outputs += [process.communicate()[0] for process in running]
