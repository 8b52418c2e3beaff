"""`twin verify FILE`: the main job: build, load, measure with QoS and without, judge, report."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import datetime
from pathlib import Path

from twin.cli.progress import Progress
from twin.cli.verb import Verb, file_argument, json_argument, lab_argument
from twin.errors import UsageError
from twin.load import load
from twin.report import plain, text
from twin.units import NS_PER_S, UnitError
from twin.units import time as read_time
from twin.verification import Wish, verify


def _arguments(parser: argparse.ArgumentParser) -> None:
    file_argument(parser)
    json_argument(parser)
    lab_argument(parser, "virtual")
    parser.add_argument("--out", type=Path, help="the folder of the run (default: runs/<network>-<time>)")
    parser.add_argument("--seconds", default="60", help='emulated time of measurement: "60" or "2 min" (default: 60)')
    parser.add_argument("--seed", type=int, default=1, help="seed of all randomness (default: 1)")
    parser.add_argument("--only", metavar="CLASS", help="judge the targets of this service class alone")
    parser.add_argument("--no-contrast", action="store_true", help="leave out the same load with QoS off")
    parser.add_argument("--all", action="store_true", help="print every verdict, not the worst of each target")


def _run(arguments: argparse.Namespace) -> int:
    network = load(arguments.file)
    if arguments.only and arguments.only not in {c.name for c in network.classes}:
        known = ", ".join(c.name for c in network.classes)
        raise UsageError(f'there is no service class "{arguments.only}"; known: {known}')
    out = arguments.out or Path("runs") / f"{network.name}-{datetime.now():%Y%m%d-%H%M%S}"
    wish = Wish(seconds_of(arguments.seconds), arguments.seed, arguments.lab, not arguments.no_contrast, arguments.only)
    progress = Progress()
    try:
        run = verify(network, out, wish, progress.show)
    finally:
        progress.close()
    if arguments.json:
        print(json.dumps(plain.verdicts(run), indent=1, ensure_ascii=False))
    else:
        print(text.render(run, every=arguments.all, colours=sys.stdout.isatty(), where=str(out)))
    return run.exit_code


def seconds_of(written: str) -> float:
    """Seconds from a bare number of them or a time with a unit."""
    try:
        seconds = float(written) if written.replace(".", "", 1).isdigit() else read_time(written) / NS_PER_S
    except UnitError as fault:
        raise UsageError(f"--seconds: {fault}") from fault
    if not 1 <= seconds <= 86_400:
        raise UsageError(f"--seconds: {written} is not between 1 s and 24 h")
    return seconds


VERB = Verb("Verify what a network promises, in a lab, with QoS and without.",
            "twin verify topologies/castres-mazamet.yaml --seed 7", _arguments, _run)
