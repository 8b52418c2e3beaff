"""`twin size FILE`: what every link carries in each hour of a week, and which targets hold up to which take-up."""

from __future__ import annotations

import argparse
from pathlib import Path

from twin import api
from twin.cli.progress import PATIENCE, shown
from twin.cli.verb import Verb, file_argument, json_argument, language_argument, language_of, seed_argument


def _arguments(parser: argparse.ArgumentParser) -> None:
    file_argument(parser)
    output = parser.add_mutually_exclusive_group()
    json_argument(output)
    output.add_argument("--csv", action="store_true", help="print every hour of every link as CSV")
    parser.add_argument("--html", metavar="FILE", type=Path, help="also write the page: maps, weeks, curves")
    language_argument(parser)
    parser.add_argument("--stage", metavar="NAME", help="which stage of the demand (default: the first by year)")
    parser.add_argument("--draws", metavar="N", type=int, default=api.SizingOptions().draws,
                        help="how often subscribers and their week are drawn (default: %(default)s)")
    seed_argument(parser)


def _run(arguments: argparse.Namespace) -> int:
    options = api.SizingOptions(arguments.draws, arguments.seed)
    with shown(PATIENCE) as show:
        show("read the description", None)
        network = api.load(arguments.file)
        sizing = api.size_network(network, arguments.stage, options, show)
    if arguments.html is not None:
        api.store_sizing(network, sizing, arguments.html, language_of(arguments))
    text = (api.sizing_json if arguments.json else api.sizing_csv if arguments.csv else api.sizing_text)(sizing)
    print(text, end="")
    return sizing.exit_code


VERB = Verb("Size every link for all lines: loads, targets, break-even take-up",
            "twin size topologies/castres-mazamet.yaml --stage launch --html size.html", _arguments, _run)
