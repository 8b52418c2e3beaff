"""`twin new [COMMUNES.csv]`: draw up a description."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from twin import api
from twin.cli.draft_output import draft_output_arguments, print_draft
from twin.cli.progress import PATIENCE, shown
from twin.cli.verb import Verb, rate_of, seed_argument


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="COMMUNES.csv", type=Path, nargs="?", help="a list of communes: name, role "
                        "(town, village), households, businesses, latitude, longitude (default: by questions)")
    parser.add_argument("--synthetic", metavar="LINES", type=int, help="instead: a made-up territory with so many "
                        "households and businesses")
    seed_argument(parser)
    parser.add_argument("--capacity", metavar="RATE", default="100 Mbit/s",
                        help='of the spans between towns (default: "100 Mbit/s")')
    draft_output_arguments(parser)


def _run(arguments: argparse.Namespace) -> int:
    capacity = rate_of("--capacity", arguments.capacity)
    if arguments.file is not None and arguments.synthetic is not None:
        raise api.UsageError("a list of communes and --synthetic: give one of them")
    named = {"name": arguments.name} if arguments.name else {}
    if arguments.file is None and arguments.synthetic is None:
        draft = api.draft_asked(_ask, _tell, **named, capacity=capacity)
    else:
        with shown(PATIENCE) as show:
            show("lay out and draw up", None)
            draft = (api.draft_synthetic(arguments.synthetic, arguments.seed, **named, capacity=capacity)
                     if arguments.file is None else api.draft_of_communes(arguments.file, **named, capacity=capacity))
    print_draft(draft, arguments)
    return api.ExitCode.MET


def _ask(question: str) -> str:
    if not sys.stdin.isatty():
        raise api.UsageError("there is no terminal for questions: give a list of communes, or --synthetic LINES")
    print(question, end="", file=sys.stderr, flush=True)
    return sys.stdin.readline()


def _tell(problem: str) -> None:
    if problem:
        print(problem, file=sys.stderr)


VERB = Verb("Draw up a description from a list of communes", "twin new communes.csv -o territory.yaml", _arguments,
            _run)
