"""A sweep on a real scheduler with real workers, on the loopback address."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.jobs.sweep.studies import RATES, study_file
from tests.jobs.sweep.test_sweep import HereWorkers, rows
from twin.core.errors import CannotRun, EmulationError
from twin.jobs.sweep.runner import run_sweep
from twin.jobs.sweep.store import opened
from twin.jobs.sweep.task import Task
from twin.jobs.sweep.workers import dask_task
from twin.jobs.sweep.workers.dask_cluster import DaskWorkers, OnWorker
from twin.jobs.sweep.workers.identity import Identity, identity
from twin.jobs.sweep.workers.point_process import Finished
from twin.lab import host_paths
from twin.lab.boundary import code_snapshot

ONE = ("--resources", "lab=1")
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
def cluster(folder: Path, workers: int, *options: str, code: Path = code_snapshot.PROJECT
            ) -> Iterator[tuple[str, list[subprocess.Popen[str]]]]:
    """A scheduler and workers that see this code; its address, and all processes, the scheduler first."""
    with ExitStack() as stack:
        scheduler = stack.enter_context(program("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
                                                folder=folder))
        address = printed(scheduler, "Scheduler at:").split()[-1]
        yield address, [scheduler, *(stack.enter_context(worker(address, *options, folder=folder, code=code))
                                     for _ in range(workers))]


def worker(address: str, *options: str, folder: Path, code: Path = code_snapshot.PROJECT
           ) -> AbstractContextManager[subprocess.Popen[str]]:
    """A worker of that scheduler."""
    words = ("worker", address, "--host", "127.0.0.1", "--no-dashboard", "--no-nanny", "--nthreads", "1", *options)
    return program(*words, folder=folder, code=code)


def test_a_sweep_on_two_workers(tmp_path: Path) -> None:
    """Theory and packets; the table is that of this process, and both workers had points."""
    text = RATES.replace("[{kind: theory}]", "[{kind: theory}, {kind: packets, seconds: 1 s}]").replace(
        "policies: [strict, none]\n", "").replace(", from: 1, to: 4, steps: 2", ", values: [1]").replace(
        "[512 kbit/s, 1 Mbit/s, 2 Mbit/s]", "[512 kbit/s, 2 Mbit/s]")
    file, words = study_file(tmp_path, text), list[str]()
    with cluster(tmp_path, 2, *ONE) as (address, _):
        sweep = run_sweep(file, tmp_path / "out", DaskWorkers(address, words.append))
    run_sweep(file, tmp_path / "here", HereWorkers())
    with opened(tmp_path / "out") as store:
        workers = {name for name, in store.connection.execute("SELECT DISTINCT worker FROM results")}
    assert (sweep.exit_code, words, len(workers)) == (0, [], 2)
    assert rows(tmp_path / "out") == rows(tmp_path / "here")


@pytest.mark.parametrize(("options", "reason"), [
    ((), "has no resource lab"), (("--resources", "lab=1", "--nthreads", "2"), "has 2 threads")])
def test_a_worker_that_does_not_fit_is_told_so(tmp_path: Path, options: tuple[str, ...], reason: str) -> None:
    """It gets no point, and the client says why."""
    with cluster(tmp_path, 1, *options) as (address, _):
        assert reason in refusal(tmp_path, address)


def test_a_worker_of_another_version_gets_no_point(tmp_path: Path) -> None:
    """One line of its code is another."""
    for name in ("twin", "traffic", "controllers"):
        shutil.copytree(code_snapshot.PROJECT / name, tmp_path / "other" / name)
    with (tmp_path / "other" / "twin" / "__init__.py").open("a") as file:
        file.write("OTHER = True\n")
    with cluster(tmp_path, 1, *ONE, code=tmp_path / "other") as (address, _):
        assert "has another version of Metro Twin" in refusal(tmp_path, address)


def test_a_worker_with_another_lab_kernel_computes_theory_alone(tmp_path: Path) -> None:
    """It is refused where the study asks for packets, and gets points where it does not."""
    own, words = identity(), list[str]()
    with cluster(tmp_path, 1, *ONE) as (address, _):
        workers = DaskWorkers(address, words.append)
        with pytest.raises(CannotRun, match="no worker of the cluster"):
            next(workers.finished(iter(()), Identity(own.code, kernel="7.1.1-another")))
        sweep = run_sweep(study_file(tmp_path), tmp_path / "theory", workers)
    assert len(words) == 1 and "lab kernel" in words[0]
    assert sweep.exit_code == 0


@pytest.mark.parametrize(("own", "reason"), [
    (Identity("code", "7.1", "2.0"), ""), (Identity("other", "7.1", "2.0"), "another version of Metro Twin: other"),
    (Identity("code", "", "2.0"), "no lab kernel: run there: twin kernel build"),
    (Identity("code", "7.0", "2.0"), "another lab kernel: 7.0"), (Identity("code", "7.1"), "no numpy"),
    (Identity("code", "7.1", "1.9"), "numpy 1.9")])
def test_what_a_worker_lacks_is_said(own: Identity, reason: str) -> None:
    """With what to do there; nothing where it is as the client."""
    difference = dask_task.difference(own, Identity("code", "7.1", "2.0"))
    assert reason in difference if reason else difference == ""
    assert dask_task.difference(Identity("code"), Identity("code")) == ""


def test_a_worker_has_a_core_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first that no labs have, for as long as its process stays; none where all are taken."""
    taken, started = {3}, list[int | None]()

    def lock(core: int) -> int | None:
        return None if core in taken else os.open(os.devnull, os.O_RDONLY)

    def start(core: int | None) -> SimpleNamespace:
        started.append(core)
        return SimpleNamespace(carry_out=lambda task: Finished(task, "{}", "here"), end=lambda: None)

    monkeypatch.setattr(dask_task, "allowed_cores", lambda: (3, 5, 6))
    monkeypatch.setattr(host_paths, "lock_core", lock)
    monkeypatch.setattr(dask_task, "PointProcess", start)
    for _ in range(2):
        assert dask_task.carried_out("1", "{}")["worker"] == "here"
    dask_task._end()
    taken |= {5, 6}
    dask_task.carried_out("1", "{}")
    dask_task._end()
    assert started == [5, None]


class Struck:
    """Workers of a cluster; a blow falls once so many tasks are done."""

    def __init__(self, address: str, blow: Callable[[], object], after: int = 4, say: OnWorker = print) -> None:
        self._workers, self._blow, self._after = DaskWorkers(address, say), blow, after

    def finished(self, tasks: Iterable[Task], needed: Identity) -> Iterator[Finished]:
        """As `Workers`."""
        for number, finished in enumerate(self._workers.finished(tasks, needed), 1):
            yield finished
            if number == self._after:
                self._blow()


def killing(process: subprocess.Popen[str]) -> Callable[[], None]:
    """A blow: kill -9 of it."""
    return lambda: os.kill(process.pid, signal.SIGKILL)


def test_a_worker_that_is_lost_costs_only_its_point(tmp_path: Path) -> None:
    """The other computes what it had in hand."""
    with cluster(tmp_path, 2, *ONE) as (address, processes):
        sweep = run_sweep(study_file(tmp_path), tmp_path / "out", Struck(address, killing(processes[1])))
    assert sweep.exit_code == 0
    assert_whole(tmp_path, {})


def test_what_only_a_lost_worker_might_have_is_given_to_the_next(tmp_path: Path) -> None:
    """The scheduler alone keeps such tasks for ever. The next comes when none is left, and that is said."""
    words = list[str]()
    with ExitStack() as stack:
        address, processes = stack.enter_context(cluster(tmp_path, 1, *ONE))

        def another_comes(word: str) -> None:
            words.append(word)
            stack.enter_context(worker(address, *ONE, folder=tmp_path))

        sweep = run_sweep(study_file(tmp_path), tmp_path / "out",
                          Struck(address, killing(processes[1]), say=another_comes))
    assert (sweep.exit_code, words) == (0, ["no worker is left; the next that comes gets the points"])
    assert_whole(tmp_path, {})


def test_a_sweep_goes_on_under_another_scheduler(tmp_path: Path) -> None:
    """The sweep ends when its scheduler is lost; what was stored is kept as it is."""
    with cluster(tmp_path, 1, *ONE) as (address, processes), pytest.raises(EmulationError, match="is lost"):
        run_sweep(study_file(tmp_path), tmp_path / "out", Struck(address, killing(processes[0])))
    before = stored(tmp_path / "out")
    with cluster(tmp_path, 1, *ONE) as (address, _):
        run_sweep(study_file(tmp_path), tmp_path / "out", DaskWorkers(address, print))
    assert len(before) >= 4
    assert_whole(tmp_path, before)


def test_a_sweep_goes_on_after_its_client_was_killed(tmp_path: Path) -> None:
    """By kill -9 in the middle; the next client finds the workers busy with nothing."""
    file = study_file(tmp_path)
    with cluster(tmp_path, 1, *ONE) as (address, _):
        script = (f"import os; from pathlib import Path; from tests.jobs.sweep.test_dask import Struck, run_sweep; "
                  f"run_sweep(Path({str(file)!r}), Path({str(tmp_path / 'out')!r}), "
                  f"Struck({address!r}, lambda: os.kill(os.getpid(), {int(signal.SIGKILL)})))")
        client = subprocess.run((sys.executable, "-c", script), cwd=code_snapshot.PROJECT, check=False)
        before = stored(tmp_path / "out")
        run_sweep(file, tmp_path / "out", DaskWorkers(address, print))
    assert client.returncode == -signal.SIGKILL and len(before) >= 4
    assert_whole(tmp_path, before)


def refusal(folder: Path, address: str) -> str:
    """What is said of the one worker of a cluster, which gets no point."""
    words: list[str] = []
    with pytest.raises(CannotRun, match="no worker of the cluster"):
        run_sweep(study_file(folder), folder / "out", DaskWorkers(address, words.append))
    assert len(words) == 1 and stored(folder / "out") == {}
    return words[0]


def stored(out: Path) -> dict[str, tuple[str, str, float]]:
    """Every result that is stored, by its id: the result, who computed it, in which time."""
    with opened(out) as store:
        return {row[0]: row[1:] for row in store.connection.execute("SELECT * FROM results")}


def assert_whole(folder: Path, before: dict[str, tuple[str, str, float]]) -> None:
    """The rows are those of an undisturbed sweep, and what was stored before is as it was: computed once."""
    run_sweep(study_file(folder), folder / "undisturbed", HereWorkers())
    after, undisturbed = stored(folder / "out"), stored(folder / "undisturbed")
    assert rows(folder / "out") == rows(folder / "undisturbed")
    assert {key: row[0] for key, row in after.items()} == {key: row[0] for key, row in undisturbed.items()}
    assert before.items() <= after.items()
