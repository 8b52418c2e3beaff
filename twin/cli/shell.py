"""`twin shell`: Mininet's command line on a running twin, or a shell in one of its nodes."""

from __future__ import annotations

import argparse
import sys

from twin.cli.verb import Verb
from twin.lab import GUEST_PYTHON
from twin.lab.attach import attach


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--twin", metavar="NAME", help="which twin, where several are up")
    parser.add_argument("node", metavar="NODE", nargs="?",
                        help="open bash in this node instead of Mininet's command line")


def _run(arguments: argparse.Namespace) -> int:
    command = ["bash", "-i"] if arguments.node else [GUEST_PYTHON, "-m", "twin.live.shell"]
    with attach(arguments.twin) as twin:
        return twin.run(arguments.node or "", command, terminal=sys.stdin.isatty())


VERB = Verb("Open Mininet's command line, or a shell in a node, of a running twin.", "twin shell homes-1", _arguments,
            _run)
