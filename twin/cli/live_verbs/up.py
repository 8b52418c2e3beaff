"""`twin up FILE`: a live twin that outlives the command."""

from __future__ import annotations

import argparse
import json
import sys

from twin import api
from twin.cli.verb import Verb, chosen, file_argument, json_argument, lab_argument, policy_arguments


def _arguments(parser: argparse.ArgumentParser) -> None:
    file_argument(parser)
    json_argument(parser)
    lab_argument(parser, "wall")
    policy_arguments(parser)
    parser.add_argument("--load", metavar="NAMES", default="all", help='what runs from the start on: names of '
                        'workloads, services, classes or lines, separated by commas; "none" for nothing (default: all)')
    parser.add_argument("--name", help="what to call the twin (default: the network's name)")


def _run(arguments: argparse.Namespace) -> int:
    network = api.load(arguments.file)
    name = arguments.name or network.name
    print(f"bringing {name} up", file=sys.stderr)
    with api.bring_up(network, policy=chosen(network, arguments), name=name, lab=arguments.lab,
                      load=arguments.load.split(","),
                      on_line=lambda line: print(line, file=sys.stderr)):
        pass
    if arguments.json:
        print(json.dumps({"name": name, "lab": arguments.lab, "out": f"runs/up-{name}"}))
    else:
        print(f"{name} is up ({arguments.lab} lab). Try: twin status; twin load list; twin exec NODE -- ip a; "
              "twin shell; twin down")
    return api.ExitCode.MET


VERB = Verb("Bring up a live twin that runs until it is shut down", "twin up topologies/minimal.yaml", _arguments, _run)
