"""Writes the files of a run, a campaign or trials into its folder, each whole or not at all: the one effect here."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from twin.core.records import to_plain
from twin.judge.restoration.failure_results import Campaign
from twin.judge.run_record import Run
from twin.judge.sweep.drawings import Drawing
from twin.judge.sweep.results import Sweep
from twin.model import Network
from twin.report import policy_comparison
from twin.report.files import json_files, junit
from twin.report.files.atomic_write import write_whole
from twin.report.language.words import ENGLISH, Words
from twin.report.page import html
from twin.report.policy_comparison import PolicyComparison
from twin.report.sweep import tables
from twin.report.sweep.pictures import file_name, picture
from twin.report.sweep.pictures.canvas import document
from twin.report.terminal import campaign as campaign_text
from twin.report.terminal import trials
from twin.report.terminal.trials import Sheet

PAGE, JUNIT, CONTEXT, CAMPAIGN = "report.html", "junit.xml", "context.json", "campaign.json"
TRIALS = "trials.json"
SWEEP_TABLE, SWEEP_JSON = "results.csv", "results.json"
PICTURES = "pictures"
SWEEP_FILES = (SWEEP_TABLE, SWEEP_JSON, PICTURES, PAGE)


def store(run: Run, folder: Path, words: Words = ENGLISH) -> None:
    """Write run.json, verdicts.json, context.json, junit.xml and report.html of a run; only the last in `words`."""
    context = {**to_plain(run.context), "certificate": to_plain(run.qos.certificate)}
    write_whole(folder / json_files.RUN_FILE, json_files.run_text(run))
    write_whole(folder / json_files.VERDICTS_FILE, json_files.verdicts_text(run))
    write_whole(folder / CONTEXT, json.dumps(context, indent=1, ensure_ascii=False) + "\n")
    write_whole(folder / JUNIT, junit.render(run))
    write_whole(folder / PAGE, html.render(run, words))


def store_policies(comparison: PolicyComparison, folder: Path, words: Words = ENGLISH) -> None:
    """Write policies.html, policies.json and policies.txt of a comparison."""
    plain = policy_comparison.plain(comparison)
    write_whole(folder / "policies.json", json.dumps(plain, indent=1, ensure_ascii=False) + "\n")
    write_whole(folder / "policies.txt", policy_comparison.text(comparison, words))
    write_whole(folder / "policies.html", html.render_policies(comparison, words))


def store_campaign(campaign: Campaign, folder: Path, words: Words = ENGLISH) -> None:
    """Write campaign.json and report.html of a campaign."""
    write_whole(folder / CAMPAIGN, json.dumps(campaign_text.plain(campaign), indent=1, ensure_ascii=False) + "\n")
    write_whole(folder / PAGE, html.render_campaign(campaign, words))


def store_sweep(sweep: Sweep, drawings: Sequence[Drawing], folder: Path, words: Words = ENGLISH) -> None:
    """Write results.csv, results.json and report.html of a sweep, and each drawing into the folder pictures; page and
    pictures in `words`."""
    pictures = {file_name(drawing): picture(sweep, drawing, words) for drawing in drawings}
    (folder / PICTURES).mkdir(exist_ok=True)
    for old in (folder / PICTURES).glob("*.svg"):
        old.unlink()
    for name, drawn in pictures.items():
        if drawn:
            write_whole(folder / PICTURES / name, document(drawn))
    write_whole(folder / PAGE, html.render_sweep(sweep, drawings, words))
    write_whole(folder / SWEEP_TABLE, tables.as_csv(sweep))
    write_whole(folder / SWEEP_JSON, json.dumps(tables.plain(sweep), indent=1, ensure_ascii=False) + "\n")


def store_trials(network: Network, sheets: Sequence[Sheet], command: str, folder: Path, words: Words = ENGLISH
                 ) -> None:
    """Write trials.json and report.html of trials. command: the command line that gives the same again."""
    plain = [trials.plain(sheet) for sheet in sheets]
    write_whole(folder / TRIALS, json.dumps(plain, indent=1, ensure_ascii=False) + "\n")
    write_whole(folder / PAGE, html.render_trials(network, sheets, command, words))
