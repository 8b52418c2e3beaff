"""`twin status`: which twins are up, and what is in them."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from twin import api
from twin.cli.verb import NameOf, Verb, json_argument


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", nargs="?", type=NameOf("twin"),
                        help="which twin (default: all that are up)")
    json_argument(parser)


def _run(arguments: argparse.Namespace) -> int:
    statuses = {arguments.name: _status(arguments.name)} if arguments.name else dict(_all())
    if arguments.json:
        print(api.status_json(statuses), end="")
    else:
        print("".join(api.status_text(*twin) for twin in statuses.items()) or "no twin is up\n", end="")
    return api.ExitCode.MET


def _all() -> Iterator[tuple[str, api.LiveStatus]]:
    """Of every twin that is up, and does not end meanwhile."""
    for name in api.running_twins():
        try:
            yield name, _status(name)
        except api.TwinError:
            if name in api.running_twins():
                raise


def _status(name: str) -> api.LiveStatus:
    with api.attach(name) as twin:
        return twin.status()


VERB = Verb("Live twins, their nodes, and what is cut or degraded", "twin status --json", _arguments, _run)
