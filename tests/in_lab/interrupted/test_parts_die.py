"""A part that dies inside the lab ends the run with one sentence that names it, and exit code 4."""

from __future__ import annotations

from pathlib import Path

import pytest

from twin.cli import main
from twin.core.errors import EmulationError
from twin.jobs.experiment.controller_process import Ryu, controller
from twin.jobs.experiment.on_host import read_side

MINIMAL = Path(__file__).parents[3] / "topologies" / "minimal.yaml"


def _dead(script: str, folder: Path) -> Path:
    """A Python in whose place a shell script runs."""
    python = folder / "python"
    python.write_text(f"#!/bin/sh\n{script}\n")
    python.chmod(0o755)
    return python


def test_a_controller_that_dies_at_once_is_named(tmp_path: Path) -> None:
    """What it wrote on its way out is in the message."""
    python = _dead("echo no such switch >&2; exit 7", tmp_path)
    with (controller(str(python), tmp_path / "b.json", tmp_path / "log") as ryu,
          pytest.raises(EmulationError, match=r"(?s)all-ready.*no such switch")):
        ryu.await_ready(60)


def test_a_controller_that_dies_later_is_noticed(tmp_path: Path) -> None:
    """Its exit status is told when the run asks whether it lives."""
    python = _dead("exit 7", tmp_path)
    with controller(str(python), tmp_path / "b.json", tmp_path / "log") as ryu:
        ryu.process.wait()
        with pytest.raises(EmulationError, match="status 7"):
            ryu.must_live()


def test_a_switch_that_refuses_is_an_error(tmp_path: Path) -> None:
    """An error event is never waited over."""
    python = _dead("""echo '{"event": "error", "reason": "bad match"}'; sleep 1000""", tmp_path)
    with controller(str(python), tmp_path / "b.json", tmp_path / "log") as ryu:
        assert isinstance(ryu, Ryu)
        with pytest.raises(EmulationError, match="bad match"):
            ryu.await_ready(60)


def test_a_run_that_is_not_whole_is_said_to_be(tmp_path: Path) -> None:
    """A folder without its closing is no run."""
    with pytest.raises(EmulationError, match="not whole"):
        read_side(tmp_path)


def test_a_folder_that_cannot_be_written_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    """--out below a file: a clear error, exit 4 or 3, no traceback."""
    assert main(["verify", str(MINIMAL), "--out", f"{MINIMAL}/run", "--seconds", "1"]) in (2, 3, 4)
    said = capsys.readouterr().err
    assert "minimal.yaml/run" in said and "Traceback" not in said


