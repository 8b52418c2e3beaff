"""The qdisc of radio cells as a module of this machine's own kernels, by DKMS: the native lab needs it for them.

    /usr/src/metro-twin-dcf-<version>/     dkms.conf  Makefile  compat.h  sch_dcf.c

The version is a hash of these files, and the loaded module tells it: another one is never taken for ours. DKMS builds
the module again for each kernel that is installed later with its headers.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from twin.core.errors import CannotRun
from twin.lab.kernel_cache import DCF_QDISC

PACKAGE, MODULE = "metro-twin-dcf", DCF_QDISC.stem
SOURCES = Path("/usr/src")
"""Where DKMS looks for sources."""
KERNELS = Path("/lib/modules")
LOADED = Path("/sys/module", MODULE)
CONFIGURATION, VERSION_MARK = "dkms.conf", "#VERSION#"
MODULE_FILES = (DCF_QDISC, *(DCF_QDISC.parent / "module" / name for name in (CONFIGURATION, "Makefile", "compat.h")))
LOG_LINES = 15
"""Lines of the compiler's log in a message."""

OnProgress = Callable[[float, str], None]
"""Called with the fraction done (0 to 1) and the current stage."""


@dataclass(frozen=True, slots=True)
class RadioModule:
    """The installed module: its name and version, the kernels it was built for, and whether it is loaded in the running
    one."""

    name: str
    version: str
    kernels: tuple[str, ...]
    loaded: bool


def module_version() -> str:
    """Twelve hex digits of a hash over the module's files."""
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in MODULE_FILES)).hexdigest()[:12]


def loaded_version() -> str | None:
    """The version of the loaded module; None where none is loaded (the qdisc may be built in, as in the lab kernel)."""
    try:
        return (LOADED / "version").read_text().strip()
    except OSError:
        return "unknown" if LOADED.is_dir() else None


def install_module(on_progress: OnProgress) -> RadioModule:
    """Build the module for every kernel that has headers, and load it where the running one is among them.

    Other versions are removed first. Raises CannotRun with the reason where the machine lacks something, or the module
    does not compile or load.
    """
    _require_root()
    kernels = _kernels_with_headers()
    _require_tools(kernels)
    version = module_version()
    _remove_versions(keep=version)
    write_source(SOURCES / f"{PACKAGE}-{version}", version)
    for number, kernel in enumerate(kernels):
        on_progress(number / len(kernels), f"compiling {MODULE} for Linux {kernel}")
        _dkms("install", version, "-k", kernel, "--force")
    if runs := os.uname().release in kernels:
        _load(version)
    return RadioModule(MODULE, version, kernels, runs)


def remove_module() -> tuple[str, ...]:
    """Unload the module, and remove all its versions from DKMS and /usr/src; returns these."""
    _require_root()
    _unload()
    return _remove_versions(keep=None)


def write_source(folder: Path, version: str) -> None:
    """Write the folder that DKMS builds from, whole or not at all; one that is there stays."""
    if folder.exists():
        return
    part = folder.with_name(f".{folder.name}.{os.getpid()}")
    part.mkdir(parents=True)
    for file in MODULE_FILES:
        shutil.copyfile(file, part / file.name)
    configuration = part / CONFIGURATION
    configuration.write_text(configuration.read_text().replace(VERSION_MARK, version))
    part.rename(folder)


def _require_root() -> None:
    if os.geteuid() != 0:
        raise CannotRun("a kernel module needs root", "run it as root: sudo .venv/bin/twin kernel module")


def _kernels_with_headers() -> tuple[str, ...]:
    return tuple(sorted(folder.name for folder in KERNELS.glob("*") if (folder / "build" / "Makefile").exists()))


def _require_tools(kernels: tuple[str, ...]) -> None:
    """Raise CannotRun where DKMS, or the headers of every kernel, are missing."""
    headers = f"linux-headers-{os.uname().release}"
    wanted = [*([] if shutil.which("dkms") else ["dkms"]), *([] if kernels else [headers])]
    if wanted:
        renew = "" if kernels else (
            "; where Debian no longer has these headers: linux-image-amd64 linux-headers-amd64, and restart")
        raise CannotRun(f"the module {MODULE} cannot be built without {' and '.join(wanted)}",
                        f"sudo apt-get install --no-install-recommends {' '.join(wanted)}{renew}")


def _remove_versions(keep: str | None) -> tuple[str, ...]:
    """Remove the versions that DKMS or /usr/src has, but the one to keep; returns the removed ones."""
    removed = tuple(version for version in _versions() if version != keep)
    for version in removed:
        if Path("/var/lib/dkms", PACKAGE, version).exists():
            _dkms("remove", version, "--all")
        shutil.rmtree(SOURCES / f"{PACKAGE}-{version}", ignore_errors=True)
    return removed


def _versions() -> Iterator[str]:
    for folder in sorted(SOURCES.glob(f"{PACKAGE}-*")):
        yield folder.name.removeprefix(f"{PACKAGE}-")


def _dkms(action: str, version: str, *words: str) -> None:
    """Have DKMS do something with a version; raises CannotRun with the end of the compiler's log."""
    command = ("dkms", action, "-m", PACKAGE, "-v", version, *words)
    done = subprocess.run(command, text=True, capture_output=True, stdin=subprocess.DEVNULL, check=False)
    if done.returncode:
        log = Path("/var/lib/dkms", PACKAGE, version, "build", "make.log")
        lines = (log.read_text(errors="replace") if log.exists() else done.stdout + done.stderr).splitlines()
        end = "\n".join(f"  | {line}" for line in lines[-LOG_LINES:])
        raise CannotRun(f"{' '.join(command)} ended with status {done.returncode}:\n{end}",
                        "see that the headers belong to the kernel: apt-get install --reinstall linux-headers-VERSION")


def _load(version: str) -> None:
    """Load the module, in place of another version."""
    if loaded_version() == version:
        return
    _unload()
    _modprobe(("modprobe", MODULE), "where the kernel wants signed modules, enrol the key of DKMS (mokutil(1)), "
                                    "or use --lab wall")


def _unload() -> None:
    if LOADED.is_dir():
        _modprobe(("modprobe", "--remove", MODULE), "shut down the native labs that use it (twin status, twin down)")


def _modprobe(command: tuple[str, ...], remedy: str) -> None:
    done = subprocess.run(command, text=True, capture_output=True, stdin=subprocess.DEVNULL, check=False)
    if done.returncode:
        raise CannotRun(f"{' '.join(command)} failed: {done.stderr.strip()}", remedy)
