"""This machine: whether it has what a lab needs, and its lab kernels."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from twin.core.errors import ExitCode
from twin.core.records import to_json
from twin.lab import kernel_cache, radio_module
from twin.lab.kernel import kernel_build
from twin.lab.launch_spec import LabKernel
from twin.lab.prerequisites import Check, check_facts, gather_facts
from twin.lab.radio_module import RadioModule

__all__ = ["Check", "LabKernel", "RadioModule", "build_kernel", "check_machine", "find_kernel", "install_kernel",
           "install_radio_module", "machine_exit_code", "machine_json", "machine_text", "remove_kernels",
           "remove_radio_module"]


def check_machine() -> tuple[Check, ...]:
    """Every prerequisite: whether it is there, what was found, and the remedy."""
    return tuple(check_facts(gather_facts()))


def machine_exit_code(checks: Iterable[Check]) -> ExitCode:
    """MACHINE where something is missing that the virtual lab needs, else MET."""
    return ExitCode.MET if all(check.ok for check in checks if check.needed) else ExitCode.MACHINE


def machine_text(checks: Iterable[Check]) -> str:
    """A line for each prerequisite, and the remedy under each that is missing."""
    lines = []
    for check in checks:
        mark = "ok  " if check.ok else "MISS" if check.needed else "no  "
        lines.append(f"{mark} {check.name:<24} {check.state}")
        if not check.ok and check.remedy:
            lines.append(f"     remedy: {check.remedy}")
    return "\n".join([*lines, ""])


def machine_json(checks: Iterable[Check]) -> str:
    """The same as JSON."""
    return to_json(list(checks))


def find_kernel() -> LabKernel:
    """The lab kernel that TWIN_KERNEL names, or this user's, or the machine's. Raises CannotRun where none is built."""
    return kernel_cache.require_kernel()


def install_kernel(kernel: LabKernel) -> LabKernel:
    """Copy a lab kernel to /usr/local/lib/metro-twin, where all users find it. Raises CannotRun without the right."""
    return kernel_cache.install_kernel(kernel)


def build_kernel(on_progress: Callable[[float, str], None], *, again: bool = False) -> LabKernel:
    """Build the lab kernel unless it is there; again: even then. on_progress: gets fraction (0 to 1) and step."""
    return kernel_build.build_kernel(on_progress, rebuild=again)


def remove_kernels() -> tuple[Path, ...]:
    """Remove all lab kernels from this user's cache; returns their folders."""
    return kernel_cache.remove_kernels()


def install_radio_module(on_progress: Callable[[float, str], None]) -> RadioModule:
    """Build the qdisc of radio cells as a module of this machine's kernels and load it, for the native lab; as root.

    on_progress: gets fraction (0 to 1) and step. Raises CannotRun with what is missing, or why it does not load.
    """
    return radio_module.install_module(on_progress)


def remove_radio_module() -> tuple[str, ...]:
    """Unload that module and remove it from the machine; returns the versions that were there."""
    return radio_module.remove_module()
