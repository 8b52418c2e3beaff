"""`twin compare` as a gate: against a run, against a figures file, with a summary for a merge request."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.report.sample import sample_run
from twin.api import store_run
from twin.cli import main
from twin.judge.run_record import Run
from twin.judge.run_summary import summary_of
from twin.judge.verdict import FlowFigures, Interval
from twin.model import Metric
from twin.report.files.figures_file import read_measured

MINIMAL = Path(__file__).parents[2] / "topologies" / "minimal.yaml"


def slower(run: Run, part: float) -> Run:
    """The run with all mean delays that much larger, within 1 %."""
    return replace(run, qos=replace(run.qos, figures=tuple(
        _with_mean(figures, figures.values[Metric.MEAN_DELAY] * (1 + part)) if Metric.MEAN_DELAY in figures.values
        else figures for figures in run.qos.figures)))


def _with_mean(figures: FlowFigures, mean: float) -> FlowFigures:
    return replace(figures, values={**figures.values, Metric.MEAN_DELAY: mean}, intervals={
        **figures.intervals, Metric.MEAN_DELAY: Interval(mean * 0.99, mean * 1.01, 3000, 900.0)})


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run, one that is a little slower, and one that is much slower."""
    folder = tmp_path_factory.mktemp("runs")
    for name, part in (("before", 0.0), ("near", 0.05), ("far", 10.0)):
        (folder / name).mkdir()
        store_run(slower(sample_run(), part), folder / name)
    return folder


def compared(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str]:
    """The exit code and the output."""
    code = main(["compare", *map(str, words)])
    return code, capsys.readouterr().out


def test_a_figures_file_stands_for_its_run(runs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It holds what the run says, and the gate opens and closes by it."""
    file = tmp_path / "figures.json"
    assert compared(capsys, "--save-figures", file, runs / "before") == (0, "")
    assert read_measured(file) == summary_of(slower(sample_run(), 0.0))
    rule = ("--fail-on", "broken,gone,voice.mean-delay:+10%")
    assert compared(capsys, file, runs / "near", *rule)[0] == 0
    code, text = compared(capsys, file, runs / "far", *rule)
    assert code == 1 and "break the rules" in text and "broken  voice.mean-delay:+10%" in text


def test_the_summary_for_a_merge_request(runs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Markdown: whether it passed, and what broke; to a file or to standard output."""
    rule = ("--fail-on", "voice.mean-delay:+10%", "--markdown")
    assert compared(capsys, runs / "before", runs / "near", *rule, "-")[1].startswith("### Metro Twin: ✅ passed\n")
    compared(capsys, runs / "before", runs / "far", *rule, tmp_path / "gate.md")
    text = (tmp_path / "gate.md").read_text()
    assert text.startswith("### Metro Twin: ❌ failed") and "| `voice.mean-delay:+10%` |" in text


def test_the_gate_as_json(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each decision with both figures."""
    code, text = compared(capsys, runs / "before", runs / "far", "--json", "--fail-on", "voice.mean-delay:+10%")
    decisions = json.loads(text)["rules"]
    assert code == 1 and {decision["ruling"] for decision in decisions} == {"broken"}


def test_the_old_spelling_and_old_files_work(runs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--save-baseline` warns and saves the same; a file with the old key is read as one with the new."""
    new, old = tmp_path / "new.json", tmp_path / "old.json"
    main(["compare", "--save-figures", str(new), str(runs / "before")])
    assert capsys.readouterr().err == ""
    main(["compare", "--save-baseline", str(old), str(runs / "before")])
    assert "--save-baseline is now --save-figures" in capsys.readouterr().err
    assert old.read_bytes() == new.read_bytes()
    old.write_text(old.read_text().replace('"twin-figures"', '"twin-baseline"'))
    assert read_measured(old) == read_measured(new)


@pytest.mark.parametrize(("option", "warned"), [("--twin-baseline", True), ("--twin-figures", False)])
def test_pytest_collects_a_regression_item(option: str, warned: bool, tmp_path: Path) -> None:
    """With the old spelling of the option, too, which warns."""
    (tmp_path / "minimal.yaml").write_text(MINIMAL.read_text())
    command = (sys.executable, "-m", "pytest", "--collect-only", "-q", option, str(tmp_path), "minimal.yaml")
    shown = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "minimal.yaml::regression" in shown.stdout
    assert (f"{option} is now" in shown.stderr) is warned


@pytest.mark.parametrize("words", [("only-one",), ("--save-figures", "x", "a", "b"), ("a", "b", "--fail-on", "wrose")])
def test_what_cannot_be_meant_is_refused(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2, with what was expected."""
    assert main(["compare", *words]) == 2
    assert "twin:" in capsys.readouterr().err


def test_a_file_without_figures_is_refused(runs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With how one is made."""
    (tmp_path / "x.json").write_text("{}")
    assert main(["compare", str(tmp_path / "x.json"), str(runs / "near")]) == 2
    assert "--save-figures" in capsys.readouterr().err
