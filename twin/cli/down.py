"""`twin down`: end a running twin; nothing of it stays behind."""

from __future__ import annotations

import argparse
import json

from twin.cli.verb import Verb, json_argument
from twin.lab.attach import attach


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", nargs="?", help="which twin, where several are up")
    json_argument(parser)


def _run(arguments: argparse.Namespace) -> int:
    with attach(arguments.name) as twin:
        name = twin.name
        twin.end()
    print(json.dumps({"ended": name}) if arguments.json else f"{name} is down")
    return 0


VERB = Verb("End a running twin.", "twin down minimal", _arguments, _run)
