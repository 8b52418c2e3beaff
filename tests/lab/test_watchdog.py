"""The watchdog: whether a silent lab still makes progress."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from twin.lab.watchdog import SAMPLES, ActivitySample, hang_reason, sample_activity, slowness


def as_fast() -> float:
    """A machine as fast as the one on which patiences were chosen."""
    return 1.0


def test_a_lab_that_a_busy_machine_starves_is_left_alone() -> None:
    """It wants to run and gets a hundredth of a core: no number of looks is too many before its patience is used up."""
    starved = [ActivitySample(0.3 * number, True) for number in range(300)]
    assert hang_reason(starved, 120.0, as_fast) is None
    reason = hang_reason([*starved, ActivitySample(120.0, True)], 120.0, as_fast)
    assert reason == "used 120 s of CPU time without output"


def test_a_slow_machine_has_patience_in_proportion() -> None:
    """What takes 120 s elsewhere may take 20 times as long; how slow it is, is asked only when it matters."""
    spinning = [ActivitySample(30.0 * number, True) for number in range(81)]
    assert hang_reason(spinning[:-1], 120.0, lambda: 20.0) is None
    assert hang_reason(spinning, 120.0, lambda: 20.0) == "used 2400 s of CPU time without output"
    assert hang_reason(spinning[:4], 120.0, lambda: pytest.fail("measured")) is None


def test_no_machine_is_faster_than_the_reference() -> None:
    """Patience never shrinks; an emulated processor is some ten times as slow, a busy one hardly slower."""
    assert 1.0 <= slowness() < 1000.0


def test_a_lab_that_sleeps_between_bursts_is_not_idle() -> None:
    """It was asleep at each of four looks, and has computed between them."""
    bursts = [ActivitySample(2.0 * number, False) for number in range(SAMPLES)]
    timers = [ActivitySample(0.3 * number, False) for number in range(SAMPLES)]
    assert hang_reason(bursts, 120.0) is None
    assert hang_reason(timers, 120.0) == "was idle and silent for 120 s"


def test_a_lab_that_waits_for_nothing_is_given_up_after_its_patience() -> None:
    """One moment of running begins the count anew."""
    idle, awake = ActivitySample(1.0, False), ActivitySample(1.0, True)
    assert hang_reason([idle] * (SAMPLES - 1), 120.0) is None
    assert hang_reason([idle] * SAMPLES, 120.0) == "was idle and silent for 120 s"
    assert hang_reason([idle, awake, *[idle] * (SAMPLES - 1)], 120.0) is None


def test_a_process_is_seen_with_all_below_it() -> None:
    """A shell waits for a child that spins: the family gets on."""
    spin = "print(0, flush=True)\nwhile True: pass"
    command = ("sh", "-c", '"$0" -c "$1"; true', sys.executable, spin)
    with subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True) as shell:
        assert shell.stdout is not None and shell.stdout.readline() == b"0\n"
        assert sample_activity(shell.pid).active
        (child,) = Path(f"/proc/{shell.pid}/task/{shell.pid}/children").read_text().split()
        assert not sample_activity(shell.pid, but=int(child)).active, "without the child that spins"
        os.killpg(shell.pid, signal.SIGKILL)


def test_what_children_used_who_have_ended_counts() -> None:
    """A lab that runs one short program after the other computes too."""
    burn = "import time\nwhile time.process_time() < 0.3: pass"
    command = ("sh", "-c", '"$0" -c "$1"; echo; read end', sys.executable, burn)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as shell:
        assert shell.stdout is not None and shell.stdout.readline() == b"\n"
        assert sample_activity(shell.pid).used_s >= 0.25


def test_a_process_that_is_gone_has_no_pulse() -> None:
    """It may end between two looks."""
    with subprocess.Popen("true") as gone:
        pass
    assert sample_activity(gone.pid) == ActivitySample(0.0, False)
