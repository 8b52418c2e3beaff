"""The completion script for bash."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from twin.cli.shell_completion.parser_description import Argument, VerbHelp

_SCRIPT = """\
# Completion of twin for bash: source <(twin completion bash)
_twin_names() {
  local kind word twin=() before=""
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in *.yaml|*.yml) twin=(--twin "$word") ;; esac
    case "$before" in --twin|--from) twin=(--twin "$word") ;; esac
    before="$word"
  done
  for kind; do "${COMP_WORDS[0]}" completion --names "$kind" "${twin[@]}" 2> /dev/null; done
}
_twin() {
  local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD - 1]}" words="" path="" names=""
  case "${COMP_WORDS[1]} $previous" in
%(values)s
    *) case "${COMP_WORDS[1]}" in
%(verbs)s
    esac ;;
  esac
  if [ "$COMP_CWORD" -eq 1 ]; then words=%(first)s path="" names=""; fi
  mapfile -t COMPREPLY < <(
    compgen -W "$words $(_twin_names $names)" -- "$current"
    case "$path" in
      file) compgen -f -- "$current" ;;
      folder) compgen -d -- "$current" ;;
    esac
  )
  [ -n "$path" ] && compopt -o filenames 2> /dev/null
  return 0
}
complete -F _twin twin
"""


def script(verbs: Sequence[VerbHelp]) -> str:
    """The script."""
    first = " ".join([*(verb.name for verb in verbs), "--help", "--version"])
    return _SCRIPT % {"values": "\n".join(line for verb in verbs for line in _values(verb)),
                      "verbs": "\n".join(map(_verb, verbs)), "first": shlex.quote(first)}


def _values(verb: VerbHelp) -> Iterator[str]:
    """What follows an option that takes a value."""
    for option in verb.options:
        if option.value:
            patterns = "|".join(f'"{verb.name} {name}"' for name in option.names)
            yield f"    {patterns}) {_wanted(option.choices, [option])} ;;"


def _verb(verb: VerbHelp) -> str:
    """What else may stand after a verb."""
    words = [*(name for option in verb.options for name in option.names),
             *(choice for argument in verb.positional for choice in argument.choices)]
    return f"      {verb.name}) {_wanted(words, verb.positional)} ;;"


def _wanted(words: Sequence[str], arguments: Sequence[Argument]) -> str:
    path = next((argument.path for argument in arguments if argument.path), "")
    names = " ".join(argument.names_of for argument in arguments if argument.names_of)
    return f"words={shlex.quote(' '.join(words))} path={shlex.quote(path)} names={shlex.quote(names)}"
