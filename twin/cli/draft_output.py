"""Where a description that was drawn up or imported goes: to a file or standard output, its notes to standard error."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from twin import api
from twin.cli.verb import json_argument


def draft_output_arguments(parser: argparse.ArgumentParser) -> None:
    """Name, file and form of the description."""
    parser.add_argument("--name", metavar="NAME", default="", help="of the network (default: after the file)")
    parser.add_argument("-o", "--output", metavar="FILE", type=Path,
                        help="write the description there (default: standard output)")
    parser.add_argument("--force", action="store_true", help="replace the file if there is one")
    json_argument(parser, "print description, size and notes as JSON")


def print_draft(draft: api.Draft, arguments: argparse.Namespace) -> None:
    """Raises UsageError where the file is there already."""
    if arguments.output is not None:
        api.store_draft(draft, arguments.output, force=arguments.force)
    if arguments.json:
        print(api.draft_json(draft), end="")
        return
    for note in draft.notes:
        print(f"twin: {note}", file=sys.stderr)
    print(draft.text if arguments.output is None else
          f"{arguments.output} written. Try: twin check {arguments.output}; twin plan {arguments.output}\n", end="")
