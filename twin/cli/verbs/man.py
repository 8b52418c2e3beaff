"""`twin man`: the manual page twin(1), made from the parser."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Sequence

from twin import api
from twin.cli.shell_completion.parser_description import Argument, VerbHelp, described
from twin.cli.verb import Verb, json_argument
from twin.core.records import to_json

FILES = {
    "runs/": "results, a folder each: report.html, verdicts.json, junit.xml, run.json, samples and logs",
    "~/.cache/metro-twin/kernel/": "built lab kernels ($XDG_CACHE_HOME, where that is set)",
    "topologies/schema.json": "the JSON Schema of descriptions",
}
EXAMPLES = ("twin check topologies/minimal.yaml", "twin verify topologies/castres-mazamet.yaml --seed 7",
            "twin compare runs/before runs/after")


def _run(arguments: argparse.Namespace) -> int:
    from twin.cli.command_line import ABOUT, parser

    verbs = described(parser())
    print(to_json(verbs) if arguments.json else page(verbs, ABOUT), end="")
    return api.ExitCode.MET


def page(verbs: Sequence[VerbHelp], about: str) -> str:
    """The page in roff (man macros)."""
    lines = [f'.TH TWIN 1 "" "Metro Twin {api.__version__}" "User Commands"',
             ".SH NAME", r"twin \- a digital twin of an operator's network",
             ".SH SYNOPSIS", ".B twin", r".I VERB", r"[\fIOPTION\fR...] [\fIARGUMENT\fR...]", ".br", ".B twin",
             _text("--help | --version"), ".SH DESCRIPTION", _text(about),
             _text("Results go to standard output, progress and warnings to standard error. --json prints JSON; exec "
                   "and shell have none, since they pass a terminal through."),
             ".SH VERBS", *(line for verb in verbs for line in _verb(verb)),
             ".SH EXIT STATUS", *_list((str(int(code)), code.meaning) for code in api.ExitCode),
             ".SH FILES", *_list(FILES.items()),
             ".SH EXAMPLES", *(line for example in EXAMPLES for line in _example(example))]
    return "\n".join([*lines, ""])


def _verb(verb: VerbHelp) -> Iterator[str]:
    yield f".SS {_text(verb.name)}"
    yield _text(f"{verb.about}.")
    yield ".PP"
    yield f".B {_text(verb.usage)}"
    yield from _list((argument.title, _help(argument)) for argument in (*verb.positional, *verb.options))
    yield ".PP"
    yield _text("Example:")
    yield from _example(verb.example)


def _help(argument: Argument) -> str:
    return argument.help or argument.value


def _list(pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    for term, text in pairs:
        yield from (".TP", rf"\fB{_text(term)}\fR", _text(text))


def _example(command: str) -> Iterator[str]:
    yield from (".PP", ".RS 4", ".nf", _text(command), ".fi", ".RE")


def _text(text: str) -> str:
    """Plain text as roff reads it: no escapes, and no line that begins as a request does."""
    escaped = text.replace("\\", r"\e").replace("-", r"\-")
    return rf"\&{escaped}" if escaped.startswith((".", "'")) else escaped


VERB = Verb("The manual page twin(1), in roff", "twin man > twin.1", json_argument, _run)
