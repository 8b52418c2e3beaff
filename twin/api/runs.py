"""A run of `verify`: read it back, compare two, and show either."""

from __future__ import annotations

from pathlib import Path

from twin.core.records import to_json
from twin.judge.run_record import Run
from twin.report.files import json_files, junit, run_folder
from twin.report.language.catalogue import Language
from twin.report.language.wording import line
from twin.report.language.words import Words
from twin.report.page import html
from twin.report.terminal import run_comparison, verdict_table
from twin.report.terminal.run_comparison import Change, Comparison

__all__ = ["Change", "Comparison", "Run", "comparison_json", "comparison_text", "read_run", "run_html",
           "run_json", "run_junit", "run_text", "store_run", "verdict_line"]

verdict_line = line


def read_run(folder: Path) -> Run:
    """The run that `verify` left in a folder. Raises UsageError where there is none."""
    return json_files.load_run(folder)


def store_run(run: Run, folder: Path, language: Language = Language.ENGLISH) -> None:
    """Write run.json, verdicts.json, context.json, junit.xml and report.html into a folder that exists; only the last
    in `language`."""
    run_folder.store(run, folder, Words(language))


def run_text(run: Run, *, every: bool = False, colours: bool = False, where: str = "",
             language: Language = Language.ENGLISH) -> str:
    """The verdicts for a terminal, the worst of each target, or every one. where: of the full report, for the last
    line. colours: ANSI escapes."""
    return verdict_table.render(run, every=every, colours=colours, where=where, words=Words(language))


def run_json(run: Run) -> str:
    """The verdicts as JSON, with every field of each."""
    return to_json(json_files.verdicts(run))


def run_html(run: Run, language: Language = Language.ENGLISH) -> str:
    """The report as one HTML file that needs no network."""
    return html.render(run, Words(language))


def run_junit(run: Run) -> str:
    """The verdicts as JUnit XML; inconclusive is an error."""
    return junit.render(run)


def comparison_text(comparison: Comparison, *, every: bool = False) -> str:
    """Two runs side by side, for a terminal. every: targets that are the same too."""
    return run_comparison.text(comparison, every=every)


def comparison_json(comparison: Comparison) -> str:
    """Two runs side by side as JSON."""
    return run_comparison.as_json(comparison)
