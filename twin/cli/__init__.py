"""The command line: parse, call the library, print, map errors to exit codes (twin.core.errors); one file a verb."""

from __future__ import annotations

import argparse
import json
import sys
import warnings
from collections.abc import Sequence
from importlib import import_module

from twin import api
from twin.cli.verb import Verb
from twin.core.errors import DeprecatedKey, ExitCode, TopologyError, TwinError

VERBS = {name: f"twin.cli.{folder}.{name}" for folder, names in (
    ("verbs", "check plan graph verify policies trial campaign report compare"),
    ("live_verbs", "up status watch console events logs"),
    ("change_verbs", "load policy profile fault reset"),
    ("live_verbs", "save capture exec shell down"),
    ("verbs", "doctor kernel schema completion man"),
) for name in names.split()}
"""Where each verb stands, in the order of the overview."""
ABOUT = ("A digital twin of an operator's network: real packets in virtual time, and a verdict for every service "
         "target.")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb; returns the exit code. Errors become one message on standard error, never a traceback."""
    words = sys.argv[1:] if argv is None else list(argv)
    arguments = parser(words[:1]).parse_args(words)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("default", DeprecatedKey)
            warnings.showwarning = _print_warning
            return int(arguments.verb.run(arguments))
    except TwinError as fault:
        print(_as_json(fault) if getattr(arguments, "json", False) else f"twin: {fault}", file=sys.stderr)
        return fault.exit_code
    except OSError as fault:
        if isinstance(fault, BrokenPipeError):
            sys.stderr.close()
            return ExitCode.MET
        print(f"twin: {fault.filename or 'the system'}: {fault.strerror}", file=sys.stderr)
        return ExitCode.MACHINE
    except MemoryError:
        print("twin: this machine has not enough memory for that\n  remedy: allow more (ulimit -v), or close programs",
              file=sys.stderr)
        return ExitCode.MACHINE
    except Exception as fault:  # what nobody has foreseen is not a missed target, and not a traceback
        print(f"twin: internal error ({type(fault).__name__}: {fault}); please report it", file=sys.stderr)
        return ExitCode.FAILED
    except KeyboardInterrupt:
        print("twin: interrupted; nothing is left running", file=sys.stderr)
        return ExitCode.INTERRUPTED


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
        own.set_defaults(verb=verb)
    return top


def _print_warning(message: Warning | str, *_: object, **__: object) -> None:
    print(f"twin: warning: {message}", file=sys.stderr)


def _as_json(fault: TwinError) -> str:
    problems = [{"file": p.place.file, "line": p.place.line, "column": p.place.column, "path": p.path,
                 "reason": p.reason, "remedy": p.remedy} for p in getattr(fault, "problems", ())]
    kind = "topology" if isinstance(fault, TopologyError) else type(fault).__name__
    return json.dumps({"error": kind, "message": str(fault), "problems": problems, "exit": fault.exit_code}, indent=1)
