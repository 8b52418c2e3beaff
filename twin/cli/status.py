"""`twin status`: which twins are up, and what is in them."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from typing import Any

from twin.cli.verb import Verb, json_argument
from twin.lab.attach import attach, running


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", nargs="?", help="which twin (default: all that are up)")
    json_argument(parser)


def _run(arguments: argparse.Namespace) -> int:
    said = {name: _ask(name) for name in ([arguments.name] if arguments.name else running())}
    if arguments.json:
        print(json.dumps(said, indent=1))
        return 0
    for name, status in said.items():
        print(f"{name}: {status['network']}, policy {status['policy']}, up {status['seconds']:.0f} s")
        print(f"  switches: {' '.join(status['switches'])}\n  hosts: {' '.join(status['hosts'])}")
        print(f"  broken: {' '.join(status['broken']) or 'nothing'}")
    if not said:
        print("no twin is up")
    return 0


def _ask(name: str) -> Mapping[str, Any]:
    with attach(name) as twin:
        return twin.ask({"status": True})


VERB = Verb("Say which twins are up, and what is in them.", "twin status --json", _arguments, _run)
