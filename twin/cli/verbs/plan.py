"""`twin plan FILE`: the blueprint and its predictions, without a lab."""

from __future__ import annotations

import argparse

from twin import api
from twin.cli.progress import PATIENCE, shown
from twin.cli.verb import Verb, chosen, file_argument, json_argument, policy_arguments


def _arguments(parser: argparse.ArgumentParser) -> None:
    file_argument(parser)
    json_argument(parser)
    policy_arguments(parser)


def _run(arguments: argparse.Namespace) -> int:
    with shown(PATIENCE) as show:
        show("1 of 2: read the description", None)
        network = api.load(arguments.file)
        show("2 of 2: plan and predict", None)
        planned = api.predict(network, chosen(network, arguments))
    print(api.plan_json(planned) if arguments.json else api.plan_text(planned), end="")
    return planned.exit_code


VERB = Verb("Addresses, queues, predicted performance and feasible targets", "twin plan topologies/minimal.yaml --json",
            _arguments, _run)
