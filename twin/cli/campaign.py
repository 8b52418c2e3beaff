"""`twin campaign FILE`: cut every span and every node once; how long each takes to heal, and what it costs."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from twin.campaign import LEAST_SECONDS, CampaignWish, run
from twin.cli.progress import Progress
from twin.cli.verb import Verb, file_argument, json_argument
from twin.errors import UsageError
from twin.load import load
from twin.report import campaign as report
from twin.report.store import PAGE, store_campaign

SECONDS = (LEAST_SECONDS, 600.0)
INTERRUPTED = 130


def _arguments(parser: argparse.ArgumentParser) -> None:
    file_argument(parser)
    json_argument(parser)
    parser.add_argument("--out", type=Path, help="the folder of the campaign (default: runs/<network>-campaign); what "
                        "is there already is not measured again")
    parser.add_argument("--seconds", type=float, default=10.0, help="emulated seconds of each cut (default: 10)")
    parser.add_argument("--seed", type=int, default=1, help="seed of all randomness (default: 1)")
    parser.add_argument("--jobs", type=int, help="labs side by side (default: one a core)")
    parser.add_argument("--double", action="store_true", help="measure all pairs of cuts too, a lab each; else they "
                        "are answered from the plan")
    parser.add_argument("--nodes", action="store_true", help="among pairs of cuts, take nodes too")
    parser.add_argument("--cut", action="append", default=[], metavar="A,B", help="measure these two, spans or nodes, "
                        "cut at once; several times for several pairs")


def _run(arguments: argparse.Namespace) -> int:
    least, most = SECONDS
    if not least <= arguments.seconds <= most:
        raise UsageError(f"--seconds: {arguments.seconds:g} is not between {least:g} and {most:g}")
    if arguments.jobs is not None and arguments.jobs < 1:
        raise UsageError("--jobs: at least one lab is needed")
    network = load(arguments.file)
    out = arguments.out or Path("runs") / f"{network.name}-campaign"
    wish = CampaignWish(arguments.seconds, arguments.seed, arguments.jobs, arguments.double, arguments.nodes,
                        tuple(map(_two, arguments.cut)))
    progress = Progress()
    progress.show("0 cuts", 0.0)
    try:
        found = run(network, out, wish, progress.show)
    except KeyboardInterrupt:
        progress.close()
        print(f"twin: interrupted; what was finished is kept in {out}", file=sys.stderr, flush=True)
        os._exit(INTERRUPTED)  # the labs die with this process; to wait for them would be to go on
    finally:
        progress.close()
    store_campaign(found, out)
    if arguments.json:
        print(json.dumps(report.plain(found), indent=1, ensure_ascii=False))
    else:
        print(report.text(found, colours=sys.stdout.isatty(), where=str(out / PAGE)))
    return found.exit_code


def _two(written: str) -> tuple[str, str]:
    names = tuple(name.strip() for name in written.split(","))
    if len(names) != 2 or not all(names):
        raise UsageError(f'--cut: "{written}" are not two names; write for example --cut north-east,east-west')
    return names[0], names[1]


VERB = Verb("Cut every span and every node once: how long each takes to heal, and what it costs whom.",
            "twin campaign topologies/castres-mazamet.yaml", _arguments, _run)
