"""`twin save`: a live twin, and what was done to it, as a file to bring up again or to verify."""

from __future__ import annotations

import argparse
from pathlib import Path

from twin import api
from twin.cli.verb import Verb, json_argument, twin_argument


def _arguments(parser: argparse.ArgumentParser) -> None:
    twin_argument(parser)
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, help="where to (default: NAME.json)")
    json_argument(parser, "print the saved twin as JSON instead of writing a file")


def _run(arguments: argparse.Namespace) -> int:
    with api.attach(arguments.twin) as twin:
        text, name = api.saved_twin_json(twin.saved()), twin.name
    if arguments.json:
        print(text, end="")
        return api.ExitCode.MET
    file = arguments.output or Path(f"{name}.json")
    file.write_text(text, encoding="utf-8")
    print(f"saved in {file}. Try: twin up {file}; twin verify --from {file}")
    return api.ExitCode.MET


VERB = Verb("Save a live twin with its faults, policy and load", "twin save -o lesson.json", _arguments, _run)
