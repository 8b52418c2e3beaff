"""Tasks on a Dask cluster: the one place that speaks to its scheduler (extra `dask` of the package).

    dask scheduler                                                                  somewhere
    dask worker tcp://HOST:8786 --nthreads 1 --nworkers 8 --resources lab=1         on each machine, by any user

What the scheduler does not promise is seen to here. It keeps nothing: results are stored by the client, and few tasks
are given to it at a time, so that a worker that comes later has work too. A task that is cancelled goes on, and its
worker would be thought free: so a worker has one thread, and a task is a process of its own with a deadline by progress
(twin.jobs.sweep.workers.point_process). A worker proves its version before its first point, and again with each. A task
is for the workers that were admitted when it was given; where all of those are gone, the scheduler would keep it for
ever, and it is given anew.
"""

from __future__ import annotations

import logging
import time
from collections import deque
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


@dataclass(frozen=True, slots=True)
class _Errand:
    """A task in the hands of the scheduler, and the addresses of the workers that may have it."""

    task: Task
    workers: frozenset[str]


@dataclass(slots=True)
class _Cluster:
    """The workers that are known. admitted: addresses of those that may get points. refused: of the others. waiting:
    tasks that wait for an admitted worker. under_way: futures with their errands. stranded: how often one was given
    anew."""

    client: Any
    needed: Identity
    say: OnWorker
    admitted: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    waiting: deque[Task] = field(default_factory=deque)
    under_way: dict[Any, _Errand] = field(default_factory=dict)
    done: SimpleQueue[Any] = field(default_factory=SimpleQueue)
    stranded: int = 0
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
        known, before = self._known(), len(self.admitted)
        self.admitted &= known.keys()
        self.refused &= known.keys()
        new = [address for address in known if address not in self.admitted | self.refused]
        answers = self.client.run(dask_task.refusal, asdict(self.needed), workers=new, on_error="return") if new else {}
        still = self._known() if new else known
        for address in (each for each in new if each in still):  # One that went meanwhile proves nothing of itself.
            reason = _reason(known[address], answers.get(address, "gave no answer"))
            if reason:
                self.refused.add(address)
                self.say(f"the worker {address} {reason}; it gets no points")
            else:
                self.admitted.add(address)
        if before and not self.admitted:
            self.say("no worker is left; the next that comes gets the points")
        self._take_back_stranded()

    def _known(self) -> dict[str, dict[str, Any]]:
        """The workers that the scheduler has, by address."""
        return dict(self.client.scheduler_info(n_workers=-1)["workers"])

    def finished(self, tasks: Iterator[Task]) -> Iterator[Finished]:
        """Every task, given and taken back."""
        self._give(tasks)
        while self.under_way or self.waiting:
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
        """As many more tasks as keep the admitted workers busy; none where all of them are gone."""
        wanted = AHEAD * max(1, len(self.admitted)) - len(self.under_way) - len(self.waiting)
        self.waiting.extend(islice(tasks, max(0, wanted)))
        while self.admitted and self.waiting:
            task, workers = self.waiting.popleft(), frozenset(self.admitted)
            key = f"{task.id}-{self.stranded}" if self.stranded else task.id  # The scheduler may still know the first.
            future = self.client.submit(dask_task.carried_out, task.id, task.text, key=key, resources={LAB: 1},
                                        workers=[*workers], retries=ATTEMPTS - 1, pure=True)
            self.under_way[future] = _Errand(task, workers)
            future.add_done_callback(self.done.put)

    def _take_back_stranded(self) -> None:
        """Take back what only workers may have that are gone, results too that were not fetched from them."""
        stranded = [future for future, errand in self.under_way.items() if not errand.workers & self.admitted]
        if not stranded:
            return
        self.stranded += 1
        self.waiting.extend(self.under_way.pop(future).task for future in stranded)
        self.client.cancel(stranded)

    def _taken(self, future: Any) -> Iterator[Finished]:
        """What a future has become: a result, a failure, or nothing yet, where its result went with its worker and is
        computed again; that is looked at later."""
        if future not in self.under_way or future.status in ("lost", "pending"):
            return
        task = self.under_way[future].task
        if future.status == "finished":
            try:
                answer = future.result(timeout=LOOK_S)
            except TimeoutError:  # Its worker was lost before it gave the result: it is computed again.
                return
            finished = Finished(task, answer["result"], answer["worker"], answer["seconds"], answer["failure"])
        elif future.status == "error":
            finished = Finished(task, "", "", failure=f"given up: {future.exception()}")
        else:
            raise self.lost()
        del self.under_way[future]
        yield finished
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
