"""`twin schema`: the JSON Schema of descriptions, or of the channel of live twins."""

from __future__ import annotations

import argparse

from twin import api
from twin.cli.verb import Verb, json_argument


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--channel", action="store_true", help="instead: of the commands, answers and events of live "
                        "twins, as `twin watch --json` and `twin events --json` print them")
    json_argument(parser, "as always: a schema is JSON")


def _run(arguments: argparse.Namespace) -> int:
    print(api.channel_schema_text() if arguments.channel else api.schema_text(), end="")
    return api.ExitCode.MET


VERB = Verb("The JSON Schema of descriptions, or of what live twins say", "twin schema > topologies/schema.json",
            _arguments, _run)
