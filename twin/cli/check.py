"""`twin check FILE`: parse and plan; print every problem."""

from __future__ import annotations

import argparse
import json

from twin.cli.verb import Verb, file_argument, json_argument
from twin.load import load
from twin.plan import plan


def _arguments(parser: argparse.ArgumentParser) -> None:
    file_argument(parser)
    json_argument(parser)


def _run(arguments: argparse.Namespace) -> int:
    network = load(arguments.file)
    blueprint = plan(network)
    counts = {"switches": len(blueprint.switches), "spans": len(blueprint.spans), "hosts": len(blueprint.hosts),
              "flows": len(blueprint.flows), "targets": len(network.targets)}
    if arguments.json:
        print(json.dumps({"network": network.name, "problems": [], **counts}))
    else:
        print(f"{arguments.file}: good ({', '.join(f'{count} {name}' for name, count in counts.items())})")
    return 0


VERB = Verb("Parse and plan a description; print every problem.", "twin check topologies/minimal.yaml", _arguments,
            _run)
