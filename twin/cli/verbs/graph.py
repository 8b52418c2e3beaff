"""`twin graph FILE`: draw the network."""

from __future__ import annotations

import argparse
import json

from twin import api
from twin.cli.progress import PATIENCE, shown
from twin.cli.verb import Verb, file_argument, json_argument


def _arguments(parser: argparse.ArgumentParser) -> None:
    file_argument(parser)
    json_argument(parser)
    parser.add_argument("--as", dest="form", choices=("svg", "dot", "mermaid"), default="svg",
                        help="the language of the drawing (default: svg)")


def _run(arguments: argparse.Namespace) -> int:
    with shown(PATIENCE) as show:
        show("1 of 2: read the description", None)
        network = api.load(arguments.file)
        show("2 of 2: place and draw", None)
        drawing = api.draw(network, arguments.form)
    print(json.dumps({"network": network.name, arguments.form: drawing}) if arguments.json else drawing)
    return api.ExitCode.MET


VERB = Verb("Draw the network as SVG, DOT or Mermaid", "twin graph topologies/minimal.yaml > minimal.svg", _arguments,
            _run)
