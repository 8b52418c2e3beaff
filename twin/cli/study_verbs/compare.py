"""`twin compare RUN RUN`: two stored runs side by side, and a gate between them."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from twin import api
from twin.cli.progress import PATIENCE, shown
from twin.cli.verb import Verb, json_argument, renamed
from twin.core.records import to_plain


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("runs", metavar="RUN", type=Path, nargs="+", help="the folder of the earlier run, or a "
                        "figures file of it, and the folder of the later one")
    json_argument(parser)
    parser.add_argument("--fail-on", metavar="RULE,RULE", default="", help="exit with 1 where a target changed so: "
                        f"{', '.join(change.value for change in api.Change)}; or where a figure is worse by more than "
                        "a rule says, and that is no noise: voice.p99:+10%%, download.goodput:-5%% (default: none)")
    parser.add_argument("--markdown", metavar="FILE", help="write a summary for a merge request; - for standard output")
    parser.add_argument("--save-figures", metavar="FILE", type=Path, help="instead of comparing: save the figures of "
                        "one run as a file for a repository, with which later runs are compared")
    parser.add_argument("--save-baseline", type=Path, **renamed("--save-figures", "save_figures", valued=True))


def _run(arguments: argparse.Namespace) -> int:
    if arguments.save_figures is not None:
        return _save(arguments.runs, arguments.save_figures)
    if len(arguments.runs) != 2:
        raise api.UsageError("two runs are compared: name the earlier, or a figures file of it, and the later")
    changes, rules = api.changes_and_rules(arguments.fail_on)
    with shown(PATIENCE) as show:
        measured = []
        for number, path in enumerate(arguments.runs, 1):
            show(f"{number} of 2: read {path}", (number - 1) / 2)
            measured.append(api.read_measured(path))
    comparison, decisions = api.compare_runs(*measured), api.judge_gate(rules, *measured)
    broken = any(decision.breaks for decision in decisions)
    code = api.ExitCode.MISSED if broken else comparison.exit_code(changes)
    if arguments.markdown:
        _write(arguments.markdown, api.gate_markdown(comparison, decisions, code))
    if arguments.json:
        print(json.dumps({**json.loads(api.comparison_json(comparison)), "rules": to_plain(decisions)}, indent=1,
                         ensure_ascii=False))
    elif arguments.markdown != "-":
        print(api.comparison_text(comparison) + api.gate_text(decisions), end="")
    return code


def _save(runs: Sequence[Path], file: Path) -> int:
    if len(runs) != 1:
        raise api.UsageError("--save-figures: name one run, whose figures are saved")
    api.save_figures(api.read_measured(runs[0]), file)
    return api.ExitCode.MET


def _write(name: str, text: str) -> None:
    if name == "-":
        print(text, end="")
        return
    try:
        Path(name).write_text(text, encoding="utf-8")
    except OSError as fault:
        raise api.UsageError(f"--markdown: {name} cannot be written: {fault.strerror}") from fault


VERB = Verb("Targets that got better or worse from one run to another",
            "twin compare runs/before runs/after --fail-on broken,gone,voice.p99:+10%", _arguments, _run)
