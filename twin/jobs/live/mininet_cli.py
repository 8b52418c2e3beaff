"""Inside the lab: Mininet's own command line on a network that is already running.

Runs as `python -m twin.jobs.live.mininet_cli` in the sandbox of nodes: Mininet's objects are created again for the same
namespaces and bridges, so that `nodes`, `net`, `h1 ip a`, `py net.get(...)` and `pingall` work as usual.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from twin.core.records import from_plain
from twin.emulation import ovs
from twin.emulation.mininet_api.mininet_loader import load
from twin.emulation.mininet_api.mininet_network import mininet_network
from twin.jobs.live.running_network import SHOWN_BLUEPRINT
from twin.lab import GUEST_PROJECT, GUEST_PYTHON
from twin.plan.blueprint import Blueprint, Host


def by_agent(host: Host) -> tuple[str, ...]:
    """The words before a command that have the lab's agent run it in a host."""
    return (GUEST_PYTHON, "-I", "-S", f"{GUEST_PROJECT}/twin/lab/session/node_client.py", host.name)


def main() -> int:
    """Run the command line until it is left."""
    blueprint = from_plain(Blueprint, json.loads(SHOWN_BLUEPRINT.read_text()))
    net = mininet_network(blueprint, {**os.environ, **ovs.environment(Path("/run/twin-ovs"))}, by_agent)
    (cli,) = load("cli")
    # Our names hold "-", at which the command line would otherwise end a node's name.
    type("CommandLine", (cli.CLI,), {"identchars": cli.CLI.identchars + "-"})(net)
    return 0


if __name__ == "__main__":
    sys.exit(main())
