"""The completion script for zsh."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from twin.cli.shell_completion.parser_description import Argument, VerbHelp

_SCRIPT = """\
#compdef twin
# Completion of twin for zsh: source <(twin completion zsh), or keep it as _twin in a folder of $fpath.
_twin_names() {
  local -a twin names
  local -i place=${words[(I)--(twin|from)]} file=${words[(I)*.(yaml|yml)]}
  (( file && file < CURRENT )) && twin=(--twin $words[file])
  (( place && place + 1 < CURRENT )) && twin=(--twin $words[place+1])
  names=(${(f)"$($_twin_program completion --names $argv[-1] $twin 2> /dev/null)"})
  compadd "${(@)argv[1,-2]}" -a names
}
_twin() {
  local _twin_program=$words[1]
  local -a verbs
  verbs=(
%(verbs)s
  )
  if (( CURRENT == 2 )); then
    _describe -t verbs verb verbs
    _arguments '--help[show help]' '--version[print the version]'
    return
  fi
  shift words
  (( CURRENT-- ))
  case $words[1] in
%(cases)s
  esac
}
if [ "$funcstack[1]" = _twin ]; then _twin "$@"; else compdef _twin twin; fi
"""


def script(verbs: Sequence[VerbHelp]) -> str:
    """The script."""
    return _SCRIPT % {"verbs": "\n".join(f"    {_quoted(f'{verb.name}:{verb.about}')}" for verb in verbs),
                      "cases": "\n".join(map(_case, verbs))}


def _case(verb: VerbHelp) -> str:
    specs = [*(spec for option in verb.options for spec in _option(option)), *map(_positional, verb.positional)]
    return f"    {verb.name}) _arguments " + " ".join(map(_quoted, specs)) + " ;;"


def _option(option: Argument) -> Iterator[str]:
    alone = f"({' '.join(option.names)})" if len(option.names) > 1 else ""
    for name in option.names:
        value = f":{_plain(option.value)}:{_action(option)}" if option.value else ""
        yield f"{alone}{name}[{_plain(option.help)}]{value}"


def _positional(argument: Argument) -> str:
    several = "*" if argument.repeated else ""
    optional = "" if argument.required else ":"
    return f"{several}:{'' if several else optional}{_plain(argument.value)}:{_action(argument)}"


def _action(argument: Argument) -> str:
    if argument.choices:
        return f"({' '.join(argument.choices)})"
    if argument.names_of:
        return f"_twin_names {argument.names_of}"
    return {"file": "_files", "folder": "_files -/"}.get(argument.path, " ")


def _plain(text: str) -> str:
    """Without what _arguments reads as its own."""
    return re.sub(r"([\[\]:\\])", r"\\\1", text)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
