"""`twin doctor`: whether this machine has what the emulation needs."""

from __future__ import annotations

import argparse

from twin import api
from twin.cli.verb import Verb, json_argument


def _run(arguments: argparse.Namespace) -> int:
    checks = api.check_machine()
    print(api.machine_json(checks) if arguments.json else api.machine_text(checks), end="")
    return api.machine_exit_code(checks)


VERB = Verb("Check prerequisites and suggest fixes", "twin doctor", json_argument, _run)
