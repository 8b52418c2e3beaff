"""`twin logs [LOG]`: what the programs of a live twin have printed."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Sequence

from twin import api
from twin.cli.verb import NameOf, Verb, json_argument, twin_argument


def _arguments(parser: argparse.ArgumentParser) -> None:
    twin_argument(parser)
    parser.add_argument("log", metavar="LOG", nargs="?", default="", type=NameOf("log"), help="controller, load, "
                        "ovs-vswitchd, ovsdb-server or session-daemon (default: all)")
    parser.add_argument("--lines", metavar="N", type=int, default=20, help="the last N lines of each (default: 20; "
                        "0: all)")
    parser.add_argument("--follow", action="store_true", help="go on with what is printed from now on")
    json_argument(parser, "print the lines as JSON: by log, or with --follow one a line")


def _run(arguments: argparse.Namespace) -> int:
    if arguments.lines < 0:
        raise api.UsageError(f"--lines: {arguments.lines} is less than 0")
    with api.attach(arguments.twin) as twin:
        logs = api.log_files(twin, arguments.log)
        lines = api.log_lines(twin, arguments.log, arguments.lines, follow=arguments.follow)
        if arguments.follow:
            _follow(lines, named=len(logs) > 1, as_json=arguments.json)
        else:
            _show(lines, [*logs], as_json=arguments.json)
    return api.ExitCode.MET


def _follow(lines: Iterable[api.LogLine], *, named: bool, as_json: bool) -> None:
    """Each line as it comes, after the name of its log where there are several."""
    for line in lines:
        text = f"{line.log}: {line.line}" if named else line.line
        print(json.dumps({"log": line.log, "line": line.line}) if as_json else text, flush=True)


def _show(lines: Iterable[api.LogLine], logs: Sequence[str], *, as_json: bool) -> None:
    """The lines by log."""
    by_log: dict[str, list[str]] = {log: [] for log in logs}
    for line in lines:
        by_log[line.log].append(line.line)
    print(json.dumps(by_log, indent=1) if as_json else "\n".join(_text(by_log)))


def _text(lines: dict[str, list[str]]) -> list[str]:
    """Each log under its name; one alone as it is."""
    if len(lines) == 1:
        return next(iter(lines.values()))
    return [line for name, own in lines.items() for line in (f"{name}:", *(f"  {line}" for line in own or ["nothing"]))]


VERB = Verb("What controller, load and switches of a live twin have logged", "twin logs controller --follow",
            _arguments, _run)
