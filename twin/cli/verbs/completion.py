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
    json_argument(parser, "print all verbs and their arguments as JSON")


def _run(arguments: argparse.Namespace) -> int:
    from twin.cli.command_line import parser

    verbs = described(parser())
    print(to_json(verbs) if arguments.json else SCRIPTS[arguments.shell](verbs), end="")
    return api.ExitCode.MET


VERB = Verb("Completion script for bash, zsh or fish", "source <(twin completion bash)", _arguments, _run)
