"""Results that are lost on their way from a Dask cluster, or with it; by a fake client."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from types import SimpleNamespace

import pytest

from twin.core.errors import EmulationError
from twin.jobs.sweep.task import Task
from twin.jobs.sweep.workers import dask_cluster
from twin.jobs.sweep.workers.dask_cluster import DaskWorkers
from twin.jobs.sweep.workers.identity import identity
from twin.jobs.sweep.workers.point_process import Finished


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

    def result(self, timeout: float) -> dict[str, object]:
        """Of a scheduler that is gone, or of a worker: in time or not."""
        if (status := self.status) == "broken":
            raise ConnectionResetError("by peer")
        if status == "late":
            raise TimeoutError
        return {"result": "r", "worker": "w", "seconds": 1.0, "failure": ""}

    def release(self) -> None:
        """It is not needed any more."""


class FakeClient:
    """A client of a scheduler with one worker, all of whose tasks become one future."""

    status = "running"
    scheduler = SimpleNamespace(addr="tcp://fake")

    def __init__(self, future: FakeFuture, *before: tuple[str, ...]) -> None:
        """before: the workers that it has when it is asked first, and then."""
        self._future, self._workers = future, [*before, ("w",)]

    def scheduler_info(self, n_workers: int) -> dict[str, object]:
        """Of one worker, but for those before."""
        workers = self._workers.pop(0) if len(self._workers) > 1 else self._workers[0]
        return {"workers": {name: {"resources": {"lab": 1}, "nthreads": 1} for name in workers}}

    def run(self, *_: object, **__: object) -> dict[str, object]:
        """It lacks nothing; any other is not reached."""
        return {"w": "", "gone": OSError("closed")}

    def submit(self, *_: object, **__: object) -> FakeFuture:
        """The future."""
        return self._future


def finished_by(monkeypatch: pytest.MonkeyPatch, future: FakeFuture) -> list[Finished]:
    """What comes of one task."""
    monkeypatch.setattr(dask_cluster, "_connected", lambda _: nullcontext(FakeClient(future)))
    monkeypatch.setattr(dask_cluster, "LOOK_S", 0.01)
    return [*DaskWorkers("tcp://fake", print).finished([Task("t", "{}", "theory")], identity())]


@pytest.mark.parametrize("statuses", [("lost", "pending", "pending"), ("finished", "finished", "late")])
def test_a_result_that_was_lost_with_its_worker_is_awaited_again(
        statuses: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    """The scheduler lets it be computed once more: it is neither gone nor stored twice. Also where that is seen only as
    the result is fetched."""
    (finished,) = finished_by(monkeypatch, FakeFuture(*statuses, "finished"))
    assert (finished.result, finished.failure) == ("r", "")


def test_a_worker_that_goes_before_it_has_answered_is_not_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor is the sweep given up for it; the next that comes has the points."""
    words = list[str]()
    client = FakeClient(FakeFuture("finished"), ("gone",), ())
    monkeypatch.setattr(dask_cluster, "_connected", lambda _: nullcontext(client))
    finished = [*DaskWorkers("tcp://fake", words.append).finished([Task("t", "{}", "theory")], identity())]
    assert ([each.result for each in finished], words) == (["r"], [])


def test_a_connection_that_breaks_is_a_lost_scheduler(monkeypatch: pytest.MonkeyPatch) -> None:
    """While a result is fetched, too."""
    with pytest.raises(EmulationError, match="tcp://fake is lost"):
        finished_by(monkeypatch, FakeFuture("finished", "finished", "broken"))
