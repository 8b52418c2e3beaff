"""`twin doctor`: what this machine can do, what is missing, and the command that mends it."""

from __future__ import annotations

import argparse
import json

from twin.cli.verb import Verb, json_argument
from twin.errors import CannotRun
from twin.lab.abilities import judge, look
from twin.records import to_plain


def _arguments(parser: argparse.ArgumentParser) -> None:
    json_argument(parser)


def _run(arguments: argparse.Namespace) -> int:
    checks = judge(look())
    if arguments.json:
        print(json.dumps(to_plain(checks), indent=1))
    else:
        for check in checks:
            mark = "ok  " if check.ok else "MISS" if check.needed else "no  "
            print(f"{mark} {check.name:<24} {check.found}")
            if not check.ok and check.remedy:
                print(f"     remedy: {check.remedy}")
    return 0 if all(check.ok for check in checks if check.needed) else CannotRun.exit_code


VERB = Verb("Say what this machine can do, what is missing, and how to mend it.", "twin doctor", _arguments, _run)
