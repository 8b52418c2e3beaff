"""`twin verify FILE`: the main job: build, load, measure with QoS and without, judge, report."""

from __future__ import annotations

import argparse
import sys

from twin import api
from twin.cli.progress import shown
from twin.cli.verb import (
    NameOf,
    Verb,
    file_argument,
    json_argument,
    lab_argument,
    language_argument,
    language_of,
    out_argument,
    out_folder,
    renamed,
    seconds_argument,
    seconds_of,
    seed_argument,
)


def _arguments(parser: argparse.ArgumentParser) -> None:
    what = parser.add_mutually_exclusive_group(required=True)
    file_argument(what, optional=True)
    what.add_argument("--from", dest="source", metavar="TWIN", type=NameOf("twin"), help="instead of a description: a "
                        "live twin as it stands (faults, policy), or a saved one; its faults happen at the start")
    json_argument(parser)
    lab_argument(parser, "virtual")
    out_argument(parser, "the run", "runs/<network>-<time>")
    seconds_argument(parser)
    seed_argument(parser)
    language_argument(parser)
    parser.add_argument("--only", metavar="CLASS", type=NameOf("class"),
                        help="judge the targets of this service class alone")
    parser.add_argument("--no-baseline", action="store_true", help="skip the baseline (the same load without QoS)")
    parser.add_argument("--no-contrast", **renamed("--no-baseline", "no_baseline"))
    parser.add_argument("--all", action="store_true", help="print every verdict, not the worst of each target")


def _run(arguments: argparse.Namespace) -> int:
    network = _network(arguments)
    out = out_folder(arguments, network.name)
    options = api.RunOptions(seconds_of(arguments.seconds), arguments.seed, arguments.lab,
                             baseline=not arguments.no_baseline, only=arguments.only, language=language_of(arguments))
    with shown() as show:
        run = api.verify(network, out, options, show, force=arguments.force)
    print(api.run_json(run) if arguments.json else
          api.run_text(run, every=arguments.all, colours=sys.stdout.isatty(), where=str(out),
                       language=options.language), end="")
    return run.exit_code


def _network(arguments: argparse.Namespace) -> api.Network:
    """Of a description, or of a twin as it stands."""
    return api.load(arguments.file) if arguments.source is None else api.saved_twin(arguments.source).described()


VERB = Verb("Measure the network under load and judge every target",
            "twin verify topologies/castres-mazamet.yaml --seed 7", _arguments, _run)
