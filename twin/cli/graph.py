"""`twin graph FILE`: draw the network as SVG, DOT or Mermaid."""

from __future__ import annotations

import argparse
import json

from twin.cli.verb import Verb, file_argument, json_argument
from twin.load import load
from twin.plan import plan
from twin.report import graph

DRAWINGS = {"svg": graph.svg, "dot": graph.dot, "mermaid": graph.mermaid}


def _arguments(parser: argparse.ArgumentParser) -> None:
    file_argument(parser)
    json_argument(parser)
    parser.add_argument("--as", dest="form", choices=tuple(DRAWINGS), default="svg", help="the language of the drawing")


def _run(arguments: argparse.Namespace) -> int:
    network = load(arguments.file)
    drawing = DRAWINGS[arguments.form](network, plan(network))
    print(json.dumps({"network": network.name, arguments.form: drawing}) if arguments.json else drawing)
    return 0


VERB = Verb("Draw the network.", "twin graph topologies/minimal.yaml > minimal.svg", _arguments, _run)
