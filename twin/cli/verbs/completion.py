"""`twin completion bash|zsh|fish`: the completion script of a shell, made from the parser."""

from __future__ import annotations

import argparse

from twin import api
from twin.cli.shell_completion import bash, fish, zsh
from twin.cli.shell_completion.parser_description import described
from twin.cli.verb import Verb, json_argument
from twin.core.records import to_json

SCRIPTS = {"bash": bash.script, "zsh": zsh.script, "fish": fish.script}


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("shell", choices=tuple(SCRIPTS), nargs="?", default="bash", help="which shell (default: bash)")
    parser.add_argument("--names", metavar="KIND", help="instead: the names of a kind, one a line, as scripts ask for: "
                        f"{', '.join(api.NAME_KINDS)}")
    parser.add_argument("--twin", metavar="TWIN", help="of which twin that is up, file of one that was saved, "
                        "or description (default: the only one that is up)")
    json_argument(parser, "print all verbs and their arguments as JSON")


def _run(arguments: argparse.Namespace) -> int:
    from twin.cli.command_line import parser

    if arguments.names is not None:
        print("".join(f"{name}\n" for name in api.names(arguments.names, arguments.twin)), end="")
        return api.ExitCode.MET
    verbs = described(parser())
    print(to_json(verbs) if arguments.json else SCRIPTS[arguments.shell](verbs), end="")
    return api.ExitCode.MET


VERB = Verb("Completion script for bash, zsh or fish", "source <(twin completion bash)", _arguments, _run)
