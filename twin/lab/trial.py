"""The trial of a kernel: boots it in virtual time, twice, and sees that the seed decides its random numbers."""

from __future__ import annotations

from pathlib import Path

from twin.errors import EmulationError
from twin.lab.job import START_NS, Job
from twin.lab.makes import KernelLab
from twin.lab.order import Kernel

_ASK = ("sh", "-c", "uname -r -v; date +%s; cat /proc/sys/kernel/random/uuid")


def boot(kernel: Kernel, bench: Path) -> str:
    """Boot the kernel; returns what it says of itself (uname). Raises EmulationError when it does not hold."""
    first, second = (_answers(kernel, bench) for _ in range(2))
    if len(first) != 3 or first[1] != str(START_NS // 10**9):
        raise EmulationError(f"the lab kernel does not keep virtual time; it said: {first}")
    if first != second:
        raise EmulationError(f"the lab kernel does not follow its seed: {first[2]} and {second[2]}")
    return first[0]


def _answers(kernel: Kernel, bench: Path) -> list[str]:
    lines: list[str] = []
    job = Job(_ASK, out=bench / "trial", memory=256 * 2**20, patience_s=30.0)
    KernelLab("virtual", virtual=True, kernel=kernel).run(job, on_line=lines.append)
    return lines[-3:]
