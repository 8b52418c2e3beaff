"""A sweep on a real scheduler with real workers, on the loopback address."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.jobs.sweep.studies import RATES, study_file
from tests.jobs.sweep.test_sweep import HereWorkers, rows
from twin.core.errors import CannotRun
from twin.jobs.sweep.runner import run_sweep
from twin.jobs.sweep.store import opened
from twin.jobs.sweep.workers.dask_cluster import DaskWorkers
from twin.lab.boundary import code_snapshot

PROGRAM = (sys.executable, "-P", "-m", "dask")


@contextmanager
def program(*words: str, folder: Path, code: Path = code_snapshot.PROJECT) -> Iterator[subprocess.Popen[str]]:
    """A scheduler or worker that sees this code, until the block ends."""
    environment = {**os.environ, "PYTHONPATH": str(code)}
    process = subprocess.Popen((*PROGRAM, *words), cwd=folder, env=environment, text=True, stderr=subprocess.PIPE,
                               start_new_session=True)
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        assert process.stderr is not None
        process.stderr.close()


def printed(process: subprocess.Popen[str], words: str) -> str:
    """The line of its log that has these words."""
    assert process.stderr is not None
    return next(line for line in process.stderr if words in line)


@contextmanager
def cluster(folder: Path, workers: int, *options: str) -> Iterator[tuple[str, list[subprocess.Popen[str]]]]:
    """A scheduler and workers with one lab each; its address."""
    with ExitStack() as stack:
        scheduler = stack.enter_context(program("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
                                                folder=folder))
        address = printed(scheduler, "Scheduler at:").split()[-1]
        words = ("worker", address, "--host", "127.0.0.1", "--no-dashboard", "--no-nanny", "--nthreads", "1", *options)
        yield address, [stack.enter_context(program(*words, folder=folder)) for _ in range(workers)]


def test_a_sweep_on_two_workers(tmp_path: Path) -> None:
    """Theory and packets; the table is that of this process, and both workers had points."""
    text = RATES.replace("[{kind: theory}]", "[{kind: theory}, {kind: packets, seconds: 1 s}]").replace(
        "policies: [strict, none]\n", "").replace(", from: 1, to: 4, steps: 2", ", values: [1]").replace(
        "[512 kbit/s, 1 Mbit/s, 2 Mbit/s]", "[512 kbit/s, 2 Mbit/s]")
    file, words = study_file(tmp_path, text), list[str]()
    with cluster(tmp_path, 2, "--resources", "lab=1") as (address, _):
        sweep = run_sweep(file, tmp_path / "out", DaskWorkers(address, words.append))
    run_sweep(file, tmp_path / "here", HereWorkers())
    with opened(tmp_path / "out") as store:
        workers = {name for name, in store.connection.execute("SELECT DISTINCT worker FROM results")}
    assert (sweep.exit_code, words, len(workers)) == (0, [], 2)
    assert rows(tmp_path / "out") == rows(tmp_path / "here")


@pytest.mark.parametrize(("options", "reason"), [((), "has no resource lab")])
def test_a_worker_that_does_not_fit_is_told_so(tmp_path: Path, options: tuple[str, ...], reason: str) -> None:
    """It gets no point, and the client says why."""
    words: list[str] = []
    with cluster(tmp_path, 1, *options) as (address, _), pytest.raises(CannotRun, match="no worker of the cluster"):
        run_sweep(study_file(tmp_path), tmp_path / "out", DaskWorkers(address, words.append))
    assert len(words) == 1 and reason in words[0]
