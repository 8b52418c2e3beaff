"""`twin events`: what was done to a live twin, and what happened in it."""

from __future__ import annotations

import argparse

from twin import api
from twin.cli.verb import Verb, json_argument, twin_argument


def _arguments(parser: argparse.ArgumentParser) -> None:
    twin_argument(parser)
    parser.add_argument("--follow", action="store_true", help="go on with what happens from now on")
    json_argument(parser, "print every entry as JSON, one a line")


def _run(arguments: argparse.Namespace) -> int:
    with api.attach(arguments.twin) as twin:
        for entry in api.journal(twin, follow=arguments.follow):
            print(api.journal_json(entry) if arguments.json else api.journal_text(entry), flush=True)
    return api.ExitCode.MET


VERB = Verb("Commands and events of a live twin since it came up", "twin events --follow", _arguments, _run)
