"""`twin up FILE`: an interactive twin that outlives the command."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from twin.cli.verb import Verb, chosen, file_argument, json_argument, lab_argument, policy_arguments
from twin.lab import GUEST_PYTHON, Job, lab_named
from twin.lab.attach import start
from twin.load import load
from twin.measure import orders
from twin.measure.sides import memory
from twin.plan import plan
from twin.records import to_plain


def _arguments(parser: argparse.ArgumentParser) -> None:
    file_argument(parser)
    json_argument(parser)
    lab_argument(parser, "wall")
    policy_arguments(parser)
    parser.add_argument("--name", help="what to call the twin (default: the network's name)")


def _run(arguments: argparse.Namespace) -> int:
    network = load(arguments.file)
    blueprint = plan(network, chosen(network, arguments))
    name = arguments.name or network.name
    out = Path("runs") / f"up-{name}"
    out.mkdir(parents=True, exist_ok=True)
    (out / orders.BLUEPRINT_FILE).write_text(json.dumps(to_plain(blueprint)))
    job = Job((GUEST_PYTHON, "-m", "twin.live.serving"), out.resolve(), memory=memory(blueprint),
              air=bool(blueprint.cells))
    print(f"bringing {name} up: {len(blueprint.switches)} switches, {len(blueprint.hosts)} hosts", file=sys.stderr)
    with start(name, lab_named(arguments.lab), job, on_line=lambda line: print(line, file=sys.stderr)):
        pass
    if arguments.json:
        print(json.dumps({"name": name, "lab": arguments.lab, "out": str(out)}))
    else:
        print(f"{name} is up ({arguments.lab} lab). Try: twin status; twin exec NODE -- ip a; twin shell; twin down")
    return 0


VERB = Verb("Bring an interactive twin up; it stands until `twin down`.", "twin up topologies/minimal.yaml", _arguments,
            _run)
