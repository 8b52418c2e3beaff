"""`twin profile LINE PROFILE`: another access profile on a line of a live twin."""

from __future__ import annotations

import argparse
import json

from twin import api
from twin.cli.verb import NameOf, Verb, json_argument, twin_argument


def _arguments(parser: argparse.ArgumentParser) -> None:
    twin_argument(parser)
    parser.add_argument("line", metavar="LINE", type=NameOf("line"),
                        help="a line, or a line group for all of its lines")
    parser.add_argument("profile", metavar="PROFILE", type=NameOf("profile"), help="a profile of the "
                        "description, of the same technology")
    json_argument(parser)


def _run(arguments: argparse.Namespace) -> int:
    with api.attach(arguments.twin) as twin:
        gap_ms = twin.change_profile(arguments.line, arguments.profile) / 1e6
        changed = api.line_profiles(twin.network(), of=arguments.line)
    gap = f"; the network was rebuilt, and there was none for {gap_ms / 1000:.1f} s" if gap_ms else ""
    print(json.dumps({"profiles": changed, "gap_ms": gap_ms}) if arguments.json else
          f"read back: {', '.join(f'{line} is {profile}' for line, profile in changed.items())}{gap}")
    return api.ExitCode.MET


VERB = Verb("Sell a line of a live twin as another profile", "twin profile homes-1 dsl-2m", _arguments, _run)
