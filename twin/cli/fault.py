"""`twin fault cut|mend|degrade NAME`: break or mend a span or a node of a running twin."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable

from twin.cli.verb import Verb, json_argument
from twin.errors import UsageError
from twin.lab.attach import attach
from twin.model import FaultKind, Name
from twin.plan.blueprint import FaultPlan
from twin.records import to_plain
from twin.units import Rate, Ratio, Time, UnitError, rate, ratio

LOSS = Ratio(10_000)
"""Of a degraded span, where nothing else is said."""


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--twin", metavar="NAME", help="which twin, where several are up")
    parser.add_argument("what", choices=tuple(kind.value for kind in FaultKind), help="what happens")
    parser.add_argument("name", metavar="SPAN", help="the name of a span or line, or with --node of a switch, "
                        "DSLAM or relay")
    parser.add_argument("--node", action="store_true", help="it happens to the node of that name, with all its spans")
    parser.add_argument("--rate", help='what a degraded span falls to, for example "10 Mbit/s"; of a line, towards the '
                        "subscriber")
    parser.add_argument("--up", help="what a degraded line falls to from the subscriber")
    parser.add_argument("--loss", help='what a degraded span loses (default: "1 %%" where no rate is said)')
    json_argument(parser)


def _run(arguments: argparse.Namespace) -> int:
    kind, name = FaultKind(arguments.what), Name(arguments.name)
    if kind is FaultKind.DEGRADE and arguments.node:
        raise UsageError("a span is degraded, not a node")
    span, node = (None, name) if arguments.node else (name, None)
    down, up, lost = (_quantity(f"--{key}", read, getattr(arguments, key))
                      for key, read in (("rate", rate), ("up", rate), ("loss", ratio)))
    fault = FaultPlan(Time(0), kind, span, node, Ratio(lost if down or up or lost else LOSS), Rate(down), Rate(up))
    with attach(arguments.twin) as twin:
        said = twin.ask({"fault": to_plain(fault)})
    print(json.dumps(said) if arguments.json else f"broken now: {' '.join(said['broken']) or 'nothing'}")
    return 0


def _quantity(option: str, read: Callable[[str], int], written: str | None) -> int:
    """What was asked for, 0 where nothing was."""
    try:
        return read(written) if written else 0
    except UnitError as fault:
        raise UsageError(f"{option}: {fault}") from fault


VERB = Verb("Break or mend a span or a node of a running twin.", "twin fault cut north-east", _arguments, _run)
