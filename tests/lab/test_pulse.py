"""Whether a silent lab still gets on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from twin.lab.pulse import LOOKS, Pulse, feel, given_up


def test_a_lab_that_a_busy_machine_starves_is_left_alone() -> None:
    """It wants to run and gets a hundredth of a core: no number of looks is too many before its patience is used up."""
    starved = [Pulse(0.3 * look, True) for look in range(300)]
    assert given_up(starved, 120.0) is None
    assert given_up([*starved, Pulse(120.0, True)], 120.0) == "computed for 120 s without a word"


def test_a_lab_that_waits_for_nothing_is_given_up_after_its_patience() -> None:
    """One moment of running begins the count anew."""
    idle, awake = Pulse(1.0, False), Pulse(1.0, True)
    assert given_up([idle] * (LOOKS - 1), 120.0) is None
    assert given_up([idle] * LOOKS, 120.0) == "said nothing for 120 s and had nothing to do"
    assert given_up([idle, awake, *[idle] * (LOOKS - 1)], 120.0) is None


def test_a_process_is_seen_with_all_below_it() -> None:
    """A shell waits for a child that spins: the family gets on."""
    spin = "print(0, flush=True)\nwhile True: pass"
    command = ("sh", "-c", '"$0" -c "$1"; true', sys.executable, spin)
    with subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True) as shell:
        assert shell.stdout is not None and shell.stdout.readline() == b"0\n"
        assert feel(shell.pid).runs
        os.killpg(shell.pid, signal.SIGKILL)


def test_what_children_used_who_have_ended_counts() -> None:
    """A lab that runs one short program after the other computes too."""
    burn = "import time\nwhile time.process_time() < 0.3: pass"
    command = ("sh", "-c", '"$0" -c "$1"; echo; read end', sys.executable, burn)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as shell:
        assert shell.stdout is not None and shell.stdout.readline() == b"\n"
        assert feel(shell.pid).used_s >= 0.25


def test_a_process_that_is_gone_has_no_pulse() -> None:
    """It may end between two looks."""
    with subprocess.Popen("true") as gone:
        pass
    assert feel(gone.pid) == Pulse(0.0, False)
