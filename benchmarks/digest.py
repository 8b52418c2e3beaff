"""Same network and seed, same digest, whatever else: `python -m benchmarks.digest`.

The runs of topologies/castres-mazamet.yaml, TCP, pages and calls included: twice as it is; into a folder that held a
run before, and into one inside the project; with every core kept busy; from another folder with another environment;
with Python's compiled files there already; as another user, from a copy of the project (as root only); and once with
another seed, which has to give another digest. Each is a process of its own:
`python -m benchmarks.digest run SEED FOLDER`.
"""

from __future__ import annotations

import compileall
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks.support.figure import Figure, main
from twin.core.errors import EmulationError
from twin.jobs.experiment.on_host import measure
from twin.jobs.experiment.spec import Order
from twin.jobs.verify import quiet
from twin.lab import VIRTUAL
from twin.lab.kernel_cache import require_kernel
from twin.model.yaml import load
from twin.plan import plan

PROJECT = Path(__file__).resolve().parents[1]
PACKAGES = ("twin", "controllers", "traffic", "benchmarks", "topologies")
NETWORK = "topologies/castres-mazamet.yaml"
SECONDS = 10.0
STRANGER = 61_234
"""A user that nobody is."""
SEED, OTHER_SEED = 7, 8
BUSY = "while True: pass"


def figures() -> list[Figure]:
    """Run them all and compare the digests with the first."""
    with tempfile.TemporaryDirectory(prefix="metro-twin-") as name:
        folder = Path(name)
        first, other = digest(SEED, folder / "first"), digest(OTHER_SEED, folder / "other")
        return [
            _same("the same seed twice", first, digest(SEED, folder / "second")),
            _same("into a folder that held a run before", first, digest(SEED, folder / "other")),
            _same("with every core kept busy", first, _busy(folder)),
            _same("in another folder, with another environment", first, _elsewhere(folder / "another place")),
            _same("into a folder inside the project", first, _within(folder / "whole")),
            _same("from a copy that Python has compiled", first, _compiled(folder / "compiled")),
            _as_stranger(first, folder),
            Figure("digest, another seed", "another", other[:12], other != first),
        ]


def digest(seed: int, out: Path, project: Path = PROJECT, environment: Mapping[str, str] | None = None,
           command: tuple[str, ...] = ()) -> str:
    """The digest of a run in a process of its own, started by `command` in a copy of the project."""
    done = subprocess.run((*command, sys.executable, "-m", "benchmarks.digest", "run", str(seed), out), cwd=project,
                          env=environment, capture_output=True, text=True)
    if done.returncode:
        raise EmulationError(f"the run in {project} ended with exit {done.returncode}:\n{done.stderr[-2000:]}")
    return done.stdout.strip()


def run(seed: int, out: Path) -> None:
    """Run here and print the digest."""
    (side,) = measure(VIRTUAL, [(plan(load(NETWORK)), out)], Order(SECONDS, seed), quiet)
    print(side.digest)


def _same(what: str, first: str, other: str) -> Figure:
    return Figure(f"digest, {what}", first[:12], other[:12], other == first)


def _busy(folder: Path) -> str:
    with kept_busy():
        return digest(SEED, folder / "busy")


@contextmanager
def kept_busy() -> Iterator[None]:
    """A process that never rests on each core, until the end."""
    with ExitStack() as stack:
        for core in os.sched_getaffinity(0):
            spinning = subprocess.Popen(("taskset", "-c", str(core), sys.executable, "-c", BUSY))
            stack.callback(spinning.wait)
            stack.callback(spinning.kill)
        yield


def _elsewhere(folder: Path) -> str:
    """From a copy of the project, with a longer environment, another time zone and another language."""
    copy(folder)
    strange = {f"STRANGE_{n}": "x" * n for n in range(50)}
    environment = {**os.environ, **strange, "PYTHONPATH": "", "TZ": "Asia/Tokyo", "LC_ALL": "C",
                   "PYTHONHASHSEED": "4711"}
    return digest(SEED, folder.with_name("another"), folder, environment)


def _within(folder: Path) -> str:
    """As `twin verify` does it unless told otherwise: the results go to a folder inside the project."""
    copy(folder)
    return digest(SEED, folder / "runs" / "a-run", folder, {**os.environ, "PYTHONPATH": ""})


def _compiled(folder: Path) -> str:
    """From a copy in which each module has been compiled before."""
    copy(folder)
    compileall.compile_dir(folder, quiet=2)
    return digest(SEED, folder.with_name("of-compiled"), folder, {**os.environ, "PYTHONPATH": ""})


def _as_stranger(first: str, folder: Path) -> Figure:
    """As a user without a name, with a home, a copy of the project and a copy of the lab kernel of its own."""
    what = "as another user"
    if os.geteuid() != 0:
        return Figure(f"digest, {what}", first[:12], "not tried: only root can be another user")
    home = folder / "home"
    copy(home / "project")
    kernel = require_kernel().linux.parent
    shutil.copytree(kernel, home / ".cache" / "metro-twin" / "kernel" / kernel.name)
    folder.chmod(0o755)
    for path in (home, *home.rglob("*")):
        os.chown(path, STRANGER, STRANGER)
    user = ("setpriv", f"--reuid={STRANGER}", f"--regid={STRANGER}", "--clear-groups")
    environment = {**os.environ, "HOME": str(home), "XDG_CACHE_HOME": "", "PYTHONPATH": ""}
    try:
        return _same(what, first, digest(SEED, home / "out", home / "project", environment, user))
    finally:
        shutil.rmtree(f"/tmp/metro-twin-{STRANGER}", ignore_errors=True)


def copy(folder: Path) -> None:
    """A copy of the project's packages."""
    for name in PACKAGES:
        shutil.copytree(PROJECT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))


if __name__ == "__main__":
    if sys.argv[1:2] == ["run"]:
        run(int(sys.argv[2]), Path(sys.argv[3]))
    else:
        main(figures)
