"""Brings a blueprint up, watches over it, and takes it down: the one door to everything in this package."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from twin.emulation import (
    building,
    counting,
    dumps,
    faults,
    gate,
    marker,
    mininet_loader,
    noise,
    ovs,
    readback,
    witness,
)
from twin.emulation.counting import Counts
from twin.emulation.layout import PLANT, ROOT, Layout
from twin.emulation.linux import LinuxKernel
from twin.emulation.registry import registered
from twin.emulation.seam import Kernel
from twin.plan.blueprint import Blueprint, FaultPlan
from twin.plan.contracts import gated
from twin.plan.counters import Carried
from twin.plan.degraded import altogether
from twin.units import Time

FOLDER = Path("/run/twin-ovs")
VIRTUAL_SLACK = Time(512)
"""What a shaper catches up after a late timer, in virtual time: the lab kernel sets no timer to less than 500 ns from
now, and without this a line would lose whatever a packet leaves late."""
WALL_SLACK = Time(200_000)
"""The same on the wall clock."""


@dataclass(frozen=True)
class Emulation:
    """A network that stands. net: its Mininet objects."""

    layout: Layout
    kernel: Kernel
    net: Any
    seed: int
    slack: Time
    folder: Path
    environment: Mapping[str, str]
    controller: str
    fallen: dict[str, FaultPlan] = field(default_factory=dict)
    """The degraded spans, each with what made it so."""

    def readback(self) -> dict[str, Any]:
        """What the kernel and Open vSwitch say stands, held against the blueprint.

        Raises EmulationError, showing both, where they differ.
        """
        stands = readback.read(self.kernel, self.layout)
        readback.compare(readback.planned(self.layout, self.seed), stands)
        rules = witness.compare(self.layout.blueprint, self.folder, self.environment)
        return {"interfaces": stands, "rules": rules}

    def carried(self) -> Carried:
        """What every queue and the air of every radio cell has carried so far."""
        return counting.carried(self.kernel, self.layout)

    def counters(self) -> Counts:
        """All counters now."""
        return counting.count(self.kernel, self.layout)

    def strays(self, before: Counts, after: Counts) -> dict[str, int]:
        """Packets lost outside the model between two moments, by where."""
        return counting.strays(self.layout, before, after)

    def happen(self, fault: FaultPlan) -> None:
        """Let a fault happen, whatever its time; returns when the equipment has noticed."""
        blueprint = self.layout.blueprint
        fallen = faults.standing(self.fallen, blueprint, fault)
        self.fallen.clear()
        self.fallen.update(fallen)
        now = altogether(blueprint, fallen.values())
        faults.happen(self.kernel, self.layout, now, self.seed, self.slack, self.folder,
                      self.controller, fault)

    def versions(self) -> dict[str, str]:
        """Versions of what the network is made of."""
        said = self.kernel.run("ovs-vsctl", "--version").splitlines()[0]
        mininet = mininet_loader.load("net")[0].VERSION
        return {"kernel": os.uname().release, "open-vswitch": said.split()[-1], "mininet": mininet,
                "python": sys.version.split()[0]}


def build(kernel: Kernel, layout: Layout, seed: int, slack: Time) -> None:
    """Make the namespaces, interfaces, hosts and media of a blueprint."""
    kernel.make(PLANT)
    plant = kernel.descriptor(PLANT)
    for host in layout.blueprint.hosts:
        kernel.make(host.namespace)
        kernel.send(host.namespace, building.host(layout, host, plant, slack), [layout.end_of(host).device])
    kernel.send(ROOT, building.ports(layout, plant, slack))
    strikes = noise.rows(layout, seed)
    (striking,) = kernel.programs([partial(noise.program, layout)], strikes) if strikes else [0]
    kernel.send(PLANT, building.media(layout, seed, slack, striking))


def mark(kernel: Kernel, layout: Layout) -> None:
    """Put the markers of contracts and the gates of their colours to work.

    Not before: Open vSwitch clears what stands there when it takes an interface.
    """
    rows = dict(marker.entry(layout.ports[port.device], one) for switch in layout.blueprint.switches
                for one in switch.markers for port in switch.ports if port.number == one.port)
    if not rows:
        return
    devices = [(layout.ports[port.device], port.device) for switch in layout.blueprint.switches if switch.markers
               for port in switch.ports]
    gates = list(gated(layout.blueprint))
    before = sorted({(layout.ports[one.end.device], one.end.device) for one in gates})
    behind = sorted({(layout.plant[one.end.medium_device], one.end.medium_device) for one in gates})
    kernel.send(ROOT, marker.prepared({*devices, *before}))
    kernel.send(ROOT, marker.attached(devices, *kernel.programs([marker.program], rows)))
    if gates:
        waiting = dict(row for one in gates for row in gate.entries(layout.ports[one.end.device],
                                                                    layout.plant[one.end.medium_device], one))
        coming, left = kernel.programs([gate.coming, gate.left], waiting)
        kernel.send(ROOT, gate.at_ports(before, coming))
        kernel.send(PLANT, gate.behind_ports(behind, left))


def unbuild(kernel: Kernel, layout: Layout) -> None:
    """Remove what `build` made, and only that; it may have been stopped half way."""
    kernel.send(ROOT, building.gone(layout, dumps.dropped(kernel.dump(ROOT, dumps.links())).keys()))
    for host in layout.blueprint.hosts:
        kernel.remove(host.namespace)
    kernel.remove(PLANT)


@contextmanager
def up(blueprint: Blueprint, seed: int, *, logs: Path, controller: str = ovs.CONTROLLER, slack: Time = VIRTUAL_SLACK,
       folder: Path = FOLDER) -> Iterator[Emulation]:
    """A blueprint as a running network, removed at the end whatever happens.

    Open vSwitch starts last: it would look at each of thousands of interfaces as it comes, and nothing else may move
    the clock while it connects. The controller should listen before this is called, or soon after: switches try again
    every second.
    """
    layout = Layout(blueprint)
    folder.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, **ovs.environment(folder)}
    with ExitStack() as undo:
        undo.callback(shutil.rmtree, folder)
        kernel = LinuxKernel(environment)
        undo.callback(kernel.close)
        undo.callback(unbuild, kernel, layout)
        build(kernel, layout, seed, slack)
        net = registered(blueprint, environment)
        undo.callback(ovs.stop, kernel, folder)
        ovs.start(kernel, folder, logs, blueprint, controller)
        undo.callback(net.stop)
        mark(kernel, layout)
        yield Emulation(layout, kernel, net, seed, slack, folder, environment, controller)
