"""`twin report RUN`: render a stored run anew; needs no lab."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from twin.cli.verb import Verb, json_argument
from twin.report import plain, text
from twin.report.store import store


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", metavar="RUN", type=Path, help="the folder of a run")
    json_argument(parser)
    parser.add_argument("--all", action="store_true", help="print every verdict, not the worst of each target")


def _run(arguments: argparse.Namespace) -> int:
    run = plain.load_run(arguments.run)
    store(run, arguments.run)
    if arguments.json:
        print(json.dumps(plain.verdicts(run), indent=1, ensure_ascii=False))
    else:
        print(text.render(run, every=arguments.all, colours=sys.stdout.isatty(), where=str(arguments.run)))
    return run.exit_code


VERB = Verb("Render a stored run anew: text, HTML, JSON, JUnit.", "twin report runs/castres-mazamet-20261123-101500",
            _arguments, _run)
