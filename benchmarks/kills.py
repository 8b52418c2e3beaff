"""`twin verify` ended at random moments, half of the times as it replaces a run: `python -m benchmarks.kills [TIMES]`.

By kill -9, and each fourth time by an interrupt. Afterwards there must be no process and no mount of it, and its folder
must hold one run, whole, or what is called no run; the next run leaves nothing of the one before, and no folders. This
process becomes the parent of what a killed one leaves behind (PR_SET_CHILD_SUBREAPER), so that none is missed.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from benchmarks.support.figure import Figure, main
from benchmarks.support.lab import TOPOLOGIES
from traffic.sample_files import digest
from twin.core.errors import UsageError
from twin.jobs.experiment.spec import SAMPLES
from twin.lab import host_paths
from twin.report.files.json_files import load_run
from twin.report.files.manifest import ASIDE, read_manifest

TIMES = 200
PR_SET_CHILD_SUBREAPER = 36
PATIENCE_S = 60.0
"""Seconds within which all processes of a killed run must have ended."""
START = ("import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); sys.argv[0] = 'twin'; "
         "from twin.cli import main; sys.exit(main())")
"""As a shell starts it in the foreground."""
PYTHON_ITSELF = ("<frozen site>", "init_import_site", "init_sys_streams", "init_fs_encoding")
"""What the traceback of an interrupt names that came before Python reads the first line of a program."""
SAID = "twin: interrupted; nothing is left running\n"


@dataclass(frozen=True, slots=True)
class Trial:
    """One end: by which signal, after which seconds, while a run was replaced or not; what was wrong afterwards."""

    blow: signal.Signals
    after: float
    replacing: bool
    wrong: tuple[str, ...]
    before_python: bool = False

    def __str__(self) -> str:
        return f"{self.blow.name} after {self.after:.2f} s{', replacing' * self.replacing}: {'; '.join(self.wrong)}"


def figures(times: int = TIMES) -> list[Figure]:
    """What was left, and what the folders held."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    random, mounts, folders = Random(times), Path("/proc/self/mountinfo").read_text(), stray_folders()
    with TemporaryDirectory(prefix="metro-twin-") as place:
        began = time.monotonic()
        verified(Path(place, "whole"), 1)
        whole = time.monotonic() - began
        trials = [_trial(Path(place), number, random.uniform(0, whole), random) for number in range(times)]
        verified(Path(place, "whole"), 2)
        left = stray_folders() - folders
    same = Path("/proc/self/mountinfo").read_text() == mounts
    return [*(_figure(blow, [trial for trial in trials if trial.blow is blow])
              for blow in (signal.SIGKILL, signal.SIGINT)),
            Figure("  folders of labs and their memory that are left after the next run", "none",
                   ", ".join(sorted(left)) or "none", not left),
            Figure("  mounts that are left", "none", "none" if same else "some", same)]


def _figure(blow: signal.Signals, trials: list[Trial]) -> Figure:
    wrong = [trial for trial in trials if trial.wrong]
    early = sum(trial.before_python for trial in trials)
    beside = f", {early} of them before Python read a line of ours" if early else ""
    replacing = sum(trial.replacing for trial in trials)
    return Figure(f"{blow.name} at {len(trials)} random moments, {replacing} of them into the folder of a run",
                  "nothing left, one run or none",
                  "; ".join(map(str, wrong[:3])) or f"as it must be{beside}", not wrong)


def verified(out: Path, seed: int) -> None:
    """A run to its end."""
    subprocess.run(command(out, seed), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)


def command(out: Path, seed: int) -> tuple[str, ...]:
    """A short run of the small network, which replaces what its folder holds."""
    return (sys.executable, "-c", START, "verify", str(TOPOLOGIES / "minimal.yaml"), "--seconds", "1", "--no-baseline",
            "--seed", str(seed), "--out", str(out), "--force")


def _trial(place: Path, number: int, after: float, random: Random) -> Trial:
    """End a run that is in the folder of another, or in a new one."""
    blow, replacing = signal.SIGINT if number % 4 == 3 else signal.SIGKILL, random.random() < 0.5
    out = place / "whole" if replacing else place / f"new-{number}"
    if replacing and not _is_whole(out):
        verified(out, number)
    process = subprocess.Popen(command(out, number + 1000), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                               text=True)
    with suppress(subprocess.TimeoutExpired):
        process.wait(after)
    process.send_signal(blow)
    errors = process.communicate()[1]
    early = any(name in errors for name in PYTHON_ITSELF)
    wrong = [*_processes_left(), *_folder_wrong(out)]
    if blow is signal.SIGINT and not early:
        wrong += _answer_wrong(process.returncode, errors)
    return Trial(blow, after, replacing, tuple(wrong), early)


def _answer_wrong(code: int, errors: str) -> Iterator[str]:
    """What is wrong with the answer to an interrupt. A process that is over, or about to, answers none."""
    if "Traceback" in errors or code not in (0, 5, 130, -signal.SIGINT) or (code == 130 and not errors.endswith(SAID)):
        yield f"exit {code}, {errors[-200:]!r}"


def _processes_left() -> Iterator[str]:
    """What is still there of a killed run after some time: all that lives below this process."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            child = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG)
        except ChildProcessError:
            return
        if child is None:
            if time.monotonic() > deadline:
                yield "a process is left"
                return
            time.sleep(0.01)


def _is_whole(out: Path) -> bool:
    manifest = read_manifest(out) if out.exists() else None
    return manifest is not None and manifest.complete


def _folder_wrong(out: Path) -> Iterator[str]:
    """What is wrong with a folder: it must hold one whole run and its own samples, or what is called no run."""
    if not _is_whole(out):
        with suppress(UsageError):
            load_run(out)
            yield "a part is read as a run"
        return
    run = load_run(out)
    if digest(out / SAMPLES) != run.context.digest or (out / "baseline").exists():
        yield "two runs in one folder"
    others = {path.name for path in out.iterdir() if not path.name.startswith(".")} - {"manifest.json", ASIDE}
    manifest = read_manifest(out)
    if manifest is None or others != {*manifest.entries}:
        yield "files that are of no run"


def stray_folders() -> set[str]:
    """Folders of labs, and of their memory, that no running lab has."""
    labs = [folder for folder in host_paths.runtime_folder().glob("lab-*") if _is_free(folder / "lock")]
    prefix = f"metro-twin-memory-{os.getuid()}-"
    running = tuple(f"{prefix}{folder.name}-" for folder in host_paths.runtime_folder().glob("lab-*"))
    memory = [folder for base in (Path("/dev/shm"), Path("/tmp")) for folder in base.glob(f"{prefix}lab-*")
              if not folder.name.startswith(running)]
    return {str(folder) for folder in (*labs, *memory)}


def _is_free(lock: Path) -> bool:
    try:
        with lock.open("r+") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except FileNotFoundError:
        return True
    return True


if __name__ == "__main__":
    main(partial(figures, *map(int, sys.argv[1:])))
