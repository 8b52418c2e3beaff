"""`twin exec NODE -- COMMAND`: run a command in a node of a live twin."""

from __future__ import annotations

import argparse
import sys

from twin import api
from twin.cli.verb import NameOf, Verb, twin_argument


def _arguments(parser: argparse.ArgumentParser) -> None:
    twin_argument(parser)
    parser.add_argument("node", metavar="NODE", type=NameOf("node"), help="a host, or a switch (whose commands run "
                        "beside Open vSwitch)")
    parser.add_argument("command", metavar="COMMAND", nargs="+", help="the command and its arguments, after --")


def _run(arguments: argparse.Namespace) -> int:
    with api.attach(arguments.twin) as twin:
        return twin.exec(arguments.node, arguments.command, terminal=sys.stdin.isatty() and sys.stdout.isatty())


VERB = Verb("Run a command in a node of a live twin", "twin exec homes-1 -- ip -br addr", _arguments, _run)
