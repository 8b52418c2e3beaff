"""`twin campaign` ended in the middle: its labs end with it, and what was finished is there."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.in_lab.interrupted.test_verify_dies import MINIMAL, PATIENCE_MS, START, all_gone, descendants


@pytest.fixture
def cutting(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A campaign that has its first result."""
    process = subprocess.Popen([sys.executable, "-c", START, "campaign", str(MINIMAL), "--seconds", "6", "--out",
                                str(tmp_path)], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    assert process.stderr is not None
    for line in process.stderr:
        if not line.startswith("0 of "):
            break
    yield process
    process.kill()
    process.wait()
    process.stderr.close()


@pytest.mark.parametrize(("blow", "status"), [(signal.SIGKILL, -signal.SIGKILL), (signal.SIGINT, 130)])
def test_what_was_finished_stays(cutting: subprocess.Popen[str], blow: signal.Signals, status: int,
                                 tmp_path: Path) -> None:
    """Whatever ends it; each result is whole."""
    below = descendants(cutting.pid)
    cutting.send_signal(blow)
    assert cutting.wait(PATIENCE_MS / 1000) == status
    assert all_gone(below)
    kept = list(tmp_path.glob("*/observed.json"))
    assert kept and all(json.loads(path.read_text()) for path in kept)
