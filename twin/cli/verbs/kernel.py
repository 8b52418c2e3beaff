"""`twin kernel build|path|install|clean`: the lab kernel of this user, or of all users of the machine."""

from __future__ import annotations

import argparse
import json

from twin import api
from twin.cli.progress import shown
from twin.cli.verb import Verb, json_argument


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("build", "path", "install", "clean"), nargs="?", default="path",
                        help="build it unless it is there, say where it is (default), build it and install it for all "
                             "users of the machine (root), or remove all kernels of this user's cache")
    parser.add_argument("--again", action="store_true", help="build even if it is there")
    json_argument(parser)


def _run(arguments: argparse.Namespace) -> int:
    if arguments.what == "clean":
        removed = [str(path) for path in api.remove_kernels()]
        print(json.dumps({"removed": removed}) if arguments.json else "\n".join(f"removed {path}" for path in removed))
        return api.ExitCode.MET
    kernel = api.find_kernel() if arguments.what == "path" else _build(arguments.again)
    if arguments.what == "install":
        kernel = api.install_kernel(kernel)
    if arguments.json:
        print(json.dumps({"kernel": str(kernel.linux), "version": kernel.version}))
    else:
        print(kernel.linux)
    return api.ExitCode.MET


def _build(again: bool) -> api.LabKernel:
    with shown() as show:
        return api.build_kernel(lambda fraction, what: show(what, fraction), again=again)


VERB = Verb("Build, locate, install or remove the lab kernel", "twin kernel build", _arguments, _run)
