"""`twin verify` ended in the middle of a measurement: nothing is left running, nothing finished is lost."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from twin.core.errors import UsageError
from twin.report.files.json_files import load_run
from twin.report.files.manifest import ASIDE

MINIMAL = Path(__file__).parents[3] / "topologies" / "minimal.yaml"
PATIENCE_MS = 120_000
START = ("import signal, sys; from twin.cli import main; signal.signal(signal.SIGINT, signal.default_int_handler); "
         "sys.exit(main())")
"""As a shell starts it in the foreground: one started in the background ignores interrupts."""


@pytest.fixture
def measuring(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A `twin verify` that has come to its measurement, long enough to be caught in it."""
    process = subprocess.Popen(
        [sys.executable, "-c", START, "verify", str(MINIMAL),
         "--seconds", "1 h", "--out", str(tmp_path / "run")],
        stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    assert process.stderr is not None
    for line in process.stderr:
        if line.strip() == "measure":
            break
    yield process
    process.kill()
    process.wait()
    process.stderr.close()


def descendants(process: int) -> set[int]:
    """All processes below this one."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except OSError:
                continue
            parents.setdefault(parent, []).append(int(entry.name))
    reached, waiting = set(), [process]
    while waiting:
        children = parents.get(waiting.pop(), [])
        reached.update(children)
        waiting.extend(children)
    return reached


def all_gone(processes: set[int]) -> bool:
    """Wait until every process has ended; False if one has not in time."""
    for process in processes:
        try:
            handle = os.pidfd_open(process)
        except ProcessLookupError:
            continue
        gone = select.poll()
        gone.register(handle, select.POLLIN)
        ended = bool(gone.poll(PATIENCE_MS))
        os.close(handle)
        if not ended:
            return False
    return True


@pytest.mark.parametrize(("blow", "status"), [(signal.SIGKILL, -signal.SIGKILL), (signal.SIGINT, 130)])
def test_nothing_is_left(measuring: subprocess.Popen[str], blow: signal.Signals, status: int, tmp_path: Path) -> None:
    """Whatever ends it, its labs end with it; what it had done stays aside and is called no run."""
    below = descendants(measuring.pid)
    assert len(below) > 4
    measuring.send_signal(blow)
    assert measuring.wait(PATIENCE_MS / 1000) == status
    assert all_gone(below)
    aside = tmp_path / "run" / ASIDE
    sides = [{path.name for path in side.iterdir()} for side in (aside, aside / "baseline")]
    assert any({"blueprint.json", "readback.json", "calibration", "logs"} <= side for side in sides)
    with pytest.raises(UsageError, match="not whole"):
        load_run(tmp_path / "run")


def test_an_interrupt_is_one_sentence(measuring: subprocess.Popen[str]) -> None:
    """Ctrl-C shows no traceback."""
    measuring.send_signal(signal.SIGINT)
    assert measuring.stderr is not None
    errors = measuring.stderr.read()
    assert "interrupted" in errors and "Traceback" not in errors
