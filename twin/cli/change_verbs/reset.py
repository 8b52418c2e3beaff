"""`twin reset`: a live twin as its description says, proved by read-back."""

from __future__ import annotations

import argparse
import json

from twin import api
from twin.cli.verb import Verb, json_argument, twin_argument


def _arguments(parser: argparse.ArgumentParser) -> None:
    twin_argument(parser)
    json_argument(parser)


def _run(arguments: argparse.Namespace) -> int:
    with api.attach(arguments.twin) as twin:
        gap_ms = twin.reset() / 1e6
        status = twin.status()
    print(json.dumps({"policy": status.policy, "broken": status.broken, "gap_ms": gap_ms}) if arguments.json
          else f"policy {status.policy}, {api.broken_text(status)}, read back without a difference; there was no "
          f"network for {gap_ms / 1000:.1f} s")
    return api.ExitCode.MET


VERB = Verb("Rebuild a live twin as its description says", "twin reset", _arguments, _run)
