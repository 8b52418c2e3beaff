"""`twin exec NODE -- COMMAND`: run a command in a node of a running twin."""

from __future__ import annotations

import argparse
import sys

from twin.cli.verb import Verb
from twin.lab.attach import attach


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--twin", metavar="NAME", help="which twin, where several are up")
    parser.add_argument("node", metavar="NODE", help="a host, or a switch (whose commands run beside Open vSwitch)")
    parser.add_argument("command", metavar="COMMAND", nargs="+", help="the command and its arguments, after --")


def _run(arguments: argparse.Namespace) -> int:
    with attach(arguments.twin) as twin:
        return twin.run(arguments.node, arguments.command, terminal=sys.stdin.isatty() and sys.stdout.isatty())


VERB = Verb("Run a command in a node of a running twin.", "twin exec homes-1 -- ip -br addr", _arguments, _run)
