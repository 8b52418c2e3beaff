"""A part that dies inside the lab ends the run with one sentence that names it, and exit code 4."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from twin.cli import main
from twin.core.errors import EmulationError
from twin.jobs.experiment.controller_process import Ryu, controller
from twin.jobs.experiment.on_host import read_side
from twin.lab.watchdog import SAMPLES, ActivitySample

MINIMAL = Path(__file__).parents[3] / "topologies" / "minimal.yaml"


def _dies(blueprint: Path) -> None:
    """A controller that ends at once."""
    print(f"no such switch in {blueprint.name}", file=sys.stderr, flush=True)
    os._exit(7)


def _refuses(_blueprint: Path) -> None:
    """A controller that says of an error, and lives on."""
    print('{"event": "error", "reason": "bad match"}', flush=True)
    signal.pause()


def test_a_controller_that_dies_at_once_is_named(tmp_path: Path) -> None:
    """What it wrote on its way out is in the message."""
    with (controller(tmp_path / "b.json", tmp_path / "log", _dies) as ryu,
          pytest.raises(EmulationError, match=r"(?s)status 7.*no such switch in b.json")):
        ryu.await_ready()


def test_a_controller_that_dies_later_is_noticed(tmp_path: Path) -> None:
    """Its exit status is told when the run asks whether it lives."""
    with controller(tmp_path / "b.json", tmp_path / "log", _dies) as ryu:
        ryu.process.join()
        with pytest.raises(EmulationError, match="status 7"):
            ryu.must_live()


def test_a_switch_that_refuses_is_an_error(tmp_path: Path) -> None:
    """An error event is never waited over."""
    with controller(tmp_path / "b.json", tmp_path / "log", _refuses) as ryu:
        assert isinstance(ryu, Ryu)
        with pytest.raises(EmulationError, match="bad match"):
            ryu.await_ready()


def _confirms(_blueprint: Path) -> None:
    """A controller of which one switch confirms, and that says so of all only when it gets a signal."""
    signal.signal(signal.SIGUSR1, lambda *_: print('{"event": "all-ready"}', flush=True))
    print('{"event": "ready", "switch": "west"}', flush=True)
    while True:
        signal.pause()


def test_a_controller_that_waits_for_nothing_is_given_up(tmp_path: Path) -> None:
    """The message says why, and how far it was, also where its log is empty."""
    with controller(tmp_path / "b.json", tmp_path / "log", _confirms) as ryu:
        ryu.await_event("ready")
        ryu.activity = lambda: ActivitySample(0.0, active=False)
        with pytest.raises(EmulationError, match=r"was idle and silent for 0.04 s.*'all-ready'.*by west alone"):
            ryu.await_ready(0.04)


def test_a_controller_is_waited_for_while_the_lab_works(tmp_path: Path) -> None:
    """However long a slow machine takes: here for many times the patience."""
    with controller(tmp_path / "b.json", tmp_path / "log", _confirms) as ryu:
        ryu.await_event("ready")
        looks = iter(range(10 * SAMPLES))

        def activity() -> ActivitySample:
            if next(looks, None) is None:
                os.kill(ryu.process.pid or 0, signal.SIGUSR1)
            return ActivitySample(0.0, active=True)

        ryu.activity = activity
        ryu.await_ready(0.01)
        assert next(looks, None) is None


def test_a_run_that_is_not_whole_is_said_to_be(tmp_path: Path) -> None:
    """A folder without its closing is no run."""
    with pytest.raises(EmulationError, match="incomplete"):
        read_side(tmp_path)


def test_a_folder_that_cannot_be_written_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    """--out below a file: a clear error, exit 4 or 3, no traceback."""
    assert main(["verify", str(MINIMAL), "--out", f"{MINIMAL}/run", "--seconds", "1"]) in (2, 3, 4)
    errors = capsys.readouterr().err
    assert "minimal.yaml/run" in errors and "Traceback" not in errors


