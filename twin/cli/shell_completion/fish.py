"""The completion script for fish."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from twin.cli.shell_completion.parser_description import Argument, VerbHelp

_HEAD = """\
# Completion of twin for fish: twin completion fish | source
function __twin_verb
    set -l words (commandline -opc)
    test (count $words) -ge 2; and test $words[2] = $argv[1]
end
function __twin_no_verb
    test (count (commandline -opc)) -eq 1
end
function __twin_names
    set -l words (commandline -opc)
    set -l twin
    for place in (seq (count $words))
        if string match -q -r '\\.ya?ml$' -- $words[$place]
            set twin --twin $words[$place]
        else if contains -- $words[$place] --twin --from; and test $place -lt (count $words)
            set twin --twin $words[(math $place + 1)]
        end
    end
    $words[1] completion --names $argv[1] $twin 2> /dev/null
end
complete -c twin -f
complete -c twin -n __twin_no_verb -s h -l help -d 'show help'
complete -c twin -n __twin_no_verb -l version -d 'print the version'
"""


def script(verbs: Sequence[VerbHelp]) -> str:
    """The script."""
    return _HEAD + "".join(f"{line}\n" for verb in verbs for line in _verb(verb))


def _verb(verb: VerbHelp) -> Iterator[str]:
    yield f"complete -c twin -n __twin_no_verb -a {verb.name} -d {_quoted(verb.about)}"
    after = f"complete -c twin -n '__twin_verb {verb.name}'"
    for option in verb.options:
        names = " ".join(f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in option.names)
        value = f" -x{_values(option)}" if option.value else ""
        yield f"{after} {names}{value} -d {_quoted(option.help)}"
    for argument in verb.positional:
        if _values(argument):
            yield f"{after}{_values(argument)}"


def _values(argument: Argument) -> str:
    if argument.choices:
        return f" -a {_quoted(' '.join(argument.choices))}"
    if argument.names_of:
        return f" -a '(__twin_names {argument.names_of})'"
    return {"file": " -a '(__fish_complete_path)'", "folder": " -a '(__fish_complete_directories)'"}.get(
        argument.path, "")


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
