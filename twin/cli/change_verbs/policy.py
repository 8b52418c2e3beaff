"""`twin policy NAME`: another QoS policy on a live twin."""

from __future__ import annotations

import argparse
import json

from twin import api
from twin.cli.verb import NameOf, Verb, json_argument, twin_argument


def _arguments(parser: argparse.ArgumentParser) -> None:
    twin_argument(parser)
    parser.add_argument("policy", metavar="NAME", type=NameOf("policy"), help="a policy of the description or one "
                        'that is built in; "none": without QoS')
    json_argument(parser)


def _run(arguments: argparse.Namespace) -> int:
    with api.attach(arguments.twin) as twin:
        policy = api.policy_named(twin.network(), arguments.policy)
        gap_ms = twin.use_policy(policy) / 1e6
    print(json.dumps({"policy": policy.name, "gap_ms": gap_ms}) if arguments.json
          else f"policy {policy.name}; there was no network for {gap_ms / 1000:.1f} s")
    return api.ExitCode.MET


VERB = Verb("Rebuild a live twin under another QoS policy", "twin policy none", _arguments, _run)
