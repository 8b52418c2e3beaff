"""`twin console`: a page in the browser that shows a live twin and works it."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from twin import api
from twin.cli.verb import NameOf, Verb, json_argument


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", metavar="TWIN|FILE", nargs="?", type=NameOf("twin"), help="a twin that is up, which "
                        "then goes on, or a description, which is brought up until the console ends (default: the only "
                        "twin that is up)")
    parser.add_argument("--port", metavar="N", type=int, default=0, help="on which port of the loopback address "
                        "(default: a free one)")
    parser.add_argument("--runs", metavar="DIR", type=Path, default=Path("runs"), help="the folder of the runs of twin "
                        "verify that the page lists (default: runs)")
    json_argument(parser, "print the address as JSON")


def _run(arguments: argparse.Namespace) -> int:
    if not 0 <= arguments.port <= 65_535:
        raise api.UsageError(f"--port: {arguments.port} is no port; it is 0 to 65535")
    if arguments.what and Path(arguments.what).suffix in (".yaml", ".yml"):
        network = api.load(arguments.what)
        print(f"bringing {network.name} up", file=sys.stderr)
        with api.live_twin(network) as twin:
            _serve(arguments, twin.name)
    else:
        with api.attach(arguments.what) as twin:
            name = twin.name
        _serve(arguments, name)
    return api.ExitCode.MET


def _serve(arguments: argparse.Namespace, name: str) -> None:
    def print_address(address: str) -> None:
        words = f"the console of {name}: {address}\nCtrl-C ends the console"
        print(json.dumps({"twin": name, "address": address}) if arguments.json else words, flush=True)

    api.serve_console(name, port=arguments.port, runs=arguments.runs, on_ready=print_address)


VERB = Verb("A page in the browser that shows a live twin and works it", "twin console topologies/castres-mazamet.yaml",
            _arguments, _run)
