"""`twin fault cut|mend|degrade NAME`: break or mend a span or a node of a running twin."""

from __future__ import annotations

import argparse
import json

from twin.cli.verb import Verb, json_argument
from twin.errors import UsageError
from twin.lab.attach import attach
from twin.model import FaultKind, Name
from twin.plan.blueprint import FaultPlan
from twin.records import to_plain
from twin.units import Ratio, Time, UnitError, ratio


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--twin", metavar="NAME", help="which twin, where several are up")
    parser.add_argument("what", choices=tuple(kind.value for kind in FaultKind), help="what happens")
    parser.add_argument("name", metavar="SPAN", help="the span's name, or with --node a switch's, DSLAM's or relay's")
    parser.add_argument("--node", action="store_true", help="it happens to the node of that name, with all its spans")
    parser.add_argument("--loss", default="1 %", help='what a degraded span loses (default: "1 %%")')
    json_argument(parser)


def _run(arguments: argparse.Namespace) -> int:
    kind, name = FaultKind(arguments.what), Name(arguments.name)
    if kind is FaultKind.DEGRADE and arguments.node:
        raise UsageError("a span is degraded, not a node")
    span, node = (None, name) if arguments.node else (name, None)
    fault = FaultPlan(Time(0), kind, span, node, _loss(arguments.loss))
    with attach(arguments.twin) as twin:
        said = twin.ask({"fault": to_plain(fault)})
    print(json.dumps(said) if arguments.json else f"broken now: {' '.join(said['broken']) or 'nothing'}")
    return 0


def _loss(written: str) -> Ratio:
    try:
        return ratio(written)
    except UnitError as fault:
        raise UsageError(f"--loss: {fault}") from fault


VERB = Verb("Break or mend a span or a node of a running twin.", "twin fault cut north-east", _arguments, _run)
