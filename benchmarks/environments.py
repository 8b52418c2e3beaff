"""Odd environments, each with the exit code and the words that a user must get: `python -m benchmarks.environments`.

Each is made in a process of its own, and where it mounts in a mount namespace of its own: `python -m
benchmarks.environments in NAME FOLDER` makes the environment NAME and becomes the `twin` command of it. Only root can
mount, or be another user; for others those rows say so.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.support.figure import Figure, main
from benchmarks.support.odd_environments import ENVIRONMENTS, PROJECT, STAGE, Environment, mount
from twin.jobs.verify import RunOptions, verify

TWIN = "import sys; sys.argv[0] = 'twin'; from twin.cli import main; sys.exit(main())"
SHARED_MEMORY = "/dev/shm"
"""Where trials have their folders: some environments have another /tmp."""
PATIENCE_S = 300.0


def figures() -> list[Figure]:
    """What a user got in each environment."""
    with TemporaryDirectory(prefix="metro-twin-", dir=SHARED_MEMORY) as folder:
        stored_run(Path(folder) / "stored")
        with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
            outcomes = list(pool.map(lambda name: tried(name, Path(folder)), ENVIRONMENTS))
    right = sum(figure.holds is True for figure in outcomes)
    return [Figure("odd environments in which a user gets what he should", str(len(outcomes)), str(right),
                   all(figure.holds is not False for figure in outcomes)), *outcomes]


def stored_run(folder: Path) -> None:
    """A run of one second, for verbs that read one."""
    verify(PROJECT / "topologies" / "minimal.yaml", folder, RunOptions(1.0, baseline=False))


def tried(name: str, folder: Path) -> Figure:
    """One environment: the exit code and what is wrong with the words, if anything."""
    environment = ENVIRONMENTS[name]
    wanted = f"exit {environment.code}" + (f", /{environment.says!r:.60}/".replace("'", "") if environment.says else "")
    if environment.root and os.geteuid() != 0:
        return Figure(name, wanted, "not tried: only root can make it")
    code, words = outcome(name, folder)
    wrong = list(faults(environment, code, words))
    return Figure(name, wanted, "; ".join(wrong) or f"exit {code}", not wrong)


def outcome(name: str, folder: Path) -> tuple[int, str]:
    """The exit code in an environment, and what was written there."""
    place = Path(folder, re.sub("[^a-z0-9]+", "-", name.lower()))
    place.mkdir()
    shutil.copytree(folder / "stored", place / "run")
    apart = ("unshare", "--mount") if ENVIRONMENTS[name].root else ()
    command = (*apart, sys.executable, "-m", "benchmarks.environments", "in", name, place)
    ended = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=PATIENCE_S, cwd=PROJECT,
                           check=False)
    shutil.rmtree(place, ignore_errors=True)
    return ended.returncode, ended.stdout.decode(errors="replace")


def faults(environment: Environment, code: int, words: str) -> Iterator[str]:
    """What is wrong with how a command ended."""
    if code != environment.code:
        yield f"exit {code}"
    if "Traceback" in words:
        yield "a traceback"
    if not re.search(environment.says, words):
        yield f'it says "{" ".join(words.split())[-200:]}"'


def become(name: str, folder: Path) -> None:
    """Make an environment, then run its command in it."""
    environment = ENVIRONMENTS[name]
    os.environ["PYTHONPATH"] = os.pathsep.join((str(PROJECT), *filter(os.path.isabs, sys.path)))
    if environment.root:
        mount("-t", "tmpfs", "none", STAGE)
    environment.make(folder)
    words = [word.format(folder) for word in environment.words]
    os.execv(environment.python, (environment.python, "-c", TWIN, *words))


if __name__ == "__main__":
    if sys.argv[1:2] == ["in"]:
        become(sys.argv[2], Path(sys.argv[3]))
    else:
        main(figures)
