"""Inside the lab: prints what stands in the kernel at a span or node, in the words of tc(8) and ovs-ofctl(8).

Runs as `python -m twin.jobs.live.inspection PLACE` and prints a JSON object of texts: of a span the queueing
disciplines and classes with their counters, by the node that sends (both for a radio hop that they share); of a switch
its "flows", "groups" and "meters".
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence

from twin.core.errors import EmulationError, UsageError
from twin.core.records import from_plain
from twin.emulation.interface_layout import PLANT
from twin.jobs.live.running_network import STANDING_BLUEPRINT
from twin.plan.blueprint import Blueprint, SpanPlan

OPENFLOW = ("ovs-ofctl", "-O", "OpenFlow13")
TABLES = {"flows": ("dump-flows",), "groups": ("dump-groups", "dump-group-stats"),
          "meters": ("dump-meters", "meter-stats")}
"""What is shown of a switch, and the commands of ovs-ofctl that show it."""


def commands(blueprint: Blueprint, place: str) -> dict[str, list[list[str]]]:
    """What is run to show a place, by what it shows. Raises UsageError where there is no such place."""
    spans = {span.name: span for span in blueprint.spans}
    bridges = {switch.name: switch.bridge for switch in blueprint.switches}
    if place in spans:
        return dict(_queues(blueprint, spans[place]))
    if place in bridges:
        return {table: [[*OPENFLOW, verb, bridges[place]] for verb in verbs] for table, verbs in TABLES.items()}
    raise UsageError(f'there is no span or switch "{place}"')


def _queues(blueprint: Blueprint, span: SpanPlan) -> list[tuple[str, list[list[str]]]]:
    """The commands that show the queues before a span, by the node that sends."""
    together = f"{span.a.node} – {span.b.node}"
    if span.shared is not None:
        return [(together, _of_device(PLANT, span.shared.device))]
    if span.cell is not None:
        cell = next(cell for cell in blueprint.cells if cell.name == span.cell)
        return [(together, _of_device(PLANT, cell.device))]
    namespaces = {host.name: host.namespace for host in blueprint.hosts}
    return [(end.node, _of_device(namespaces.get(end.node), end.device)) for end in (span.a, span.b)]


def _of_device(namespace: str | None, device: str) -> list[list[str]]:
    where = ["-n", namespace] if namespace else []
    return [["tc", *where, "-s", what, "show", "dev", device] for what in ("qdisc", "class")]


def _output(command: Sequence[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise EmulationError(f"{command[0]}: {done.stderr.strip()}")
    return done.stdout


def main(words: Sequence[str]) -> int:
    """Print what stands at the place; returns the exit status."""
    blueprint = from_plain(Blueprint, json.loads(STANDING_BLUEPRINT.read_text()))
    try:
        texts = {title: "".join(map(_output, shown_by)) for title, shown_by in commands(blueprint, words[0]).items()}
    except (UsageError, EmulationError) as fault:
        print(fault, file=sys.stderr)
        return fault.exit_code
    print(json.dumps(texts))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
