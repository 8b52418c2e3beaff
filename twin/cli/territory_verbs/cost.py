"""`twin cost FILE`: what the network costs and brings in, by commune, who pays for it, and what that depends on."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from twin import api
from twin.cli.progress import PATIENCE, shown
from twin.cli.verb import Verb, file_argument, json_argument, language_argument, language_of, seed_argument


def _arguments(parser: argparse.ArgumentParser) -> None:
    file_argument(parser)
    output = parser.add_mutually_exclusive_group()
    json_argument(output)
    output.add_argument("--csv", action="store_true", help="print the cost of every commune as CSV")
    output.add_argument("--svg", action="store_true", help="print a picture of cost against targets held, as SVG")
    parser.add_argument("--html", metavar="FILE", type=Path, help="also write the page: cost against targets, tornado")
    language_argument(parser)
    parser.add_argument("--stage", metavar="NAME", help="which stage of the demand (default: the last by year)")
    parser.add_argument("--draws", metavar="N", type=int, default=api.CostOptions().draws,
                        help="how often the sizing draws subscribers and their week (default: %(default)s)")
    seed_argument(parser)


def _run(arguments: argparse.Namespace) -> int:
    options = api.CostOptions(draws=arguments.draws, seed=arguments.seed)
    with shown(PATIENCE) as show:
        show("read the description", None)
        costing = api.cost_network(api.load(arguments.file), arguments.stage, options, show)
    if arguments.html is not None:
        api.store_costing(costing, arguments.html, language_of(arguments))
    print(_form(arguments)(costing), end="")
    return costing.exit_code


def _form(arguments: argparse.Namespace) -> Callable[[api.Costing], str]:
    """What is printed."""
    if arguments.svg:
        return api.costing_svg
    return api.costing_json if arguments.json else api.costing_csv if arguments.csv else api.costing_text


VERB = Verb("Cost the network for all lines: by commune, who pays, break-even",
            "twin cost topologies/castres-mazamet.yaml --stage mature", _arguments, _run)
