"""`twin watch`: what a live twin carries and how well, on a screen that refreshes."""

from __future__ import annotations

import argparse
import sys

from twin import api
from twin.cli.verb import Verb, json_argument, seconds_of, twin_argument

CLEAR = "\x1b[H\x1b[J"
"""To the first line of the screen, and clear it."""


def _arguments(parser: argparse.ArgumentParser) -> None:
    twin_argument(parser)
    parser.add_argument("--seconds", metavar="TIME", default="10", help="how much of the past is seen (default: 10)")
    parser.add_argument("--once", action="store_true", help="print one screen of the whole time, and end")
    json_argument(parser, "print every event as JSON, one a line")


def _run(arguments: argparse.Namespace) -> int:
    seconds = seconds_of(arguments.seconds)
    with api.attach(arguments.twin) as twin:
        if arguments.json:
            for event in twin.events():
                print(api.event_json(event), flush=True)
        network, terminal = twin.network(), sys.stdout.isatty()
        for number, seen in enumerate(twin.watch(seconds), 1):
            if not arguments.once or number >= seconds:
                screen = api.view_text(network, seen, colours=terminal)
                print(f"{CLEAR if terminal and not arguments.once else ''}{screen}", end="", flush=True)
            if arguments.once and number >= seconds:
                break
    return api.ExitCode.MET


VERB = Verb("Load, queues and targets of a live twin, refreshed every second", "twin watch --seconds 30", _arguments,
            _run)
