"""`twin trial FILE [NAME...]`: test lines by the methods of Y.1564, RFC 2544 and RFC 6349."""

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
    seed_argument,
)


def _arguments(parser: argparse.ArgumentParser) -> None:
    file_argument(parser)
    parser.add_argument("name", metavar="NAME", nargs="*", type=NameOf("trial"),
                        help="the trials to carry out (default: all)")
    json_argument(parser)
    lab_argument(parser, "virtual")
    out_argument(parser, "the trials", "runs/<network>-trials-<time>")
    seed_argument(parser)
    language_argument(parser)


def _run(arguments: argparse.Namespace) -> int:
    network = api.load(arguments.file)
    out = out_folder(arguments, f"{network.name}-trials")
    options = api.TrialOptions(arguments.seed, arguments.lab, language_of(arguments))
    with shown() as show:
        trials = api.run_trials(network, out, arguments.name, options, show, force=arguments.force)
    print(api.trials_json(trials) if arguments.json else
          api.trials_text(trials, where=str(out / "report.html"), language=options.language), end="")
    return max(trial.exit_code for trial in trials)


VERB = Verb("Test lines by ITU-T Y.1564, RFC 2544 and RFC 6349", "twin trial topologies/business.yaml turn-up",
            _arguments, _run)
