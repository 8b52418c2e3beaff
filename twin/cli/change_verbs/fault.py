"""`twin fault cut|mend|degrade NAME`: break or restore a span or a node of a live twin."""

from __future__ import annotations

import argparse
import json

from twin import api
from twin.cli.change_verbs.impair import impairment_arguments, impairments_in
from twin.cli.verb import NameOf, Verb, json_argument, twin_argument


def _arguments(parser: argparse.ArgumentParser) -> None:
    twin_argument(parser)
    parser.add_argument("what", choices=("cut", "mend", "degrade"), help="what to do; mend: undo a cut or degradation")
    parser.add_argument("name", metavar="NAME", type=NameOf("place"), help="a span or line, or with --node a switch, "
                        "DSLAM or relay")
    parser.add_argument("--node", action="store_true", help="NAME is a node; all its spans are affected")
    impairment_arguments(parser)
    json_argument(parser)


def _run(arguments: argparse.Namespace) -> int:
    if arguments.what == "degrade" and arguments.node:
        raise api.UsageError("a span is degraded, not a node")
    with api.attach(arguments.twin) as twin:
        if arguments.what == "degrade":
            broken = twin.degrade(arguments.name, **impairments_in(arguments))
        else:
            act = twin.cut if arguments.what == "cut" else twin.restore
            broken = act(arguments.name, node=arguments.node)
        print(json.dumps({"broken": broken}) if arguments.json else api.broken_text(twin.status()))
    return api.ExitCode.MET


VERB = Verb("Cut, degrade or restore a span or node of a live twin", "twin fault cut north-east", _arguments, _run)
