"""`twin check FILE`: parse and plan; print every problem."""

from __future__ import annotations

import argparse
import json

from twin.cli.verb import Verb, file_argument, json_argument
from twin.load import load
from twin.plan import plan
from twin.plan.copper import shortfalls


def _arguments(parser: argparse.ArgumentParser) -> None:
    file_argument(parser)
    json_argument(parser)


def _run(arguments: argparse.Namespace) -> int:
    network = load(arguments.file)
    blueprint = plan(network)
    counts = {"switches": len(blueprint.switches), "spans": len(blueprint.spans), "hosts": len(blueprint.hosts),
              "flows": len(blueprint.flows), "targets": len(network.targets)}
    notes = list(shortfalls(network))
    if arguments.json:
        print(json.dumps({"network": network.name, "problems": [], "notes": notes, **counts}))
    else:
        print(f"{arguments.file}: good ({', '.join(f'{count} {name}' for name, count in counts.items())})")
        print("".join(f"note: {note}\n" for note in notes), end="")
    return 0


VERB = Verb("Parse and plan a description; print every problem.", "twin check topologies/minimal.yaml", _arguments,
            _run)
