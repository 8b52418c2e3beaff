"""`twin load start|stop|list [NAME...] [--on LINE]`: what runs on a live twin."""

from __future__ import annotations

import argparse
import json

from twin import api
from twin.cli.verb import NameOf, Verb, json_argument, twin_argument


def _arguments(parser: argparse.ArgumentParser) -> None:
    twin_argument(parser)
    parser.add_argument("what", choices=("start", "stop", "list"), help="what to do")
    parser.add_argument("names", metavar="NAME", nargs="*", default=["all"], type=NameOf("load"),
                        help="a workload, service, class, line group, line or flow (default: all)")
    parser.add_argument("--on", metavar="LINE", default="", type=NameOf("line"), help="on this line or line "
                        "group alone; any workload of the description can then be started, also one that no line runs")
    json_argument(parser)


def _run(arguments: argparse.Namespace) -> int:
    with api.attach(arguments.twin) as twin:
        if arguments.what == "list":
            flows = twin.flows(*arguments.names, on=arguments.on)
            running = tuple(name for name in twin.status().flows if name in {flow.name for flow in flows})
            text = api.load_text(flows, running)
        else:
            change = twin.start_load if arguments.what == "start" else twin.stop_load
            running = change(*arguments.names, on=arguments.on)
            text = f"flows running now: {len(running)}\n"
        print(json.dumps({"running": running}) if arguments.json else text.removesuffix("\n"))
    return api.ExitCode.MET


VERB = Verb("Start, stop and list the load of a live twin", "twin load stop data", _arguments, _run)
