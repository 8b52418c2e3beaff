"""`twin down`: shut a live twin down; nothing of it stays behind."""

from __future__ import annotations

import argparse
import json

from twin import api
from twin.cli.verb import NameOf, Verb, json_argument


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", nargs="?", type=NameOf("twin"), help="which twin, where several are up")
    json_argument(parser)


def _run(arguments: argparse.Namespace) -> int:
    with api.attach(arguments.name) as twin:
        twin.down()
    print(json.dumps({"ended": twin.name}) if arguments.json else f"{twin.name} is down")
    return api.ExitCode.MET


VERB = Verb("Shut down a live twin", "twin down minimal", _arguments, _run)
