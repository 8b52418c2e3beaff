"""`twin shell`: Mininet's command line on a live twin, or a shell in one of its nodes."""

from __future__ import annotations

import argparse
import sys

from twin import api
from twin.cli.verb import NameOf, Verb, twin_argument


def _arguments(parser: argparse.ArgumentParser) -> None:
    twin_argument(parser)
    parser.add_argument("node", metavar="NODE", nargs="?", type=NameOf("node"),
                        help="open bash in this node instead of Mininet's command line")


def _run(arguments: argparse.Namespace) -> int:
    with api.attach(arguments.twin) as twin:
        return twin.shell(arguments.node or "", terminal=sys.stdin.isatty())


VERB = Verb("Mininet's command line, or bash in a node of a live twin", "twin shell homes-1", _arguments, _run)
