"""Jobs in real labs: needs the lab kernel, which `make setup` builds; without it these tests fail, saying so."""

import os
import select
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from twin.core.errors import CannotRun, EmulationError
from twin.lab import GUEST_OUT, GUEST_PYTHON, START_NS, VIRTUAL, WALL, Job, LabResult, host_paths, job_runner

MEMORY = 256 * 2**20


def output_of(job: Job) -> list[str]:
    """The lines that a job prints in virtual time; it must end well."""
    lines: list[str] = []
    result = VIRTUAL.run(job, on_line=lines.append)
    assert result.status == 0, lines
    return lines


def job(out: Path, *argv: str, seed: int = 1) -> Job:
    """A small job."""
    return Job(argv, out=out, memory=MEMORY, seed=seed, patience_s=60)


FAST_TIMER = """
import ctypes, os, struct, time
PERIOD, SPAN = 20_000, 500_000_000
library = ctypes.CDLL(None)
timer = library.timerfd_create(time.CLOCK_MONOTONIC, 0)
library.timerfd_settime(timer, 0, struct.pack("qqqq", 0, PERIOD, 0, PERIOD), None)
began, due, woken = time.monotonic_ns(), 0, 0
while time.monotonic_ns() - began < SPAN:
    due += struct.unpack("Q", os.read(timer, 8))[0]
    woken += 1
print(time.monotonic_ns() - began, due * PERIOD, woken)
"""
"""A timer that is due every 20 us, for half a second: ns that passed, ns by what was due, and how often it woke."""
INTERRUPT_INTERVAL, CREDIT = 200_000, 20_000_000
"""ns: what the patch of the lab kernel (TIMER_INTERVAL, TIMER_CREDIT) says."""
RANDOM = "import os, uuid; print(open('/proc/sys/kernel/random/uuid').read(), os.urandom(8).hex(), uuid.uuid4())"


def test_the_seed_decides_every_random_number_wherever_the_job_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same seed in another folder and environment gives the same bytes, another seed others."""
    first = output_of(job(tmp_path / "one", GUEST_PYTHON, "-c", RANDOM, seed=7))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOMETHING", "x" * 5000)
    again = output_of(job(tmp_path / "quite" / "another place", GUEST_PYTHON, "-c", RANDOM, seed=7))
    other = output_of(job(tmp_path / "one", GUEST_PYTHON, "-c", RANDOM, seed=8))
    assert first == again
    assert first != other


def test_time_inside_starts_as_told_and_an_idle_hour_is_an_hour_to_the_nanosecond(tmp_path: Path) -> None:
    """Virtual time jumps to the next timer; computing takes none, but for a hair per reading of the clock."""
    program = "import time; a = time.time_ns(); time.sleep(3600); print(a, time.time_ns() - a)"
    start, passed = map(int, output_of(job(tmp_path, GUEST_PYTHON, "-c", program))[0].split())
    assert 0 <= start - START_NS < 10**6
    assert 0 <= passed - 3600 * 10**9 < 10**5


def test_on_the_wall_clock_timers_that_are_due_share_an_interrupt(tmp_path: Path) -> None:
    """A busy lab has at most one in 200 us, and none of what was due is lost."""
    lines: list[str] = []
    assert WALL.run(job(tmp_path, GUEST_PYTHON, "-c", FAST_TIMER), on_line=lines.append).status == 0, lines
    passed, due, woken = map(int, lines[-1].split())
    assert passed - 2 * CREDIT < due
    assert woken <= 1.1 * (passed + CREDIT) / INTERRUPT_INTERVAL


def test_where_files_are_found_takes_no_time(tmp_path: Path) -> None:
    """A program that looks in forty folders more for its libraries runs at the same moments, to the nanosecond."""
    program = "import subprocess, time; subprocess.run(['true']); print(time.monotonic_ns())"
    moments = {
        output_of(job(tmp_path / name, "env", f"LD_LIBRARY_PATH={folders}", GUEST_PYTHON, "-c", program))[0]
        for name, folders in (("near", "/usr/lib"), ("far", ":".join(f"/nowhere/{n}" for n in range(40))))
    }
    assert len(moments) == 1


def test_packets_that_are_due_go_before_programs(tmp_path: Path) -> None:
    """The kernel's thread for them has precedence."""
    program = ("import os\nfor one in filter(str.isdigit, os.listdir('/proc')):\n"
               " if os.sched_getscheduler(int(one)) == os.SCHED_FIFO: print(open(f'/proc/{one}/comm').read(), end='')")
    assert "ksoftirqd/0" in output_of(job(tmp_path, GUEST_PYTHON, "-c", program))


def test_nothing_of_the_users_environment_is_seen_inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names, folders and variables are the lab's own."""
    monkeypatch.setenv("SECRET", "tell nobody")
    lines = output_of(job(tmp_path, "sh", "-c", "env; hostname; pwd; id -u; ulimit -n"))
    assert lines[-4:] == ["twin", "/", "0", "1048576"]
    assert not [line for line in lines if "SECRET" in line or str(tmp_path) in line]


def test_the_out_folder_is_shared_and_nothing_else_is_written_to(tmp_path: Path) -> None:
    """A large file arrives whole; what is written elsewhere is gone with the lab."""
    (tmp_path / "asked").write_text("question")
    marks = f"cat {GUEST_OUT}/asked; head -c 30000000 /dev/zero > {GUEST_OUT}/large; echo x > /etc/twin-was-here"
    assert output_of(job(tmp_path, "sh", "-c", marks)) == ["question"]
    assert (tmp_path / "large").stat().st_size == 30_000_000
    assert not Path("/etc/twin-was-here").exists()


def test_a_lab_that_has_written_all_is_ended_at_once(tmp_path: Path) -> None:
    """It need not power down first: files, status and an unfinished last line are there."""
    numbers = job(tmp_path, "sh", "-c", f"seq 400000 > {GUEST_OUT}/numbers; printf unfinished; exit 3")
    lines: list[str] = []
    with host_paths.work_folder() as work, job_runner.cores_for((numbers,)) as (core,):
        running = job_runner.start(VIRTUAL, numbers, core, work)
        try:
            while (texts := running.lines()) is not None:
                lines += texts
            assert running.result() == LabResult(3, ("unfinished",))
        finally:
            running.end()
    assert lines == ["unfinished"] and running.process.returncode == -signal.SIGKILL
    assert (tmp_path / "numbers").read_text().split() == [str(number) for number in range(1, 400_001)]


@pytest.mark.parametrize(("argv", "status"), [
    (("sh", "-c", "exit 5"), 5),
    (("sh", "-c", "kill -9 $$"), 137),
    (("no-such-command",), 127),
])
def test_the_status_of_the_command_comes_back(tmp_path: Path, argv: tuple[str, ...], status: int) -> None:
    """Exits, signals and commands that are not there are told apart as a shell does."""
    assert VIRTUAL.run(job(tmp_path, *argv), on_line=lambda line: None).status == status


def test_lines_come_whole_and_in_order_from_both_streams(tmp_path: Path) -> None:
    """A long line is not broken, a last line without an end is not lost."""
    lines = output_of(job(tmp_path, GUEST_PYTHON, "-c",
                          "import sys; print('a' * 20000); print('b', file=sys.stderr); print('ç', end='')"))
    assert lines == ["a" * 20000, "b", "ç"]


def test_labs_side_by_side_do_not_disturb_each_other(tmp_path: Path) -> None:
    """Each says what it says alone."""
    jobs = [job(tmp_path / str(seed), GUEST_PYTHON, "-c", RANDOM, seed=seed) for seed in (1, 2)]
    heard: dict[int, list[str]] = {0: [], 1: []}
    VIRTUAL.run_all(jobs, on_line=lambda position, line: heard[position].append(line))
    assert [heard[0], heard[1]] == [output_of(started) for started in jobs]


def test_a_silent_lab_is_ended_and_its_last_output_is_shown(tmp_path: Path) -> None:
    """The watchdog stands outside."""
    hanging = Job(("sh", "-c", "echo about to hang; sleep 3600"), out=tmp_path, memory=MEMORY, patience_s=2.0)
    with pytest.raises(EmulationError, match=r"was idle and silent for 2 s(.|\n)*about to hang"):
        WALL.run(hanging, on_line=lambda line: None)


def test_a_lab_that_computes_without_end_is_ended(tmp_path: Path) -> None:
    """What counts is the processor that it has used, however little of it a busy machine leaves."""
    spinning = Job((GUEST_PYTHON, "-c", "while True: pass"), out=tmp_path, memory=MEMORY, patience_s=2.0)
    with pytest.raises(EmulationError, match="used 2 s of CPU time without output"):
        VIRTUAL.run(spinning, on_line=lambda line: None)


def test_a_lab_that_dies_is_an_error_and_not_a_result(tmp_path: Path) -> None:
    """The power goes off inside, before the command has a status."""
    program = "import ctypes; ctypes.CDLL(None).reboot(0x4321FEDC)"
    with pytest.raises(EmulationError, match="the virtual lab died"):
        VIRTUAL.run(job(tmp_path, GUEST_PYTHON, "-c", program), on_line=lambda line: None)


def test_whatever_the_listener_raises_ends_the_lab_first(tmp_path: Path) -> None:
    """As Ctrl-C does: the exception comes through, and the lab's folder is gone."""

    def interrupt(line: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        WALL.run(job(tmp_path, "sh", "-c", "echo up; sleep 3600"), on_line=interrupt)
    assert not _folders_of(tmp_path)


def _folders_of(out: Path) -> list[Path]:
    """The folders of labs with this out folder: others come and go at any moment, also while they are looked at."""
    return [path for path in host_paths.runtime_folder().glob("lab-*") if str(out) in _order(path)]


def _order(folder: Path) -> str:
    """The order that lies in a lab's folder; "" when it is not there yet, or not any more."""
    with suppress(FileNotFoundError):
        return (folder / "order.json").read_text()
    return ""


CALLER = """
import sys
from pathlib import Path
from twin.lab import WALL, Job
job = Job(("sh", "-c", "echo up; sleep 3600"), out=Path(sys.argv[1]), memory=2**28)
WALL.run(job, on_line=lambda line: print(line, flush=True))
"""


def test_killing_the_caller_leaves_no_process_and_no_folder(tmp_path: Path) -> None:
    """kill -9 at any moment: the kernel of the host ends the lab, and the next lab sweeps its folder."""
    with subprocess.Popen([sys.executable, "-c", CALLER, str(tmp_path)], stdout=subprocess.PIPE, text=True) as caller:
        assert caller.stdout is not None
        assert caller.stdout.readline() == "up\n"
        family = _descendants(caller.pid)
        assert len(family) >= 2
        watched = [os.pidfd_open(pid) for pid in family]
        folders = _folders_of(tmp_path)
        assert len(folders) == 1
        os.kill(caller.pid, signal.SIGKILL)
    for number in watched:
        assert select.select([number], [], [], 30)[0], "a process of the lab goes on"
        os.close(number)
    host_paths.remove_stale_folders()
    assert not folders[0].exists()


def _descendants(pid: int) -> list[int]:
    """The processes below one."""
    children = [int(child) for task in Path(f"/proc/{pid}/task").iterdir()
                for child in (task / "children").read_text().split()]
    return children + [below for child in children for below in _descendants(child)]


def test_memory_that_fits_nowhere_is_refused_with_a_remedy() -> None:
    """The places that were tried are named, with the room they have."""
    with pytest.raises(CannotRun, match=r"MiB of lab memory \(.* has [0-9]+ MiB"):
        host_paths.memory_folder(2**60)


def test_the_native_lab_runs_where_the_kernel_has_all_parts(tmp_path: Path) -> None:
    """Seen inside a wall-clock lab kernel, which has them all, as if that were the machine."""
    program = """
from pathlib import Path
from twin.lab import NATIVE, Job
job = Job(("sh", "-c", "hostname; cat /proc/sys/kernel/ostype; ls /sys/class/net; id -u; exit 4"), out=Path("/tmp/out"))
print(NATIVE.run(job, on_line=print).status)
"""
    lines: list[str] = []
    assert WALL.run(job(tmp_path, GUEST_PYTHON, "-c", program), on_line=lines.append).status == 0, lines
    assert lines == ["twin", "Linux", "lo", "0", "4"]
