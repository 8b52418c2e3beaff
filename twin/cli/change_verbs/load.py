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
        match arguments.what:
            case "start":
                running = twin.start_load(*arguments.names, on=arguments.on)
            case "stop":
                running = twin.stop_load(*arguments.names, on=arguments.on)
            case _:
                running = twin.status().flows
        if arguments.json:
            print(json.dumps({"running": running}))
        elif arguments.what == "list":
            print(api.load_text(twin.blueprint().flows, running), end="")
        else:
            print(f"flows running now: {len(running)}")
    return api.ExitCode.MET


VERB = Verb("Start, stop and list the load of a live twin", "twin load stop data", _arguments, _run)
