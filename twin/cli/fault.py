"""`twin fault cut|mend SPAN`: cut or mend a span of a running twin."""

from __future__ import annotations

import argparse
import json

from twin.cli.verb import Verb, json_argument
from twin.lab.attach import attach


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--twin", metavar="NAME", help="which twin, where several are up")
    parser.add_argument("what", choices=("cut", "mend"), help="what happens to the span")
    parser.add_argument("span", metavar="SPAN", help="the span's name")
    json_argument(parser)


def _run(arguments: argparse.Namespace) -> int:
    with attach(arguments.twin) as twin:
        said = twin.ask({arguments.what: arguments.span})
    print(json.dumps(said) if arguments.json else f"cut spans now: {' '.join(said['cut']) or 'none'}")
    return 0


VERB = Verb("Cut or mend a span of a running twin.", "twin fault cut north-east", _arguments, _run)
