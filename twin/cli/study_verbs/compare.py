"""`twin compare RUN RUN`: two stored runs side by side."""

from __future__ import annotations

import argparse
from pathlib import Path

from twin import api
from twin.cli.progress import PATIENCE, shown
from twin.cli.verb import Verb, json_argument


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("before", metavar="RUN", type=Path, help="the folder of the earlier run")
    parser.add_argument("after", metavar="RUN", type=Path, help="the folder of the later run")
    json_argument(parser)
    parser.add_argument("--fail-on", metavar="CHANGE,CHANGE", default="", help="exit with 1 where a target changed so: "
                        f"{', '.join(change.value for change in api.Change)} (default: none)")


def _run(arguments: argparse.Namespace) -> int:
    fail_on = [_change(name) for name in arguments.fail_on.split(",") if arguments.fail_on]
    with shown(PATIENCE) as show:
        runs = []
        for number, folder in enumerate((arguments.before, arguments.after), 1):
            show(f"{number} of 2: read {folder}", (number - 1) / 2)
            runs.append(api.read_run(folder))
    comparison = api.compare_runs(*runs)
    print(api.comparison_json(comparison) if arguments.json else api.comparison_text(comparison), end="")
    return comparison.exit_code(fail_on)


def _change(name: str) -> api.Change:
    try:
        return api.Change(name.strip())
    except ValueError:
        known = ", ".join(change.value for change in api.Change)
        raise api.UsageError(f'--fail-on: "{name}" is no change of a target; known: {known}') from None


VERB = Verb("Targets that got better or worse from one run to another",
            "twin compare runs/before runs/after --fail-on broken,gone", _arguments, _run)
