"""A sweep on a real scheduler with real workers, on the loopback address."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.jobs.sweep.studies import RATES, study_file
from tests.jobs.sweep.test_sweep import HereWorkers, rows
from twin.core.errors import CannotRun, EmulationError
from twin.jobs.sweep.runner import run_sweep
from twin.jobs.sweep.store import opened
from twin.jobs.sweep.task import Task
from twin.jobs.sweep.workers import dask_cluster, dask_task
from twin.jobs.sweep.workers.dask_cluster import DaskWorkers
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
        words = ("worker", address, "--host", "127.0.0.1", "--no-dashboard", "--no-nanny", "--nthreads", "1", *options)
        yield address, [scheduler, *(stack.enter_context(program(*words, folder=folder, code=code))
                                     for _ in range(workers))]


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


class FakeFuture:
    """A future that is done, and has become what `statuses` say, one after the other."""

    def __init__(self, *statuses: str) -> None:
        self._statuses = [*statuses]

    @property
    def status(self) -> str:
        """The next; the last stays."""
        return self._statuses.pop(0) if len(self._statuses) > 1 else self._statuses[0]

    def add_done_callback(self, call: Callable[[FakeFuture], None]) -> None:
        """It is done."""
        call(self)

    def result(self) -> dict[str, object]:
        """Of a scheduler that is gone, or of a worker."""
        if self.status == "broken":
            raise ConnectionResetError("by peer")
        return {"result": "r", "worker": "w", "seconds": 1.0, "failure": ""}

    def release(self) -> None:
        """It is not needed any more."""


class FakeClient:
    """A client of a scheduler with one worker, all of whose tasks become one future."""

    status = "running"
    scheduler = SimpleNamespace(addr="tcp://fake")

    def __init__(self, future: FakeFuture) -> None:
        self._future = future

    def scheduler_info(self, n_workers: int) -> dict[str, object]:
        """Of one worker."""
        return {"workers": {"w": {"resources": {"lab": 1}, "nthreads": 1}}}

    def run(self, *_: object, **__: object) -> dict[str, str]:
        """It lacks nothing."""
        return {"w": ""}

    def submit(self, *_: object, **__: object) -> FakeFuture:
        """The future."""
        return self._future


def finished_by(monkeypatch: pytest.MonkeyPatch, future: FakeFuture) -> list[Finished]:
    """What comes of one task."""
    monkeypatch.setattr(dask_cluster, "_connected", lambda _: nullcontext(FakeClient(future)))
    monkeypatch.setattr(dask_cluster, "LOOK_S", 0.01)
    return [*DaskWorkers("tcp://fake", print).finished([Task("t", "{}", "theory")], identity())]


def test_a_result_that_was_lost_with_its_worker_is_awaited_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The scheduler lets it be computed once more: it is neither gone nor stored twice."""
    (finished,) = finished_by(monkeypatch, FakeFuture("lost", "pending", "pending", "finished"))
    assert (finished.result, finished.failure) == ("r", "")


def test_a_connection_that_breaks_is_a_lost_scheduler(monkeypatch: pytest.MonkeyPatch) -> None:
    """While a result is fetched, too."""
    with pytest.raises(EmulationError, match="tcp://fake is lost"):
        finished_by(monkeypatch, FakeFuture("finished", "finished", "broken"))


class Struck:
    """Workers of a cluster; a process is killed once so many tasks are done."""

    def __init__(self, address: str, victim: int, after: int = 4) -> None:
        self._workers, self._victim, self._after = DaskWorkers(address, print), victim, after

    def finished(self, tasks: Iterable[Task], needed: Identity) -> Iterator[Finished]:
        """As `Workers`."""
        for number, finished in enumerate(self._workers.finished(tasks, needed), 1):
            yield finished
            if number == self._after:
                os.kill(self._victim, signal.SIGKILL)


def test_a_worker_that_is_lost_costs_only_its_point(tmp_path: Path) -> None:
    """The other computes what it had in hand."""
    with cluster(tmp_path, 2, *ONE) as (address, processes):
        sweep = run_sweep(study_file(tmp_path), tmp_path / "out", Struck(address, processes[1].pid))
    assert sweep.exit_code == 0
    assert_whole(tmp_path, {})


def test_a_sweep_goes_on_under_another_scheduler(tmp_path: Path) -> None:
    """The sweep ends when its scheduler is lost; what was stored is kept as it is."""
    with cluster(tmp_path, 1, *ONE) as (address, processes), pytest.raises(EmulationError, match="is lost"):
        run_sweep(study_file(tmp_path), tmp_path / "out", Struck(address, processes[0].pid))
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
                  f"run_sweep(Path({str(file)!r}), Path({str(tmp_path / 'out')!r}), Struck({address!r}, os.getpid()))")
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
