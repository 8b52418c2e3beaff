"""`twin policies FILE`: the same load under several QoS policies."""

from __future__ import annotations

import argparse

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
    seconds_argument,
    seconds_of,
    seed_argument,
)


def _arguments(parser: argparse.ArgumentParser) -> None:
    file_argument(parser)
    json_argument(parser)
    lab_argument(parser, "virtual")
    parser.add_argument("--policies", metavar="NAME,NAME", type=NameOf("policy"),
                        help="which ones (default: all of the description, and "
                        "strict, drr, htb, hfsc and none)")
    out_argument(parser, "the runs", "runs/<network>-policies-<time>")
    seconds_argument(parser)
    seed_argument(parser)
    language_argument(parser)


def _run(arguments: argparse.Namespace) -> int:
    network = api.load(arguments.file)
    names = arguments.policies.split(",") if arguments.policies else ()
    out = out_folder(arguments, f"{network.name}-policies")
    options = api.RunOptions(seconds_of(arguments.seconds), arguments.seed, arguments.lab,
                             language=language_of(arguments))
    with shown() as show:
        comparison = api.compare_policies(network, out, names, options, show, force=arguments.force)
    print(api.policies_json(comparison) if arguments.json else
          api.policies_text(comparison, where=str(out / "policies.html"), language=options.language), end="")
    return comparison.best.run.exit_code


VERB = Verb("Compare QoS policies under the same load, target by target",
            "twin policies topologies/policies.yaml --policies strict,htb,none --seconds 20", _arguments, _run)
