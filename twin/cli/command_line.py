"""The command line: parse, call the library, print, map errors to exit codes (twin.core.errors)."""

from __future__ import annotations

import argparse
import json
import sys
import warnings
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from keyword import iskeyword

from twin import api
from twin.cli import standard_streams
from twin.cli.verb import Verb
from twin.core.errors import DeprecatedKey, ExitCode, TopologyError, TwinError
from twin.core.system_errors import refusal

VERBS = {name: f"twin.cli.{folder}.{name}{'_' * iskeyword(name)}" for folder, names in (
    ("territory_verbs", "new import export"),
    ("verbs", "check plan"), ("territory_verbs", "size cost"), ("verbs", "graph verify policies trial campaign"),
    ("study_verbs", "search sweep"), ("verbs", "report"), ("study_verbs", "compare"),
    ("live_verbs", "up status watch console events logs"),
    ("change_verbs", "load policy profile fault impair reset"),
    ("live_verbs", "save capture exec shell down"),
    ("training_verbs", "train class"), ("verbs", "doctor kernel schema completion man"),
) for name in names.split()}
"""Where each verb stands, in the order of the overview."""
ABOUT = ("A digital twin of an operator's network: real packets in virtual time, and a verdict for every service "
         "target.")


def run(argv: Sequence[str] | None = None) -> int:
    """Run one verb; returns the exit code. Errors become one message on standard error, in JSON with --json."""
    words = sys.argv[1:] if argv is None else list(argv)
    try:
        try:
            return _run(parsed(words))
        finally:
            sys.stdout.flush()
    except Exception as fault:
        if getattr(fault, "filename", None) == standard_streams.OUTPUT:
            standard_streams.discard_output()
            if isinstance(fault, BrokenPipeError):
                return ExitCode.READER_GONE
        return _say(_as_error(fault), as_json="--json" in words)


def parsed(words: Sequence[str]) -> argparse.Namespace:
    """The arguments of a verb, its options before, between or after them. What it does not know is said with its own
    usage, not with that of all verbs."""
    arguments, unknown = parser(words[:1]).parse_known_args(words)
    if unknown:  # argparse takes an optional argument for left out as soon as an option comes before it
        own, verb = arguments.own, arguments.verb
        arguments, unknown = own.parse_known_intermixed_args(words[1:], argparse.Namespace(own=own, verb=verb))
    if unknown:
        arguments.own.error(f"unrecognized arguments: {' '.join(unknown)}")
    return arguments


def _run(arguments: argparse.Namespace) -> int:
    with warnings.catch_warnings():
        warnings.simplefilter("default", DeprecatedKey)
        warnings.showwarning = _print_warning
        return int(arguments.verb.run(arguments))


def _as_error(fault: Exception) -> TwinError:
    """The fault as an error that says what to do."""
    if isinstance(fault, TwinError):
        return fault
    if isinstance(fault, (OSError, MemoryError)):
        return refusal(fault)
    # What nobody has foreseen is not a missed target, and not a traceback.
    return TwinError(f"internal error ({type(fault).__name__}: {fault}); please report it")


def _say(fault: TwinError, *, as_json: bool) -> ExitCode:
    """The error on standard error, if that can be written; its exit code."""
    with suppress(OSError):
        print(_as_json(fault) if as_json else f"twin: {fault}", file=sys.stderr, flush=True)
    return fault.exit_code


def parser(wanted: Sequence[str] = ()) -> argparse.ArgumentParser:
    """The parser of all verbs, or, which starts sooner, of the one wanted."""
    top = argparse.ArgumentParser(prog="twin", description=ABOUT,
                                  epilog="example: twin verify topologies/minimal.yaml; VERB --help shows more")
    top.add_argument("--version", action="version", version=f"twin {api.__version__}", help="print the version")
    verbs = top.add_subparsers(title="verbs", metavar="VERB", required=True)
    for name in [verb for verb in VERBS if verb in wanted] or VERBS:
        verb: Verb = import_module(VERBS[name]).VERB
        own = verbs.add_parser(name, help=verb.about, description=verb.about, epilog=f"example: {verb.example}")
        verb.arguments(own)
        own.set_defaults(verb=verb, own=own)
    return top


def _print_warning(message: Warning | str, *_: object, **__: object) -> None:
    print(f"twin: warning: {message}", file=sys.stderr)


def _as_json(fault: TwinError) -> str:
    problems = [{"file": p.place.file, "line": p.place.line, "column": p.place.column, "path": p.path,
                 "reason": p.reason, "remedy": p.remedy} for p in getattr(fault, "problems", ())]
    kind = "topology" if isinstance(fault, TopologyError) else type(fault).__name__
    return json.dumps({"error": kind, "message": str(fault), "problems": problems, "exit": fault.exit_code}, indent=1)
