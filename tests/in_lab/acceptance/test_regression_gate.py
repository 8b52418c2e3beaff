"""The plugin holds the run of a description against a figures file, as a test of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from twin.api import read_measured, save_figures
from twin.api.pytest_plugin import Runs

MINIMAL = Path(__file__).parents[3] / "topologies" / "minimal.yaml"
SECONDS = 2.0
RULE = "call.mouth-to-ear:+2%"
"""Mouth-to-ear delay has no interval. That of a mean of two seconds is wider than 4 ms: noise, which closes no gate."""


def gate(folder: Path, text: str) -> tuple[int, str]:
    """The test `regression` of this description: pytest's exit code and output."""
    file = folder / "minimal.yaml"
    file.write_text(text)
    command = (sys.executable, "-m", "pytest", "-q", "-k", "regression", "--twin-strict", "--twin-figures", str(folder),
               "--twin-seconds", str(SECONDS), "--twin-fail-on", f"broken,gone,{RULE}", str(file))
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return ended.returncode, ended.stdout


def test_the_gate_closes_on_what_became_worse(measured: Runs, tmp_path: Path) -> None:
    """The same description passes; one with lines that are 4 ms longer, and still meets its targets, does not."""
    measured(MINIMAL, seconds=SECONDS)
    save_figures(read_measured(measured.folder(MINIMAL, seconds=SECONDS)), tmp_path / "minimal.figures.json")
    text = MINIMAL.read_text()
    assert gate(tmp_path, text)[0] == 0
    code, output = gate(tmp_path, text.replace("delay: 5 ms", "delay: 9 ms"))
    assert code == 1 and "break the rules" in output and f"broken  {RULE}" in output
