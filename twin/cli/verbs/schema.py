"""`twin schema`: the JSON Schema with which editors complete and check descriptions."""

from __future__ import annotations

import argparse

from twin import api
from twin.cli.verb import Verb, json_argument


def _arguments(parser: argparse.ArgumentParser) -> None:
    json_argument(parser, "as always: a schema is JSON")


def _run(_arguments: argparse.Namespace) -> int:
    print(api.schema_text(), end="")
    return api.ExitCode.MET


VERB = Verb("The JSON Schema of descriptions, for editors", "twin schema > topologies/schema.json", _arguments, _run)
