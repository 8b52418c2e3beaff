"""Stored runs on the console: listed, opened as reports that are kept apart, compared; nothing else of the folder."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.cli.console.served import Served, served
from tests.report.sample import sample_run
from twin.judge.run_record import Run
from twin.report.files.manifest import Manifest, Results, write_manifest
from twin.report.files.run_folder import store


def stored(folder: Path, run: Run, *, complete: bool = True) -> None:
    """A run in a folder, as verify leaves it."""
    folder.mkdir(parents=True)
    store(run, folder)
    write_manifest(folder, Manifest(Results.RUN, tuple(path.name for path in folder.iterdir()), complete))


@pytest.fixture
def console(tmp_path: Path) -> Iterator[Served]:
    """A console of a folder with two runs, half of one, and things that are none."""
    run = sample_run()
    stored(tmp_path / "runs" / "first", run)
    stored(tmp_path / "runs" / "second", replace(run, context=replace(run.context, seed=run.context.seed + 1)))
    stored(tmp_path / "runs" / "half", run, complete=False)
    stored(tmp_path / "elsewhere", run)
    (tmp_path / "runs" / "notes").mkdir()
    (tmp_path / "runs" / "notes" / "verdicts.json").write_text("{}")
    with served(tmp_path / "runs") as up:
        yield up


def test_whole_runs_are_listed(console: Served) -> None:
    """With how many targets are met, missed and inconclusive."""
    answer = console.request("GET", "/api/runs", console.headers)
    runs = json.loads(answer.body)["runs"]
    verdicts = [verdict.verdict.value for verdict in sample_run().verdicts]
    assert {run["name"] for run in runs} == {"first", "second"}
    assert runs[0]["network"] == sample_run().network.name
    assert [runs[0][outcome] for outcome in ("met", "missed", "inconclusive")] == [
        verdicts.count(outcome) for outcome in ("met", "missed", "inconclusive")]


def test_a_report_is_opened_and_kept_apart(console: Served) -> None:
    """It may run its own scripts, but not as a page of the console."""
    answer = console.request("GET", "/api/runs/first", console.headers)
    policy = answer.headers["content-security-policy"]
    assert answer.status == 200 and answer.body.startswith(b"<!DOCTYPE html>")
    assert "sandbox allow-scripts" in policy and "same-origin" not in policy and "connect-src" not in policy
    assert "default-src 'none'" in policy


def test_two_runs_are_compared(console: Served) -> None:
    """Target by target, with what differs in how they came about."""
    answer = console.request("GET", "/api/comparison?before=first&after=second", console.headers)
    compared = json.loads(answer.body)
    assert compared["counts"]["same"] == len(sample_run().verdicts) == len(compared["targets"])
    assert any(line.startswith("seed") for line in compared["differences"])


@pytest.mark.parametrize("path", ["runs/half", "runs/notes", "runs/..%2felsewhere", "runs/nowhere",
                                  "runs/%24%28reboot%29", "comparison?before=first&after=..%2felsewhere",
                                  "comparison?before=first"])
def test_nothing_else_is_opened(console: Served, path: str) -> None:
    """Neither half a run nor another folder."""
    answer = console.request("GET", f"/api/{path}", console.headers)
    assert answer.status in (400, 404) and json.loads(answer.body)["error"]


def test_where_nothing_was_verified_nothing_is_listed() -> None:
    """Without the folder, too."""
    with served() as console:
        assert json.loads(console.request("GET", "/api/runs", console.headers).body) == {"runs": []}
