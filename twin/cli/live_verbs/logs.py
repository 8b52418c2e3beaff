"""`twin logs [LOG]`: what the programs of a live twin have printed."""

from __future__ import annotations

import argparse
import json

from twin import api
from twin.cli.verb import NameOf, Verb, json_argument, twin_argument


def _arguments(parser: argparse.ArgumentParser) -> None:
    twin_argument(parser)
    parser.add_argument("log", metavar="LOG", nargs="?", default="", type=NameOf("log"), help="controller, load, "
                        "ovs-vswitchd, ovsdb-server or session-daemon (default: all)")
    parser.add_argument("--lines", metavar="N", type=int, default=20, help="the last N lines of each (default: 20; "
                        "0: all)")
    json_argument(parser, "print the lines as JSON, by log")


def _run(arguments: argparse.Namespace) -> int:
    if arguments.lines < 0:
        raise api.UsageError(f"--lines: {arguments.lines} is less than 0")
    with api.attach(arguments.twin) as twin:
        lines = {name: path.read_text(encoding="utf-8", errors="replace").splitlines()[-arguments.lines:]
                 for name, path in api.log_files(twin, arguments.log).items()}
    print(json.dumps(lines, indent=1) if arguments.json else "\n".join(_text(lines)))
    return api.ExitCode.MET


def _text(lines: dict[str, list[str]]) -> list[str]:
    """Each log under its name; one alone as it is."""
    if len(lines) == 1:
        return next(iter(lines.values()))
    return [line for name, own in lines.items() for line in (f"{name}:", *(f"  {line}" for line in own or ["nothing"]))]


VERB = Verb("What controller, load and switches of a live twin have logged", "twin logs controller --lines 50",
            _arguments, _run)
