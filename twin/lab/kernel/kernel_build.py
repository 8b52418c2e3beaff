"""Builds the lab kernel: source, configuration, compilation, boot test, and one rename into the user's cache."""

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
from functools import partial
from pathlib import Path

from twin.core.errors import CannotRun, EmulationError
from twin.lab import file_locks, host_paths, kernel_cache
from twin.lab.kernel import boot_test, debian_source
from twin.lab.kernel.unpack_source import unpack
from twin.lab.launch_spec import LabKernel

OnProgress = Callable[[float, str], None]
"""Called with the fraction done (0 to 1) and the current stage."""

TOOLS = {"gcc": "gcc", "make": "make", "flex": "flex", "bison": "bison", "bc": "bc", "xz": "xz-utils", "perl": "perl",
         "patch": "patch", "strip": "binutils"}
"""What the build runs, and the Debian package of each."""
DISK_BYTES = 1200 * 2**20
"""Disk space for a build: the package, its source, the objects."""
OBJECT_COUNT = 650
"""Files that make compiles for the tested series; for the progress bar."""
DOWNLOADED, UNPACKED, COMPILED = 0.05, 0.12, 0.99
"""The fraction of the build's time at which each stage ends, on two cores and a fast network."""
BUILD_TIMESTAMP = "Sun Sep 9 01:46:40 UTC 2001"
"""The build time that the kernel reports, the same wherever it was built."""


@dataclass(frozen=True, slots=True)
class KernelSource:
    """The source of a build: the archive or package, its top folder, and its version."""

    archive: Path
    top: str
    version: str


def build_kernel(on_progress: OnProgress, *, rebuild: bool = False) -> LabKernel:
    """The lab kernel, built when it is not there (or `rebuild`): minutes on the first call, nothing later.

    Raises CannotRun when the machine lacks something; only a complete and tested kernel is kept.
    """
    with _build_lock(on_progress):
        if not rebuild and (ready := kernel_cache.find_kernel()) is not None:
            return ready
        require_tools()
        require_disk()
        with _build_folder() as folder:
            return _build_in(folder, on_progress)


def _build_in(folder: Path, on_progress: OnProgress) -> LabKernel:
    """Go through the stages in an empty folder."""
    began = time.monotonic()
    on_progress(0.0, "1 of 4: looking for a kernel source in Debian")
    kernel_source = _fetch(folder, lambda part: on_progress(part * DOWNLOADED, "1 of 4: fetching the kernel source"))
    tree = folder / "tree"
    on_progress(DOWNLOADED, f"2 of 4: unpacking Linux {kernel_source.version}")
    unpack(kernel_source.archive, kernel_source.top, tree)
    if kernel_source.archive.is_relative_to(folder):
        kernel_source.archive.unlink()
    on_progress(UNPACKED, "2 of 4: configuring")
    _apply_patch(tree, kernel_source.version)
    missing = _configure(tree)
    stage = f"3 of 4: compiling Linux {kernel_source.version}"
    _compile(tree, lambda part: on_progress(UNPACKED + part * (COMPILED - UNPACKED), stage))
    result = folder / "result"
    result.mkdir()
    _run(("strip", "-o", str(result / "linux"), str(tree / "linux")), tree)
    _run(("gcc", "-O2", "-shared", "-fPIC", "-o", str(result / "shim.so"), str(kernel_cache.SEED_SHIM)), tree)
    on_progress(COMPILED, "4 of 4: boot test")
    uname = boot_test.boot_test(LabKernel(result / "linux", result / "shim.so", kernel_source.version), folder)
    seconds = round(time.monotonic() - began, 1)
    record = {"version": kernel_source.version, "recipe": kernel_cache.build_key(), "says": uname,
              "not_granted": missing, "compiler": _run(("gcc", "--version"), tree).split("\n")[0], "seconds": seconds}
    (result / "build.json").write_text(json.dumps(record, indent=1) + "\n")
    kept = kernel_cache.add_kernel(result, kernel_source.version)
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


def require_disk() -> None:
    """Raise CannotRun when the disk of the cache is too full for a build."""
    free = shutil.disk_usage(kernel_cache.kernels_folder()).free
    if free < DISK_BYTES:
        raise CannotRun(f"{kernel_cache.kernels_folder()} has {free // 2**20} MiB left; "
                        f"a build needs {DISK_BYTES // 2**20}",
                        "free some space, or set XDG_CACHE_HOME to a larger disk")


@contextmanager
def _build_lock(on_progress: OnProgress) -> Iterator[None]:
    """Lock the kernels' folder: one build at a time, the next one waits and finds the kernel built."""
    store = kernel_cache.kernels_folder()
    with ExitStack() as stack:
        try:
            store.mkdir(parents=True, exist_ok=True)
            waiting = partial(on_progress, 0.0, "waiting for another build")
            stack.enter_context(file_locks.wait_for_lock(store / "lock", waiting))
        except OSError as fault:
            raise CannotRun(f"the cache cannot be written: {store}: {fault.strerror}",
                            "set XDG_CACHE_HOME to a folder that can be written") from fault
        yield


@contextmanager
def _build_folder() -> Iterator[Path]:
    """An empty folder beside the kernels, removed at the end; those of killed builds are removed first."""
    for left in kernel_cache.kernels_folder().glob("bench-*"):
        shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=kernel_cache.kernels_folder()))
    try:
        yield folder
    except OSError as fault:
        raise CannotRun(f"the lab kernel cannot be built: {fault}", "see that the disk has room") from fault
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _fetch(folder: Path, on_part: Callable[[float], None]) -> KernelSource:
    """The source that the machine has installed, else the one that Debian serves."""
    tarball = debian_source.installed_source()
    if tarball is not None:
        top = tarball.name.removesuffix(".tar.xz")
        return KernelSource(tarball, top, top.removeprefix("linux-source-"))
    debian_source.require_apt()
    archive = debian_source.Archive(folder / "apt")
    offer = debian_source.find_package(archive)
    return KernelSource(archive.download(offer, on_part), offer.package, offer.upstream)


def _environment() -> dict[str, str]:
    """The environment of make: nothing of the user's, so that the same source gives the same kernel."""
    return {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "HOME": "/nonexistent", "KBUILD_BUILD_USER": "twin",
            "KBUILD_BUILD_HOST": "twin", "KBUILD_BUILD_TIMESTAMP": BUILD_TIMESTAMP, "KBUILD_BUILD_VERSION": "1"}


def _run(command: tuple[str, ...], tree: Path) -> str:
    """Run a short command in the tree; returns its output, raises EmulationError with the end of its error output."""
    done = subprocess.run(command, cwd=tree, text=True, capture_output=True, stdin=subprocess.DEVNULL,
                          env=_environment(), check=False)
    if done.returncode:
        raise EmulationError(f"{command[0]} failed on the lab kernel: {done.stderr.strip()[-600:]}")
    return done.stdout


def _apply_patch(tree: Path, version: str) -> None:
    """Patch the source; raises CannotRun where the patch does not apply."""
    try:
        _run(("patch", "--strip=1", "--forward", "--no-backup-if-mismatch", f"--input={kernel_cache.PATCH}"), tree)
    except EmulationError as fault:
        raise CannotRun(f"{kernel_cache.PATCH.name} does not apply to Linux {version} ({fault})",
                        "use a source of the series that build.json of an earlier kernel names, such as 7.2") from fault


def _configure(tree: Path) -> list[str]:
    """Add our own qdisc, and configure from nothing and our fragment; returns the options that this series does not
    have."""
    schedulers = tree / "net/sched"
    shutil.copyfile(kernel_cache.DCF_QDISC, schedulers / kernel_cache.DCF_QDISC.name)
    with (schedulers / "Makefile").open("a") as makefile:
        makefile.write(f"obj-y += {kernel_cache.DCF_QDISC.stem}.o\n")
    _run(("make", "-s", "ARCH=um", f"KCONFIG_ALLCONFIG={kernel_cache.CONFIG}", "allnoconfig"), tree)
    return kernel_cache.missing_options(kernel_cache.CONFIG.read_text(), (tree / ".config").read_text())


def _compile(tree: Path, on_part: Callable[[float], None]) -> None:
    """Compile with all cores that we may use, counting what make prints.

    Its output is read through a pipe: when we are killed, make cannot print any more and ends.
    """
    log = tree / "build.log"
    command = ("setpriv", "--pdeathsig", "KILL", "make", "ARCH=um", kernel_cache.FLAGS,
               f"-j{len(host_paths.allowed_cores())}", "linux")
    with log.open("wb") as complaints, subprocess.Popen(
        command, cwd=tree, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=complaints,
        env=_environment(), start_new_session=True,
    ) as make:
        assert make.stdout is not None
        try:
            compiled = (line for line in make.stdout if line.startswith("  CC "))
            for count, _ in enumerate(compiled):
                on_part(min(count / OBJECT_COUNT, 1.0))
        except BaseException:
            os.killpg(make.pid, 9)
            raise
    if make.returncode:
        end = log.read_text(errors="replace").strip()[-1500:]
        if "No space left" in end:
            raise CannotRun("the disk is full", "free 1.2 GB, or set XDG_CACHE_HOME to a larger disk")
        raise EmulationError(f"the lab kernel did not compile; make ended with:\n{end}")
