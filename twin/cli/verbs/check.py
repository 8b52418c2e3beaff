"""`twin check FILE`: load and plan a description."""

from __future__ import annotations

import argparse

from twin import api
from twin.cli.progress import PATIENCE, shown
from twin.cli.verb import Verb, file_argument, json_argument


def _arguments(parser: argparse.ArgumentParser) -> None:
    file_argument(parser)
    json_argument(parser)


def _run(arguments: argparse.Namespace) -> int:
    with shown(PATIENCE) as show:
        show("read and plan the description", None)
        result = api.check(arguments.file)
    print(api.check_json(result) if arguments.json else api.check_text(result, str(arguments.file)), end="")
    return api.ExitCode.MET


VERB = Verb("Validate a description; list all problems with line and remedy", "twin check topologies/minimal.yaml",
            _arguments, _run)
