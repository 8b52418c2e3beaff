"""Inside the lab: a blueprint as it stands on the wall clock: controller, network, load and counters."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from twin.core.records import from_plain, to_compact_json
from twin.core.units import Rate, Time
from twin.emulation import WALL_SLACK, Emulation, up
from twin.emulation.ovs import environment, name_switches
from twin.jobs.experiment import spec
from twin.jobs.experiment.controller_process import Ryu, controller
from twin.jobs.live.counter_reader import CounterReader
from twin.jobs.live.load_process import LoadProcess, load_process
from twin.jobs.live.loss_counter import LossCounter
from twin.lab import GUEST_OUT, GUEST_PYTHON
from twin.plan.blueprint import Blueprint, LinkDirection, LinkLayer, SpanPlan

SEED = 1
"""Of all that is drawn in a live twin."""
HOSTS = Path("/etc/hosts")
"""The lab's own, so that nodes know one another by name."""
STANDING_BLUEPRINT = Path(GUEST_OUT) / "standing-blueprint.json"
"""The blueprint as it stands, for our own tools, in the run's folder, which the sandbox does not see."""
SHOWN_BLUEPRINT = Path("/run/twin/blueprint.json")
"""What the sandbox sees of it: how nodes are called and connected, and nothing of how they are configured."""


def show(blueprint: Blueprint) -> None:
    """Let our tools know the blueprint, and nodes its names."""
    STANDING_BLUEPRINT.write_text(to_compact_json(blueprint))
    SHOWN_BLUEPRINT.write_text(to_compact_json(names_alone(blueprint)))


def names_alone(blueprint: Blueprint) -> Blueprint:
    """Nodes, spans, ports and addresses, without what an exercise may have changed."""
    wire = LinkDirection(Rate(1), LinkLayer(), Time(0))
    spans = tuple(replace(span, a=replace(span.a, scheduler=None), b=replace(span.b, scheduler=None), forward=wire,
                          reverse=wire, shared=None, cell=None) for span in blueprint.spans)
    switches = tuple(replace(switch, rules=(), meters=(), markers=(), unprotected=(), uncopied=())
                     for switch in blueprint.switches)
    return replace(blueprint, spans=spans, switches=switches, flows=(), faults=(), cells=(), controlled=True)


@dataclass(frozen=True, slots=True)
class RunningNetwork:
    """A network that runs, without any flow at first. file: of its blueprint, within the twin's folder."""

    file: str
    blueprint: Blueprint
    emulation: Emulation
    load: LoadProcess
    counters: CounterReader
    losses: LossCounter
    show: Callable[[Blueprint], None] = show

    def with_lines(self, file: str, blueprint: Blueprint, lines: Collection[SpanPlan]) -> RunningNetwork:
        """The same with these lines of another blueprint, and the count going on."""
        emulation = self.emulation.with_lines(blueprint, lines)
        self.counters.follow(emulation)
        self.losses.follow(emulation)
        self.show(blueprint)
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
        shutil.copyfile(out / file, STANDING_BLUEPRINT)
        SHOWN_BLUEPRINT.write_text(to_compact_json(names_alone(blueprint)))
        os.environ.update(environment(Path("/run/twin-ovs")))
        yield RunningNetwork(file, blueprint, emulation, load, CounterReader(emulation), LossCounter(emulation))


@contextmanager
def _listening(blueprint: Path, log: Path) -> Iterator[Ryu]:
    """A controller that listens: a switch that was refused tries again only seconds later."""
    with controller(blueprint, log) as ryu:
        ryu.await_event("listening")
        yield ryu
