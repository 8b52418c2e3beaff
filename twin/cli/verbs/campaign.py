"""`twin campaign FILE`: every single failure of a span or node, measured."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from twin import api
from twin.cli.progress import shown
from twin.cli.verb import (
    NameOf,
    Verb,
    file_argument,
    json_argument,
    language_argument,
    language_of,
    out_argument,
    seed_argument,
)

MOST_SECONDS = 600.0


def _arguments(parser: argparse.ArgumentParser) -> None:
    file_argument(parser)
    json_argument(parser)
    out_argument(parser, "the campaign; what it holds already is not measured again", "runs/<network>-campaign")
    parser.add_argument("--seconds", metavar="N", type=float, default=10.0,
                        help="emulated seconds of each failure (default: 10)")
    seed_argument(parser)
    language_argument(parser)
    parser.add_argument("--jobs", metavar="N", type=int, help="labs in parallel (default: one per core)")
    parser.add_argument("--double", action="store_true", help="measure all double failures too, a lab each; else "
                        "they come from the plan")
    parser.add_argument("--nodes", action="store_true", help="include nodes in double failures")
    parser.add_argument("--cut", action="append", default=[], metavar="A,B", type=NameOf("place"),
                        help="measure the double failure of these spans or nodes (repeatable)")


def _run(arguments: argparse.Namespace) -> int:
    options = _options(arguments)
    network = api.load(arguments.file)
    out = arguments.out or Path("runs") / f"{network.name}-campaign"
    try:
        with shown() as show:
            campaign = api.run_campaign(network, out, options, show, force=arguments.force)
    except KeyboardInterrupt:
        print(f"twin: interrupted; what was finished is kept in {out}", file=sys.stderr, flush=True)
        os._exit(api.ExitCode.INTERRUPTED)  # the labs end with this process; waiting would continue the campaign
    print(api.campaign_json(campaign) if arguments.json else
          api.campaign_text(campaign, colours=sys.stdout.isatty(), where=str(out / "report.html"),
                            language=options.language), end="")
    return campaign.exit_code


def _options(arguments: argparse.Namespace) -> api.CampaignOptions:
    """What was asked for. Raises UsageError where that makes no sense."""
    if not api.LEAST_SECONDS <= arguments.seconds <= MOST_SECONDS:
        raise api.UsageError(f"--seconds: {arguments.seconds:g} is not between {api.LEAST_SECONDS:g} and "
                             f"{MOST_SECONDS:g}")
    if arguments.jobs is not None and arguments.jobs < 1:
        raise api.UsageError("--jobs: at least one lab is needed")
    return api.CampaignOptions(arguments.seconds, arguments.seed, arguments.jobs, arguments.double, arguments.nodes,
                               tuple(map(_two, arguments.cut)), language=language_of(arguments))


def _two(written: str) -> tuple[str, str]:
    names = tuple(name.strip() for name in written.split(","))
    if len(names) != 2 or not all(names):
        raise api.UsageError(f'--cut: "{written}" are not two names; write for example --cut north-east,east-west')
    return names[0], names[1]


VERB = Verb("Restoration time and service impact of every single failure",
            "twin campaign topologies/castres-mazamet.yaml", _arguments, _run)
