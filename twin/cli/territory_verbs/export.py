"""`twin export FILE`: a network in another format."""

from __future__ import annotations

import argparse
import json
import sys

from twin import api
from twin.cli.progress import PATIENCE, shown
from twin.cli.verb import Verb, file_argument, json_argument


def _arguments(parser: argparse.ArgumentParser) -> None:
    file_argument(parser)
    parser.add_argument("--format", choices=("rfc8345", "graphml", "geojson", "json"), default="rfc8345",
                        help="the format (default: rfc8345)")
    json_argument(parser, "print the text and what is lost as JSON")


def _run(arguments: argparse.Namespace) -> int:
    with shown(PATIENCE) as show:
        show("read the description", None)
        export = api.export_network(api.load(arguments.file), arguments.format)
    if arguments.json:
        print(json.dumps({arguments.format: export.text, "notes": list(export.notes)}, indent=1, ensure_ascii=False))
        return api.ExitCode.MET
    for note in export.notes:
        print(f"twin: {note}", file=sys.stderr)
    print(export.text, end="")
    return api.ExitCode.MET


VERB = Verb("Export the network as RFC 8345, GraphML, GeoJSON or JSON",
            "twin export topologies/castres-mazamet.yaml --format graphml > castres-mazamet.graphml", _arguments, _run)
