"""Our bring-up against stock Mininet with TCLink, same lab kernel, same run: `python -m benchmarks.stock_mininet`.

One switch and a hundred hosts, rate and delay on each line. Both start when Open vSwitch runs and end when the last
port stands, without a controller; ours brings up two media and two schedulers a line, Mininet a token bucket and a
netem at each end.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.support.figure import Figure, main
from benchmarks.support.lab import NETWORKS
from twin.core.errors import EmulationError
from twin.core.records import from_plain, to_plain
from twin.emulation import ovs, up
from twin.emulation.linux_kernel import LinuxKernel
from twin.emulation.mininet_api.mininet_loader import load as mininet
from twin.lab import GUEST_OUT, GUEST_PYTHON, VIRTUAL, Job
from twin.model.yaml import load
from twin.plan import Blueprint, plan

DESCRIPTION = NETWORKS / "one_switch.yaml"
HOSTS = 100
RATIO = 40.0
MBIT, DELAY = 2, "8ms"
OPEN_FILES = 1024
"""The usual limit: Mininet's nodes close every descriptor below it one by one."""
PATIENCE = 300.0
ROOT = Path(__file__).resolve().parents[1]
"""Where the lab finds this module too."""
INSIDE = "--inside"


def inside() -> None:
    """In the lab: one after the other, with a word before and after each; the clock that counts is the caller's."""
    out = Path(GUEST_OUT)
    blueprint = from_plain(Blueprint, json.loads((out / "blueprint.json").read_text()))
    mininet("net", "topo", "link")
    print("ours", flush=True)
    with up(blueprint, 1, logs=out):
        print("ours-up", flush=True)
    stock(out, replace(blueprint, switches=()))


def stock(out: Path, nothing: Blueprint) -> None:
    """Mininet as it comes, over daemons of its own; it is not taken down, the lab ends with it."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    folder = Path("/run/stock-ovs")
    folder.mkdir()
    os.environ.update(ovs.environment(folder))
    ovs.start(LinuxKernel(os.environ), folder, out, nothing, ovs.CONTROLLER)
    net, topo, link = mininet("net", "topo", "link")
    print("stock", flush=True)
    net.Mininet(topo=star(topo.Topo()), link=link.TCLink, controller=None).start()
    print("stock-up", flush=True)
    os._exit(0)


def star(topo: Any) -> Any:
    """One switch, a hundred hosts, rate and delay on each line."""
    switch = topo.addSwitch("s1")
    for number in range(1, HOSTS + 1):
        topo.addLink(topo.addHost(f"h{number}"), switch, bw=MBIT, delay=DELAY)
    return topo


def measure() -> dict[str, float]:
    """When each word was said, s."""
    network = load(DESCRIPTION)
    blueprint = plan(replace(network, lines=tuple(replace(group, emulated=HOSTS - 1) for group in network.lines)))
    marks: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="metro-twin-") as folder:
        Path(folder, "blueprint.json").write_text(json.dumps(to_plain(blueprint)))

        def heard(word: str) -> None:
            marks[word] = time.monotonic()

        job = Job((GUEST_PYTHON, "-m", "benchmarks.stock_mininet", INSIDE), Path(folder), packages=ROOT,
                  patience_s=PATIENCE)
        result = VIRTUAL.run(job, on_line=heard)
    if result.status or "stock-up" not in marks:
        raise EmulationError("\n".join(("the lab did not finish:", *result.tail)))
    return marks


def figures() -> list[Figure]:
    """Measure and compare."""
    marks = measure()
    ours, theirs = (marks[f"{name}-up"] - marks[name] for name in ("ours", "stock"))
    return [Figure(f"{HOSTS} hosts on one switch: bring-up, ours against stock Mininet with TCLink",
                   f"at least {RATIO:g} times faster",
                   f"{theirs / ours:.0f} times ({ours:.2f} s against {theirs:.1f} s)", theirs / ours >= RATIO)]


if __name__ == "__main__":
    if sys.argv[1:] == [INSIDE]:
        inside()
    else:
        main(figures)
