"""`twin status`: which twins are up, and what is in them."""

from __future__ import annotations

import argparse

from twin import api
from twin.cli.verb import Verb, json_argument


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", nargs="?", help="which twin (default: all that are up)")
    json_argument(parser)


def _run(arguments: argparse.Namespace) -> int:
    statuses = {name: _status(name) for name in ([arguments.name] if arguments.name else api.running_twins())}
    if arguments.json:
        print(api.status_json(statuses), end="")
    else:
        print("".join(api.status_text(*twin) for twin in statuses.items()) or "no twin is up\n", end="")
    return api.ExitCode.MET


def _status(name: str) -> api.LiveStatus:
    with api.attach(name) as twin:
        return twin.status()


VERB = Verb("Live twins, their nodes, and what is broken in them", "twin status --json", _arguments, _run)
