"""`twin report RUN`: render a stored run again; needs no lab."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from twin import api
from twin.cli.progress import PATIENCE, shown
from twin.cli.verb import Verb, json_argument, language_argument, language_of


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", metavar="RUN", type=Path, help="the folder of a run")
    json_argument(parser)
    language_argument(parser)
    parser.add_argument("--all", action="store_true", help="print every verdict, not the worst of each target")


def _run(arguments: argparse.Namespace) -> int:
    language = language_of(arguments)
    with shown(PATIENCE) as show:
        show("1 of 2: read the run", None)
        run = api.read_run(arguments.run)
        show("2 of 2: render", None)
        api.store_run(run, arguments.run, language)
    print(api.run_json(run) if arguments.json else
          api.run_text(run, every=arguments.all, colours=sys.stdout.isatty(), where=str(arguments.run),
                       language=language), end="")
    return run.exit_code


VERB = Verb("Render a stored run again: text, HTML, JSON, JUnit XML",
            "twin report runs/castres-mazamet-20261123-101500", _arguments, _run)
