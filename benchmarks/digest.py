"""Same network and seed, same digest, whatever else: `python -m benchmarks.digest`.

The runs of topologies/castres-mazamet.yaml, TCP, pages and calls included: twice as it is; with every core kept busy;
from another folder with another environment; with Python's compiled files there already; as another user, from a copy of
the project (as root only); and once with another seed, which has to give another digest. Each is a process of its own: `python -m benchmarks.digest run SEED`.
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

from benchmarks import lab
from benchmarks.figure import Figure, main
from twin.errors import EmulationError
from twin.lab.place import cache
from twin.load import load
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
    with tempfile.TemporaryDirectory(prefix="metro-twin-") as folder:
        first = digest(SEED)
        found = [
            _same("the same seed twice", first, digest(SEED)),
            _same("with every core kept busy", first, _busy()),
            _same("in another folder, with another environment", first, _elsewhere(Path(folder) / "another place")),
            _same("from a copy that Python has compiled", first, _compiled(Path(folder) / "compiled")),
            _as_stranger(first, Path(folder)),
        ]
        other = digest(OTHER_SEED)
        found.append(Figure("digest, another seed", "another", other[:12], other != first))
    return found


def digest(seed: int, command: tuple[str, ...] = (), folder: Path = PROJECT,
           environment: Mapping[str, str] | None = None) -> str:
    """The digest of a run in a process of its own, started by `command` in the copy of the project in `folder`."""
    done = subprocess.run((*command, sys.executable, "-m", "benchmarks.digest", "run", str(seed)), cwd=folder,
                          env=environment, capture_output=True, text=True)
    if done.returncode:
        raise EmulationError(f"the run in {folder} ended with exit {done.returncode}:\n{done.stderr[-2000:]}")
    return done.stdout.strip()


def run(seed: int) -> None:
    """Run here and print the digest."""
    print(lab.run(plan(load(NETWORK)), SECONDS, seed).side.digest)


def _same(what: str, first: str, other: str) -> Figure:
    return Figure(f"digest, {what}", first[:12], other[:12], other == first)


def _busy() -> str:
    with kept_busy():
        return digest(SEED)


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
    return digest(SEED, folder=folder, environment={**os.environ, **strange, "TZ": "Asia/Tokyo", "LC_ALL": "C",
                                                    "PYTHONHASHSEED": "4711"})


def _compiled(folder: Path) -> str:
    """From a copy in which each module has been compiled before."""
    copy(folder)
    compileall.compile_dir(folder, quiet=2)
    return digest(SEED, folder=folder)


def _as_stranger(first: str, folder: Path) -> Figure:
    """As a user without a name, with a home, a copy of the project and a copy of the lab kernel of its own."""
    what = "as another user"
    if os.geteuid() != 0:
        return Figure(f"digest, {what}", first[:12], "not tried: only root can be another user")
    home = folder / "home"
    copy(home / "project")
    shutil.copytree(cache() / "kernel", home / ".cache" / "metro-twin" / "kernel")
    folder.chmod(0o755)
    for path in (home, *home.rglob("*")):
        os.chown(path, STRANGER, STRANGER)
    user = ("setpriv", f"--reuid={STRANGER}", f"--regid={STRANGER}", "--clear-groups")
    try:
        return _same(what, first, digest(SEED, user, home / "project", {"HOME": str(home), "PATH": os.defpath}))
    finally:
        shutil.rmtree(f"/tmp/metro-twin-{STRANGER}", ignore_errors=True)


def copy(folder: Path) -> None:
    """A copy of the project's packages."""
    for name in PACKAGES:
        shutil.copytree(PROJECT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))


if __name__ == "__main__":
    if sys.argv[1:2] == ["run"]:
        run(int(sys.argv[2]))
    else:
        main(figures)
