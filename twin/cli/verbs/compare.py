"""`twin compare RUN RUN`: two stored runs side by side."""

from __future__ import annotations

import argparse
from pathlib import Path

from twin import api
from twin.cli.verb import Verb, json_argument


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("before", metavar="RUN", type=Path, help="the folder of the earlier run")
    parser.add_argument("after", metavar="RUN", type=Path, help="the folder of the later run")
    json_argument(parser)


def _run(arguments: argparse.Namespace) -> int:
    found = api.compare_runs(api.read_run(arguments.before), api.read_run(arguments.after))
    print(api.comparison_json(found) if arguments.json else api.comparison_text(found), end="")
    return api.ExitCode.MET


VERB = Verb("Targets that got better or worse from one run to another", "twin compare runs/before runs/after",
            _arguments, _run)
