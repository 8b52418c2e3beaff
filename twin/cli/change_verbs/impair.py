"""`twin impair SPAN`: what a span or line of a live twin does to packets, or no longer does."""

from __future__ import annotations

import argparse
import json

from twin import api
from twin.cli.verb import NameOf, Verb, json_argument, twin_argument

OPTIONS = (
    ("rate", "RATE", 'fall to this rate, for example "10 Mbit/s"; a line: towards the subscriber'),
    ("up", "RATE", "rate of a line from the subscriber"),
    ("loss", "RATIO", 'random loss, for example "1 %%"'),
    ("loss-bursts", "BEGIN,END[,LOSS]", 'loss in bursts (Gilbert-Elliott): how likely the bad state begins and ends at '
                                        'each packet, and its loss, for example "0.2 %%, 25 %%"'),
    ("delay", "TIME", 'additional delay, for example "20 ms"'),
    ("jitter", "TIME", "standard deviation of that delay; of a uniform one, half its range"),
    ("distribution", "NAME", "of the delay: uniform (default), normal, pareto or paretonormal"),
    ("reorder", "RATIO", "part of the packets that skip the delay, and overtake others"),
    ("duplicate", "RATIO", "part of the packets that arrive twice"),
)
"""Each with what it takes and does."""


def impairment_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of a degradation."""
    for name, value, about in OPTIONS:
        parser.add_argument(f"--{name}", metavar=value, default="", help=about,
                            type=NameOf(name) if name in api.NAME_KINDS else str)


def impairments_in(arguments: argparse.Namespace) -> dict[str, str]:
    """What was written, by option."""
    written = {name: getattr(arguments, name.replace("-", "_")) for name, _, _ in OPTIONS}
    return {name: text for name, text in written.items() if text}


def _arguments(parser: argparse.ArgumentParser) -> None:
    twin_argument(parser)
    parser.add_argument("span", metavar="SPAN", type=NameOf("span"), help="a span or line")
    impairment_arguments(parser)
    parser.add_argument("--clear", action="store_true", help="as its description says again")
    json_argument(parser)


def _run(arguments: argparse.Namespace) -> int:
    written = impairments_in(arguments)
    if arguments.clear == bool(written):
        raise api.UsageError("say what the span does to packets, for example --loss '1 %', or --clear, not both")
    with api.attach(arguments.twin) as twin:
        broken = twin.clear(arguments.span) if arguments.clear else twin.degrade(arguments.span, **written)
        print(json.dumps({"broken": broken}) if arguments.json else api.broken_text(twin.status()))
    return api.ExitCode.MET


VERB = Verb("Loss, delay, jitter, reordering, duplication on a span of a live twin",
            "twin impair north-east --delay '20 ms' --jitter '5 ms'", _arguments, _run)
