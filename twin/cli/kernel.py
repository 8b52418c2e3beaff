"""`twin kernel build|path|clean`: the lab kernel in this user's cache."""

from __future__ import annotations

import argparse
import json

from twin.cli.progress import Progress
from twin.cli.verb import Verb, json_argument
from twin.lab import build, kernel
from twin.lab.order import Kernel


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("build", "path", "clean"), nargs="?", default="path",
                        help="build it unless it is there, say where it is (default), or remove all built kernels")
    parser.add_argument("--again", action="store_true", help="build even if it is there")
    json_argument(parser)


def _run(arguments: argparse.Namespace) -> int:
    if arguments.what == "clean":
        removed = [str(path) for path in kernel.clean()]
        print(json.dumps({"removed": removed}) if arguments.json else "\n".join(f"removed {path}" for path in removed))
        return 0
    found = _build(arguments.again) if arguments.what == "build" else kernel.built()
    if arguments.json:
        print(json.dumps({"kernel": str(found.linux), "version": found.version}))
    else:
        print(found.linux)
    return 0


def _build(again: bool) -> Kernel:
    progress = Progress()
    try:
        return build.build(lambda fraction, what: progress.show(what, fraction), again=again)
    finally:
        progress.close()


VERB = Verb("Build, find or remove the lab kernel.", "twin kernel build", _arguments, _run)
