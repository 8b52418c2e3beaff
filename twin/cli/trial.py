"""`twin trial FILE [NAME...]`: test lines by the methods of Y.1564, RFC 2544 and RFC 6349."""

from __future__ import annotations

import argparse
import json
from datetime import datetime
from pathlib import Path

from twin.cli.progress import Progress
from twin.cli.verb import Verb, file_argument, json_argument, lab_argument
from twin.load import load
from twin.records import to_plain
from twin.report import trials
from twin.report.summary import fidelity
from twin.trialling import Tried, try_out
from twin.verification import Wish


def _arguments(parser: argparse.ArgumentParser) -> None:
    file_argument(parser)
    parser.add_argument("name", metavar="NAME", nargs="*", help="the trials to carry out (default: all)")
    json_argument(parser)
    lab_argument(parser, "virtual")
    parser.add_argument("--out", type=Path, help="the folder of the trials (default: runs/<network>-trials-<time>)")
    parser.add_argument("--seed", type=int, default=1, help="seed of all randomness (default: 1)")


def _run(arguments: argparse.Namespace) -> int:
    network = load(arguments.file)
    out = arguments.out or Path("runs") / f"{network.name}-trials-{datetime.now():%Y%m%d-%H%M%S}"
    progress = Progress()
    try:
        found = try_out(network, out, arguments.name, Wish(seed=arguments.seed, lab=arguments.lab), progress.show)
    finally:
        progress.close()
    if arguments.json:
        print(json.dumps([_plain(tried) for tried in found], indent=1, ensure_ascii=False))
    else:
        print("\n".join(f"fidelity {fidelity(tried.certificate)}\n{trials.render(tried.report)}" for tried in found))
        print(f"left in {out}")
    return max(tried.exit_code for tried in found)


def _plain(tried: Tried) -> dict[str, object]:
    return {"exit_code": tried.exit_code, "valid": tried.certificate.valid, "passed": tried.report.passed,
            **to_plain(tried.report)}


VERB = Verb("Test lines by Y.1564, RFC 2544 and RFC 6349, as before they are handed over.",
            "twin trial topologies/business.yaml turn-up", _arguments, _run)
