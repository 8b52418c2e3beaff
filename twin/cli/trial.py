"""`twin trial FILE [NAME...]`: test lines by the methods of Y.1564, RFC 2544 and RFC 6349."""

from __future__ import annotations

import argparse
import json
from datetime import datetime
from pathlib import Path

from twin.cli.progress import Progress
from twin.cli.verb import Verb, file_argument, json_argument, lab_argument
from twin.load import load
from twin.report import trials
from twin.report.store import PAGE, store_trials
from twin.report.summary import fidelity
from twin.trialling import try_out
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
    sheets = [trials.Sheet(tried.report, tried.certificate) for tried in found]
    again = " ".join(["twin trial", f"{network.name}.yaml", *(sheet.report.name for sheet in sheets),
                      f"--seed {arguments.seed} --lab {arguments.lab}"])
    store_trials(network, sheets, again, out)
    if arguments.json:
        plain = [{"exit_code": tried.exit_code, **trials.plain(sheet)}
                 for tried, sheet in zip(found, sheets, strict=True)]
        print(json.dumps(plain, indent=1, ensure_ascii=False))
    else:
        print("\n".join(f"fidelity {fidelity(sheet.certificate)}\n{trials.render(sheet.report)}" for sheet in sheets))
        print(f"report: {out / PAGE}")
    return max(tried.exit_code for tried in found)


VERB = Verb("Test lines by Y.1564, RFC 2544 and RFC 6349, as before they are handed over.",
            "twin trial topologies/business.yaml turn-up", _arguments, _run)
