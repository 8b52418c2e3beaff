"""Sweeps: `python -m benchmarks.sweeps [PART]`; without PART all: scaling, dask, theory, kills, digests.

    scaling   40 points in labs: two local workers against one
    dask      the same on two Dask workers on the loopback address, and what scheduler and client add to a point
    theory    10 000 points of theory
    kills     client, worker and scheduler ended by kill -9 at random moments; then the rows of an undisturbed sweep
    digests   the same points by workers whose host roots differ (benchmarks.host_variations; only root can mount)

Rates of two workers against one say nothing on a machine that has other work.
"""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from benchmarks.support.figure import Figure, at_least, at_most, main
from benchmarks.support.lab import TOPOLOGIES
from twin.core.errors import EmulationError
from twin.jobs.sweep.runner import run_sweep
from twin.jobs.sweep.workers.dask_cluster import DaskWorkers
from twin.jobs.sweep.workers.local_workers import LocalWorkers, Workers
from twin.jobs.sweep.workers.point_process import PROJECT, PointProcess
from twin.judge.sweep.results import Sweep
from twin.lab import allowed_cores

HEAD = f"study: 1\nnetwork: {TOPOLOGIES / 'minimal.yaml'}\n"
MEASURED = HEAD + """design: cross
parameters: {down: {key: profiles.dsl-512.down, from: 512 kbit/s, to: 2048 kbit/s, steps: 20}}
seeds: [1, 2]
compute: [{kind: packets, seconds: 2 s}]
"""
PREDICTED = HEAD + """design: latin-hypercube
points: COUNT
parameters:
  down: {key: profiles.dsl-512.down, from: 512 kbit/s, to: 8192 kbit/s}
  up: {key: profiles.dsl-512.up, from: 256 kbit/s, to: 2048 kbit/s}
compute: [{kind: theory}]
"""
MANY, SOME = 10_000, 400
KILLS = 100
VARIATIONS = ("nothing", "files added to /usr", "another environment")
QUIET = {"DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False", "DASK_DISTRIBUTED__ADMIN__TICK__INTERVAL": "1s"}
"""As docs/sweeps.md has schedulers and workers started."""
START = "import sys; sys.argv[0] = 'twin'; from twin.cli import main; sys.exit(main())"
Column = list[tuple[str, str]]


def figures(*parts: str) -> list[Figure]:
    """The figures of these parts, or of all."""
    with TemporaryDirectory(prefix="metro-twin-") as folder:
        return [figure for name, part in PARTS.items() if not parts or name in parts for figure in part(Path(folder))]


def scaling(folder: Path) -> Iterator[Figure]:
    """Points in labs, one worker and two."""
    file = study(folder, MEASURED)
    alone = swept(file, folder / "one", LocalWorkers(1))
    both = swept(file, folder / "two", LocalWorkers(2))
    yield at_least("40 points in two local labs, against one", 1.9, alone / both, "times", busy(f"{both:.0f} s"))


def dask(folder: Path) -> Iterator[Figure]:
    """The same on a cluster; and what a point takes beyond its own computation."""
    file = study(folder, MEASURED)
    alone = swept(file, folder / "alone", LocalWorkers(1))
    with cluster(folder) as (address, _):
        both = swept(file, folder / "cluster", DaskWorkers(address, print))
        quick, out = study(folder, PREDICTED.replace("COUNT", str(SOME))), folder / "quick"
        whole = swept(quick, out, DaskWorkers(address, print))
    own = sum(float(seconds) for _, seconds in column(out, "seconds"))
    yield at_least("40 points on two Dask workers, against one local lab", 1.8, alone / both, "times", busy(""))
    yield at_most("what scheduler, client and store add to a point", 50, 1000 * (whole * 2 - own) / SOME, "ms",
                  busy(f"{SOME} points of theory"))


def theory(folder: Path) -> Iterator[Figure]:
    """Many points without a lab."""
    took = swept(study(folder, PREDICTED.replace("COUNT", str(MANY))), folder / "many", LocalWorkers())
    yield at_most(f"{MANY} points of theory on {len(allowed_cores())} cores", 300, took, "s", busy(""))


def kills(folder: Path, times: int = KILLS) -> Iterator[Figure]:
    """A sweep on a cluster that is killed over and over, and one that is not."""
    file, random = study(folder, PREDICTED.replace("COUNT", str(MANY // 10))), Random(times)
    swept(file, folder / "undisturbed", LocalWorkers())
    out, struck, changed = folder / "killed", dict.fromkeys(("client", "worker", "scheduler"), 0), 0
    while sum(struck.values()) < times:
        before = column(out, "worker || seconds || result")
        with cluster(folder) as (address, processes):
            at_work, whom = client(file, out, address), random.choice([*struck])
            pids = {"client": at_work.pid, "worker": processes[1].pid, "scheduler": processes[0].pid}
            with suppress(subprocess.TimeoutExpired):
                at_work.wait(random.uniform(0.5, 6))
            for pid in (pids[whom], at_work.pid):
                with suppress(ProcessLookupError):
                    os.killpg(pid, signal.SIGKILL)
                with suppress(subprocess.TimeoutExpired):
                    at_work.wait(2)
            at_work.wait()
        struck[whom] += 1
        changed += sum(row not in column(out, "worker || seconds || result") for row in before)
    swept(file, out, LocalWorkers())
    same = column(out, "result") == column(folder / "undisturbed", "result") and \
        (out / "results.csv").read_text() == (folder / "undisturbed" / "results.csv").read_text()
    yield Figure(f"kill -9 at {times} random moments ({', '.join(f'{name} {n}' for name, n in struck.items())})",
                 "the rows of an undisturbed sweep", "the same" if same else "others", same)
    yield Figure("  results that were stored, and are computed again", "none", str(changed), not changed)


def digests(folder: Path) -> Iterator[Figure]:
    """The same points by workers that see different hosts."""
    if os.geteuid() != 0:
        yield Figure("digests by workers whose host roots differ", "one each", "not tried: only root can mount")
        return
    file = study(folder, MEASURED.replace("steps: 20", "steps: 2"))
    results: dict[str, list[str]] = {}
    for name in VARIATIONS:
        before = ("unshare", "--mount", sys.executable, "-m", "benchmarks.host_variations", "in", name)
        out = folder / re.sub(r"\W+", "-", name)
        workers = LocalWorkers(1, partial(_varied, before))
        results[name] = [point.results["packets"].digest for point in completed(file, out, workers).points]
    same = len({tuple(digest) for digest in results.values()}) == 1 and all(map(all, results.values()))
    yield Figure(f"digests of 4 points by {len(results)} workers whose host roots differ ({', '.join(results)})",
                 "one each", " ".join(digest[:8] for digest in results["nothing"]) if same else "several", same)


def _varied(before: tuple[str, ...], core: int | None) -> PointProcess:
    return PointProcess(core, before=before)


def study(folder: Path, text: str) -> Path:
    """The study as a file."""
    file = folder / "study.yaml"
    file.write_text(text)
    return file


def swept(file: Path, out: Path, workers: Workers) -> float:
    """Seconds of a whole sweep."""
    began = time.monotonic()
    completed(file, out, workers)
    return time.monotonic() - began


def completed(file: Path, out: Path, workers: Workers) -> Sweep:
    """A sweep all of whose points have all results. Raises EmulationError with the reasons where one could not be
    computed."""
    sweep = run_sweep(file, out, workers)
    if sweep.exit_code:
        raise EmulationError(f"{out.name}: some points could not be computed: {'; '.join(sweep.failures)}")
    return sweep


def client(file: Path, out: Path, address: str) -> subprocess.Popen[bytes]:
    """`twin sweep` on a cluster, in a session of its own."""
    return subprocess.Popen((sys.executable, "-c", START, "sweep", str(file), "--out", str(out), "--dask", address),
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)


def column(out: Path, what: str) -> Column:
    """Of each result that is stored its id and something more, by id."""
    if not (out / "sweep.db").exists():
        return []
    connection = sqlite3.connect(out / "sweep.db")
    try:
        return [(row[0], str(row[1])) for row in connection.execute(f"SELECT id, {what} FROM results ORDER BY id")]
    except sqlite3.OperationalError:  # killed before its tables were there
        return []
    finally:
        connection.close()


@contextmanager
def cluster(folder: Path) -> Iterator[tuple[str, list[subprocess.Popen[str]]]]:
    """A scheduler and two workers; its address, and all three, the scheduler first."""
    with ExitStack() as stack:
        scheduler = stack.enter_context(_dask(folder, "scheduler", "--host", "127.0.0.1", "--port", "0"))
        assert scheduler.stderr is not None
        address = next(line for line in scheduler.stderr if "Scheduler at:" in line).split()[-1]
        words = ("worker", address, "--host", "127.0.0.1", "--no-nanny", "--nthreads", "1", "--resources", "lab=1")
        yield address, [scheduler, *(stack.enter_context(_dask(folder, *words)) for _ in range(2))]


@contextmanager
def _dask(folder: Path, *words: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen((sys.executable, "-P", "-m", "dask", *words, "--no-dashboard"), cwd=folder, text=True,
                               env={**os.environ, **QUIET, "PYTHONPATH": str(PROJECT)}, stderr=subprocess.PIPE,
                               start_new_session=True)
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        assert process.stderr is not None
        process.stderr.close()


def busy(words: str) -> str:
    """With a remark where the machine has other work than this."""
    load = os.getloadavg()[0]
    remark = f"busy machine: load {load:.1f}" if load > len(allowed_cores()) + 1 else ""
    return "; ".join(filter(None, (words, remark)))


PARTS: Mapping[str, Callable[[Path], Iterator[Figure]]] = {
    "scaling": scaling, "dask": dask, "theory": theory, "kills": kills, "digests": digests}


if __name__ == "__main__":
    main(partial(figures, *sys.argv[1:]))
