"""`twin kernel build|path|install|clean|module`: the lab kernel, and what the native lab adds to Debian's own."""

from __future__ import annotations

import argparse
import json

from twin import api
from twin.cli.progress import shown
from twin.cli.verb import Verb, json_argument


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("build", "path", "install", "clean", "module"), nargs="?", default="path",
                        help="build it unless it is there, say where it is (default), build it and install it for all "
                             "users of the machine (root), remove all kernels of this user's cache, or build the "
                             "qdisc of radio cells as a module of Debian's own kernel and load it (root, DKMS)")
    parser.add_argument("--again", action="store_true", help="build even if it is there")
    parser.add_argument("--remove", action="store_true", help="with module: unload and remove it")
    json_argument(parser)


def _run(arguments: argparse.Namespace) -> int:
    if arguments.remove and arguments.what != "module":
        raise api.UsageError("--remove belongs to: twin kernel module (twin kernel clean removes lab kernels)")
    match arguments.what:
        case "clean":
            _print_removed(tuple(str(path) for path in api.remove_kernels()), arguments.json)
        case "module" if arguments.remove:
            _print_removed(api.remove_radio_module(), arguments.json)
        case "module":
            _install_module(arguments.json)
        case what:
            _print_kernel(_kernel(what, arguments.again), arguments.json)
    return api.ExitCode.MET


def _kernel(what: str, again: bool) -> api.LabKernel:
    if what == "path":
        return api.find_kernel()
    with shown() as show:
        kernel = api.build_kernel(lambda fraction, what: show(what, fraction), again=again)
    return api.install_kernel(kernel) if what == "install" else kernel


def _install_module(as_json: bool) -> None:
    with shown() as show:
        module = api.install_radio_module(lambda fraction, what: show(what, fraction))
    if as_json:
        print(json.dumps({"version": module.version, "kernels": module.kernels, "loaded": module.loaded}))
    else:
        note = "loaded" if module.loaded else "not for the kernel that runs now: restart the machine with one of these"
        print(f"{module.name} {module.version} for Linux {', '.join(module.kernels)}; {note}")


def _print_kernel(kernel: api.LabKernel, as_json: bool) -> None:
    print(json.dumps({"kernel": str(kernel.linux), "version": kernel.version}) if as_json else kernel.linux)


def _print_removed(removed: tuple[str, ...], as_json: bool) -> None:
    print(json.dumps({"removed": removed}) if as_json else "\n".join(f"removed {name}" for name in removed))


VERB = Verb("Build, locate or install the lab kernel, or the native lab's module", "twin kernel build", _arguments,
            _run)
