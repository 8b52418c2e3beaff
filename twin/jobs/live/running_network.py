"""Inside the lab: a blueprint as it stands on the wall clock: controller, network, load and counters."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from twin.core.records import from_plain, to_compact_json
from twin.emulation import WALL_SLACK, Emulation, up
from twin.emulation.ovs import environment, name_switches
from twin.jobs.experiment import spec
from twin.jobs.experiment.controller_process import Ryu, controller
from twin.jobs.live.counter_reader import CounterReader
from twin.jobs.live.load_process import LoadProcess, load_process
from twin.jobs.live.loss_counter import LossCounter
from twin.lab import GUEST_PYTHON
from twin.plan.blueprint import Blueprint, SpanPlan

SEED = 1
"""Of all that is drawn in a live twin."""
HOSTS = Path("/etc/hosts")
"""The lab's own, so that nodes know one another by name."""
SHOWN_BLUEPRINT = Path("/run/twin/blueprint.json")
"""The blueprint as the sandbox sees it, which does not see the run's folder."""


@dataclass(frozen=True, slots=True)
class RunningNetwork:
    """A network that runs, without any flow at first. file: of its blueprint, within the twin's folder."""

    file: str
    blueprint: Blueprint
    emulation: Emulation
    load: LoadProcess
    counters: CounterReader
    losses: LossCounter
    shown: Path = SHOWN_BLUEPRINT

    def with_lines(self, file: str, blueprint: Blueprint, lines: Collection[SpanPlan]) -> RunningNetwork:
        """The same with these lines of another blueprint, and the count going on."""
        emulation = self.emulation.with_lines(blueprint, lines)
        self.counters.follow(emulation)
        self.losses.follow(emulation)
        self.shown.write_text(to_compact_json(blueprint))
        return replace(self, file=file, blueprint=blueprint, emulation=emulation)


def read_blueprint(file: Path) -> Blueprint:
    """The blueprint in a file."""
    return from_plain(Blueprint, json.loads(file.read_text()))


def write_names(blueprint: Blueprint) -> None:
    """Let the nodes of this lab know one another by name."""
    HOSTS.write_text("127.0.0.1 localhost\n" + "".join(f"{h.address} {h.name}\n" for h in blueprint.hosts))


@contextmanager
def running_network(out: Path, file: str) -> Iterator[RunningNetwork]:
    """Build the blueprint of a file in the twin's folder, program its switches, read it back; removed at the end.

    Raises EmulationError where it does not come up, or is not what the blueprint says.
    """
    blueprint = read_blueprint(out / file)
    logs = out / spec.LOGS
    logs.mkdir(exist_ok=True)
    names = frozenset(flow.name for flow in blueprint.flows)
    with (_listening(out / file, logs / "controller.log") as ryu,
          up(blueprint, SEED, logs=logs, slack=WALL_SLACK) as emulation,
          load_process(GUEST_PYTHON, names, out, file, SEED) as load):
        ryu.await_ready()
        if not blueprint.controlled:
            ryu.end()
        emulation.readback()
        write_names(blueprint)
        name_switches(emulation.folder, blueprint)
        shutil.copyfile(out / file, SHOWN_BLUEPRINT)
        os.environ.update(environment(Path("/run/twin-ovs")))
        yield RunningNetwork(file, blueprint, emulation, load, CounterReader(emulation), LossCounter(emulation))


@contextmanager
def _listening(blueprint: Path, log: Path) -> Iterator[Ryu]:
    """A controller that listens: a switch that was refused tries again only seconds later."""
    with controller(blueprint, log) as ryu:
        ryu.await_event("listening")
        yield ryu
