"""Builds the lab kernel: source, configuration, compilation, a trial boot, and one rename into the user's cache."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from twin.errors import CannotRun, EmulationError
from twin.lab import kernel, locks, place, source, trial
from twin.lab.order import Kernel
from twin.lab.unpack import unpack

OnProgress = Callable[[float, str], None]
"""Told how far the build is (0 to 1) and what it does now."""

TOOLS = {"gcc": "gcc", "make": "make", "flex": "flex", "bison": "bison", "bc": "bc", "xz": "xz-utils", "perl": "perl",
         "patch": "patch", "strip": "binutils"}
"""What the build runs, and the Debian package of each."""
ROOM = 1200 * 2**20
"""Bytes of disk that a build needs: the package, its source, the objects."""
OBJECTS = 650
"""Files that make compiles for the tested series; only the progress bar stands on it."""
DOWNLOADED, UNPACKED, COMPILED = 0.05, 0.12, 0.99
"""The fraction of the build's time at which each stage ends, on two cores and a fast network."""
STAMP = "Sun Sep 9 01:46:40 UTC 2001"
"""The moment that the kernel says it was built, so that it says the same wherever it was built."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The source of a build: the archive or package, its top folder, and the version it says it is."""

    archive: Path
    top: str
    version: str


def build(on_progress: OnProgress, *, again: bool = False) -> Kernel:
    """The lab kernel, built when it is not there (or `again`): minutes on the first call, nothing later.

    Raises CannotRun when the machine lacks something; whatever happens, only a whole and tried kernel is left.
    """
    with _turn(on_progress):
        if not again and (ready := kernel.find()) is not None:
            return ready
        require_tools()
        require_room()
        with _bench() as bench:
            return _build(bench, on_progress)


def _build(bench: Path, on_progress: OnProgress) -> Kernel:
    """Go through the stages on an empty bench."""
    began = time.monotonic()
    on_progress(0.0, "asking Debian for a kernel source")
    origin = _fetch(bench, lambda part: on_progress(part * DOWNLOADED, "fetching the kernel source"))
    tree = bench / "tree"
    on_progress(DOWNLOADED, f"unpacking Linux {origin.version}")
    unpack(origin.archive, origin.top, tree)
    if origin.archive.is_relative_to(bench):
        origin.archive.unlink()
    on_progress(UNPACKED, "configuring")
    _amend(tree, origin.version)
    missing = _configure(tree)
    words = f"compiling Linux {origin.version}"
    _compile(tree, lambda part: on_progress(UNPACKED + part * (COMPILED - UNPACKED), words))
    result = bench / "result"
    result.mkdir()
    _check(("strip", "-o", str(result / "linux"), str(tree / "linux")), tree)
    _check(("gcc", "-O2", "-shared", "-fPIC", "-o", str(result / "shim.so"), str(kernel.SHIM)), tree)
    on_progress(COMPILED, "trying it")
    said = trial.boot(Kernel(result / "linux", result / "shim.so", origin.version), bench)
    seconds = round(time.monotonic() - began, 1)
    record = {"version": origin.version, "recipe": kernel.recipe_hash(), "says": said, "not_granted": missing,
              "compiler": _check(("gcc", "--version"), tree).split("\n")[0], "seconds": seconds}
    (result / "build.json").write_text(json.dumps(record, indent=1) + "\n")
    kept = kernel.keep(result, origin.version)
    on_progress(1.0, f"built in {seconds:g} s")
    return kept


def require_tools() -> None:
    """Raise CannotRun naming every missing tool of the build and the command that installs them."""
    absent = sorted({package for tool, package in TOOLS.items() if shutil.which(tool) is None})
    if not absent and not Path("/usr/include/stdio.h").exists():
        absent = ["libc6-dev"]
    if absent:
        raise CannotRun(f"the lab kernel cannot be built without {', '.join(absent)}",
                        f"sudo apt-get install --no-install-recommends {' '.join(absent)}")


def require_room() -> None:
    """Raise CannotRun when the disk of the cache is too full for a build."""
    free = shutil.disk_usage(kernel.store()).free
    if free < ROOM:
        raise CannotRun(f"{kernel.store()} has {free // 2**20} MiB left; a build needs {ROOM // 2**20}",
                        "free some space, or set XDG_CACHE_HOME to a larger disk")


@contextmanager
def _turn(on_progress: OnProgress) -> Iterator[None]:
    """Hold the lock of the store: one build at a time, the next one waits and finds the kernel there."""
    store = kernel.store()
    with ExitStack() as stack:
        try:
            store.mkdir(parents=True, exist_ok=True)
            stack.enter_context(locks.held(store / "lock", lambda: on_progress(0.0, "waiting for another build")))
        except OSError as fault:
            raise CannotRun(f"the cache cannot be written: {store}: {fault.strerror}",
                            "set XDG_CACHE_HOME to a folder that can be written") from fault
        yield


@contextmanager
def _bench() -> Iterator[Path]:
    """An empty folder beside the kernels, gone at the end; one that a killed build left is removed first."""
    for left in kernel.store().glob("bench-*"):
        shutil.rmtree(left, ignore_errors=True)
    bench = Path(tempfile.mkdtemp(prefix="bench-", dir=kernel.store()))
    try:
        yield bench
    except OSError as fault:
        raise CannotRun(f"the lab kernel cannot be built: {fault}", "see that the disk has room") from fault
    finally:
        shutil.rmtree(bench, ignore_errors=True)


def _fetch(bench: Path, on_part: Callable[[float], None]) -> Origin:
    """The source that the machine has installed, else the one that Debian serves."""
    there = source.installed()
    if there is not None:
        top = there.name.removesuffix(".tar.xz")
        return Origin(there, top, top.removeprefix("linux-source-"))
    source.require_apt()
    archive = source.Archive(bench / "apt")
    offer = source.find(archive)
    return Origin(archive.download(offer, on_part), offer.package, offer.upstream)


def _environment() -> dict[str, str]:
    """What make sees: nothing of the user's, so that the same source gives the same kernel."""
    return {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "HOME": "/nonexistent", "KBUILD_BUILD_USER": "twin",
            "KBUILD_BUILD_HOST": "twin", "KBUILD_BUILD_TIMESTAMP": STAMP, "KBUILD_BUILD_VERSION": "1"}


def _check(command: tuple[str, ...], tree: Path) -> str:
    """Run a short command in the tree; returns its output, raises EmulationError with the end of its complaint."""
    done = subprocess.run(command, cwd=tree, text=True, capture_output=True, stdin=subprocess.DEVNULL,
                          env=_environment(), check=False)
    if done.returncode:
        raise EmulationError(f"{command[0]} failed on the lab kernel: {done.stderr.strip()[-600:]}")
    return done.stdout


def _amend(tree: Path, version: str) -> None:
    """Change the source as we need it; raises CannotRun where it is not the source that our change knows."""
    try:
        _check(("patch", "--strip=1", "--forward", "--no-backup-if-mismatch", f"--input={kernel.PATCH}"), tree)
    except EmulationError as fault:
        raise CannotRun(f"Linux {version} is not the source that {kernel.PATCH.name} changes ({fault})",
                        "use a source of the series that build.json of an earlier kernel names, such as 7.2") from fault


def _configure(tree: Path) -> list[str]:
    """Add our own qdisc, and configure from nothing and our fragment; returns the options that this series did not
    grant."""
    schedulers = tree / "net/sched"
    shutil.copyfile(kernel.AIR, schedulers / kernel.AIR.name)
    with (schedulers / "Makefile").open("a") as makefile:
        makefile.write(f"obj-y += {kernel.AIR.stem}.o\n")
    _check(("make", "-s", "ARCH=um", f"KCONFIG_ALLCONFIG={kernel.FRAGMENT}", "allnoconfig"), tree)
    return kernel.not_granted(kernel.FRAGMENT.read_text(), (tree / ".config").read_text())


def _compile(tree: Path, on_part: Callable[[float], None]) -> None:
    """Compile with all cores that we may use, counting what make prints.

    Its output is read through a pipe: when we are killed, make cannot print any more and ends.
    """
    log = tree / "build.log"
    command = ("setpriv", "--pdeathsig", "KILL", "make", "ARCH=um", kernel.FLAGS,
               f"-j{len(place.free_cores())}", "linux")
    with log.open("wb") as complaints, subprocess.Popen(
        command, cwd=tree, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=complaints,
        env=_environment(), start_new_session=True,
    ) as make:
        assert make.stdout is not None
        try:
            compiled = (line for line in make.stdout if line.startswith("  CC "))
            for count, _ in enumerate(compiled):
                on_part(min(count / OBJECTS, 1.0))
        except BaseException:
            os.killpg(make.pid, 9)
            raise
    if make.returncode:
        end = log.read_text(errors="replace").strip()[-1500:]
        if "No space left" in end:
            raise CannotRun("the disk is full", "free 1.2 GB, or set XDG_CACHE_HOME to a larger disk")
        raise EmulationError(f"the lab kernel did not compile; make ended with:\n{end}")
