"""`twin schema`: the JSON Schema with which editors complete and check descriptions."""

from __future__ import annotations

import argparse

from twin.cli.verb import Verb


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="as always: a schema is JSON")


def _run(arguments: argparse.Namespace) -> int:
    from twin.load.schema import schema_text

    print(schema_text(), end="")
    return 0


VERB = Verb("Print the JSON Schema of descriptions, for editors.", "twin schema > topologies/schema.json", _arguments,
            _run)
