"""Trials in a lab: the same report again, a line that keeps its bandwidth profile, and exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from twin.cli import main
from twin.core.errors import UsageError
from twin.jobs.trials import run_trials
from twin.model.yaml import load

FILE = Path(__file__).parents[3] / "benchmarks" / "networks" / "trials.yaml"


def test_a_trial_is_a_function_of_network_and_seed(tmp_path: Path) -> None:
    """Twice the same figures, to the last bit."""
    (first,), (second,) = (run_trials(FILE, tmp_path / name, ["contract"]) for name in ("one", "two"))
    assert first.certificate.valid
    assert first.report == second.report


def test_the_exit_code_tells(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """0 for a contract that is kept, 1 for one that is not; each service, step and reason is there."""
    out = ["--out", str(tmp_path), "--json"]
    assert main(["trial", str(FILE), "contract", "broken", *out]) == 1
    kept, broken = json.loads(capsys.readouterr().out)
    assert (kept["exit_code"], kept["passed"], kept["standard"]) == (0, True, "ITU-T Y.1564")
    assert "the rate does not arrive" in broken["rows"][3]["reason"]


def test_an_unknown_trial_is_named(tmp_path: Path) -> None:
    """Before anything starts."""
    with pytest.raises(UsageError, match='no trial "contrct"; known: broken, contract'):
        run_trials(load(FILE), tmp_path, ["contrct"])
