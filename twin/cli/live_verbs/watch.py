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
    parser.add_argument("--prometheus", action="store_true", help="as --once, in Prometheus' text format, which "
                        "`twin console` serves at /metrics")
    json_argument(parser, "print every event as JSON, one a line")


def _run(arguments: argparse.Namespace) -> int:
    seconds, terminal = seconds_of(arguments.seconds), sys.stdout.isatty()
    with api.attach(arguments.twin) as twin:
        if arguments.json:
            for event in twin.events():
                print(api.event_json(event), flush=True)
        if arguments.once or arguments.prometheus:
            seen = next(seen for number, seen in enumerate(twin.watch(seconds), 1) if number >= seconds)
            print(api.prometheus_text(twin.name, seen) if arguments.prometheus else
                  api.view_text(twin.network(), seen, colours=terminal), end="")
            return api.ExitCode.MET
        for seen in twin.watch(seconds):
            screen = api.view_text(twin.network(), seen, colours=terminal)
            print(f"{CLEAR if terminal else ''}{screen}", end="", flush=True)
    return api.ExitCode.MET


VERB = Verb("Load, queues and targets of a live twin, refreshed every second", "twin watch --seconds 30", _arguments,
            _run)
