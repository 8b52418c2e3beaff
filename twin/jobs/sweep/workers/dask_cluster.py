"""Tasks on a Dask cluster: the one place that speaks to its scheduler (extra `dask` of the package).

    dask scheduler                                                                  somewhere
    dask worker tcp://HOST:8786 --nthreads 1 --nworkers 8 --resources lab=1         on each machine, by any user

What the scheduler does not promise is seen to here. It keeps nothing: results are stored by the client, and few tasks
are given to it at a time, so that a worker that comes later has work too. A task that is cancelled goes on, and its
worker would be thought free: so a worker has one thread, and a task is a process of its own with a deadline by progress
(twin.jobs.sweep.workers.point_process). A worker proves its version before its first point, and again with each.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from itertools import islice
from queue import Empty, SimpleQueue
from typing import Any

from twin.core.errors import CannotRun, EmulationError
from twin.jobs.sweep.task import Task
from twin.jobs.sweep.workers import dask_task
from twin.jobs.sweep.workers.identity import Identity
from twin.jobs.sweep.workers.local_workers import ATTEMPTS
from twin.jobs.sweep.workers.point_process import Finished

LAB = "lab"
"""The resource of Dask of which a worker has one for each task at a time."""
AHEAD = 2
"""Tasks in hand for each worker."""
LOOK_S = 2.0
"""How often new workers are looked for."""
OnWorker = Callable[[str], None]
"""Called with what is to be said of a worker."""


@dataclass(slots=True)
class DaskWorkers:
    """Workers of a cluster. address: of its scheduler. say: what is said of workers that get no points. patience_s: for
    how long the first worker is waited for."""

    address: str
    say: OnWorker
    patience_s: float = 60.0

    def finished(self, tasks: Iterable[Task], needed: Identity) -> Iterator[Finished]:
        """As `Workers`. Raises CannotRun where there is no such scheduler or no worker, EmulationError where the
        scheduler is lost: what was stored stays."""
        with _connected(self.address) as client:
            cluster = _Cluster(client, needed, self.say)
            try:
                cluster.await_worker(self.patience_s)
                yield from cluster.finished(iter(tasks))
            except OSError as fault:  # Whatever was asked of the scheduler, its connection broke meanwhile.
                raise cluster.lost() from fault


@contextmanager
def _connected(address: str) -> Iterator[Any]:
    """A client of the scheduler, without a sound of its own."""
    try:
        from distributed import Client
    except ImportError:
        raise CannotRun("Dask is not installed", "pip install 'metro-twin[dask]'") from None
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    try:
        client = Client(address, timeout=10, set_as_default=False)
    except (OSError, ValueError) as fault:
        raise CannotRun(f"there is no Dask scheduler at {address}: {str(fault) or type(fault).__name__}",
                        "start one: dask scheduler; then name it, for example --dask tcp://127.0.0.1:8786") from fault
    try:
        yield client
    finally:
        client.close(timeout=5)


@dataclass(slots=True)
class _Cluster:
    """The workers that are known. admitted: addresses of those that may get points. refused: of the others. under_way:
    futures with their tasks."""

    client: Any
    needed: Identity
    say: OnWorker
    admitted: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    under_way: dict[Any, Task] = field(default_factory=dict)
    done: SimpleQueue[Any] = field(default_factory=SimpleQueue)
    looked: float = 0.0

    def await_worker(self, patience_s: float) -> None:
        """Wait until there is somebody to compute. Raises CannotRun where nobody comes."""
        deadline = time.monotonic() + patience_s
        self.look()
        while not self.admitted:
            if time.monotonic() > deadline or self.refused:
                raise CannotRun("no worker of the cluster can compute points of this version",
                                "start workers of the same version: dask worker ... --nthreads 1 --resources lab=1")
            time.sleep(0.2)
            self.look()

    def look(self) -> None:
        """Look for workers that are new, and let each prove its version."""
        self.looked = time.monotonic()
        known = self.client.scheduler_info(n_workers=-1)["workers"]
        self.admitted &= known.keys()
        new = [address for address in known if address not in self.admitted | self.refused]
        answers = self.client.run(dask_task.refusal, asdict(self.needed), workers=new, on_error="return") if new else {}
        for address in new:
            reason = _reason(known[address], answers.get(address, "is gone"))
            if reason:
                self.refused.add(address)
                self.say(f"the worker {address} {reason}; it gets no points")
            else:
                self.admitted.add(address)

    def finished(self, tasks: Iterator[Task]) -> Iterator[Finished]:
        """Every task, given and taken back."""
        self._give(tasks)
        while self.under_way:
            try:
                yield from self._taken(self.done.get(timeout=LOOK_S))
            except Empty:
                self._check_scheduler()
                for future in [each for each in self.under_way if each.status in ("finished", "error")]:
                    yield from self._taken(future)
            if time.monotonic() - self.looked > LOOK_S:
                self.look()
            self._give(tasks)

    def _give(self, tasks: Iterator[Task]) -> None:
        """As many more tasks as keep the admitted workers busy."""
        wanted = AHEAD * max(1, len(self.admitted)) - len(self.under_way)
        for task in islice(tasks, max(0, wanted)):
            future = self.client.submit(dask_task.carried_out, task.id, task.text, key=task.id, resources={LAB: 1},
                                        workers=[*self.admitted], retries=ATTEMPTS - 1, pure=True)
            self.under_way[future] = task
            future.add_done_callback(self.done.put)

    def _taken(self, future: Any) -> Iterator[Finished]:
        """What a future has become: a result, a failure, or nothing yet, where its result went with its worker and is
        computed again; that is looked at later."""
        if future not in self.under_way or future.status in ("lost", "pending"):
            return
        task = self.under_way.pop(future)
        if future.status == "finished":
            answer = future.result()
            yield Finished(task, answer["result"], answer["worker"], answer["seconds"], answer["failure"])
        elif future.status == "error":
            yield Finished(task, "", "", failure=f"given up: {future.exception()}")
        else:
            raise self.lost()
        future.release()

    def _check_scheduler(self) -> None:
        if self.client.status != "running" or any(future.status == "cancelled" for future in self.under_way):
            raise self.lost()

    def lost(self) -> EmulationError:
        """What is said where the scheduler is gone."""
        return EmulationError(f"the scheduler at {self.client.scheduler.addr} is lost; what was finished is stored: "
                              "start the scheduler and the workers, and the same command again")


def _reason(about: dict[str, Any], answer: object) -> str:
    """Why a worker gets no points; "" where it may."""
    if about["resources"].get(LAB, 0) < 1:
        return "has no resource lab: start it with --resources lab=1"
    if about["nthreads"] != 1:
        return f"has {about['nthreads']} threads: start it with --nthreads 1, as many as cores by --nworkers"
    if isinstance(answer, BaseException):
        return f"has no or another Metro Twin ({type(answer).__name__}: {answer})"
    return str(answer)
