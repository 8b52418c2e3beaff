"""`twin up FILE`: a live twin that outlives the command, from a description or as it was saved."""

from __future__ import annotations

import argparse
import json
import sys

from twin import api
from twin.cli.verb import NameOf, Verb, chosen, file_argument, json_argument, lab_argument, policy_arguments


def _arguments(parser: argparse.ArgumentParser) -> None:
    file_argument(parser, "the YAML description of the network, or a twin that was saved (.json)")
    json_argument(parser)
    lab_argument(parser, "wall")
    policy_arguments(parser)
    parser.add_argument("--load", metavar="NAMES", default="all", type=NameOf("load"),
                        help='what runs from the start on: names of workloads, services, classes or lines, separated '
                        'by commas; "none" for nothing (default: all)')
    parser.add_argument("--name", help="what to call the twin (default: the network's name)")


def _run(arguments: argparse.Namespace) -> int:
    twin = _saved(arguments) if arguments.file.suffix == ".json" else _described(arguments)
    name, out = twin.name, twin.folder
    twin.close()
    if arguments.json:
        print(json.dumps({"name": name, "lab": arguments.lab, "out": str(out)}))
    else:
        print(f"{name} is up ({arguments.lab} lab). Try: twin status; twin load list; twin watch; "
              "twin exec NODE -- ip a; twin shell; twin down")
    return api.ExitCode.MET


def _described(arguments: argparse.Namespace) -> api.LiveTwin:
    network = api.load(arguments.file)
    name = arguments.name or network.name
    print(f"bringing {name} up", file=sys.stderr)
    return api.bring_up(network, policy=chosen(network, arguments), name=name, lab=arguments.lab,
                        load=arguments.load.split(","), on_line=_print)


def _saved(arguments: argparse.Namespace) -> api.LiveTwin:
    if arguments.no_qos or arguments.policy or arguments.load != "all":
        raise api.UsageError("a saved twin has its own policy and load; change them when it is up")
    saved = api.saved_twin(str(arguments.file))
    name = arguments.name or saved.network.name
    print(f"bringing {name} up", file=sys.stderr)
    return api.bring_up_saved(saved, name=name, lab=arguments.lab, on_line=_print)


def _print(line: str) -> None:
    print(line, file=sys.stderr)


VERB = Verb("Bring up a live twin that runs until it is shut down", "twin up topologies/minimal.yaml", _arguments, _run)
