"""`twin import FILE`: a description of a network that another format holds."""

from __future__ import annotations

import argparse
from pathlib import Path

from twin import api
from twin.cli.draft_output import draft_output_arguments, print_draft
from twin.cli.progress import PATIENCE, shown
from twin.cli.verb import Verb, file_argument, rate_of


def _arguments(parser: argparse.ArgumentParser) -> None:
    file_argument(parser, "GraphML, JSON by RFC 8345, JSON of NetBox, nodes and links as JSON, or GeoJSON of communes")
    parser.add_argument("--rate", metavar="RATE", help='of links that say none, for example "1 Gbit/s"')
    parser.add_argument("--roles", metavar="FILE", type=Path,
                        help="which kinds of nodes the roles of NetBox devices are, a line each: edge: switch")
    draft_output_arguments(parser)


def _run(arguments: argparse.Namespace) -> int:
    rate = None if arguments.rate is None else rate_of("--rate", arguments.rate)
    with shown(PATIENCE) as show:
        show("read, describe and plan", None)
        draft = api.import_file(arguments.file, arguments.name, rate, arguments.roles)
    print_draft(draft, arguments)
    return api.ExitCode.MET


VERB = Verb("Import a network from GraphML, RFC 8345, NetBox or GeoJSON",
            'twin import Abilene.graphml --rate "10 Gbit/s" -o abilene.yaml', _arguments, _run)
