"""`twin completion`: a bash completion script of all verbs and options."""

from __future__ import annotations

import argparse
import json

from twin.cli.verb import Verb, json_argument

_SCRIPT = """\
_twin() {
  local words
  case "${COMP_WORDS[1]}" in
%(cases)s
    *) words="%(verbs)s" ;;
  esac
  [ "$COMP_CWORD" -eq 1 ] && words="%(verbs)s"
  COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}") $(compgen -f -- "${COMP_WORDS[COMP_CWORD]}"))
}
complete -o filenames -F _twin twin
"""


def _arguments(parser: argparse.ArgumentParser) -> None:
    json_argument(parser)


def _run(arguments: argparse.Namespace) -> int:
    words = _words()
    if arguments.json:
        print(json.dumps(words, indent=1))
        return 0
    cases = "\n".join(f'    {verb}) words="{" ".join(options)}" ;;' for verb, options in words.items())
    print(_SCRIPT % {"cases": cases, "verbs": " ".join(words)}, end="")
    return 0


def _words() -> dict[str, list[str]]:
    """The options and choices of each verb."""
    from twin.cli import parser

    verbs = next(action for action in parser()._actions if isinstance(action, argparse._SubParsersAction))
    return {name: [word for action in one._actions for word in (*action.option_strings, *(action.choices or ()))]
            for name, one in verbs.choices.items()}


VERB = Verb("Print a completion script for bash.", "source <(twin completion)", _arguments, _run)
