"""`twin compare RUN RUN`: two stored runs side by side, what got better or worse."""

from __future__ import annotations

import argparse
from pathlib import Path

from twin.cli.verb import Verb, json_argument
from twin.report import compare, plain


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("before", metavar="RUN", type=Path, help="the folder of the earlier run")
    parser.add_argument("after", metavar="RUN", type=Path, help="the folder of the later run")
    json_argument(parser)


def _run(arguments: argparse.Namespace) -> int:
    found = compare.compare(plain.load_run(arguments.before), plain.load_run(arguments.after))
    print(compare.as_json(found) if arguments.json else compare.text(found), end="")
    return 0


VERB = Verb("Two runs side by side: what got better, what got worse.", "twin compare runs/before runs/after",
            _arguments, _run)
