"""`twin policies FILE`: the same load under several QoS policies, and which promises hold under which."""

from __future__ import annotations

import argparse
import json
from datetime import datetime
from pathlib import Path

from twin.cli.progress import Progress
from twin.cli.verb import Verb, file_argument, json_argument, lab_argument
from twin.cli.verify import seconds_of
from twin.comparison import compare
from twin.errors import UsageError
from twin.load import load
from twin.plan import known_policies
from twin.report import rivals
from twin.verification import Wish


def _arguments(parser: argparse.ArgumentParser) -> None:
    file_argument(parser)
    json_argument(parser)
    lab_argument(parser, "virtual")
    parser.add_argument("--policies", metavar="NAME,NAME", help="which ones (default: all of the description, and "
                        "strict, drr, htb, hfsc and none)")
    parser.add_argument("--out", type=Path, help="the folder of the runs (default: runs/<network>-policies-<time>)")
    parser.add_argument("--seconds", default="60", help='emulated time of measurement: "60" or "2 min" (default: 60)')
    parser.add_argument("--seed", type=int, default=1, help="seed of all randomness (default: 1)")


def _run(arguments: argparse.Namespace) -> int:
    network = load(arguments.file)
    known = known_policies(network)
    names = arguments.policies.split(",") if arguments.policies else list(known)
    unknown = [name for name in names if name not in known]
    if unknown or len(set(names)) < len(names):
        raise UsageError(f"--policies: {', '.join(unknown) or 'a name that stands twice'} cannot be compared; known: "
                         f"{', '.join(known)}")
    out = arguments.out or Path("runs") / f"{network.name}-policies-{datetime.now():%Y%m%d-%H%M%S}"
    wish = Wish(seconds_of(arguments.seconds), arguments.seed, arguments.lab, contrast=False)
    progress = Progress()
    try:
        made = compare(network, out, [known[name] for name in names], wish, progress.show)
    finally:
        progress.close()
    if arguments.json:
        print(json.dumps(rivals.plain(made), indent=1, ensure_ascii=False))
    else:
        print(rivals.text(made) + f"report: {out / 'policies.html'}")
    return made.best.run.exit_code


VERB = Verb("Measure a network under several QoS policies: which keeps which promise.",
            "twin policies topologies/policies.yaml --policies strict,htb,none --seconds 20", _arguments, _run)
