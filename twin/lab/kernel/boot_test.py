"""Boot test of a kernel: boots it twice in virtual time and checks its clock and its seeded random numbers."""

from __future__ import annotations

from pathlib import Path

from twin.core.errors import EmulationError
from twin.lab.job import START_NS, Job
from twin.lab.lab_types import KernelLab
from twin.lab.launch_spec import LabKernel

BOOTS = 2
_COMMAND = ("sh", "-c", "uname -r -v; date +%s; cat /proc/sys/kernel/random/uuid")


def boot_test(kernel: LabKernel, folder: Path) -> str:
    """Boot the kernel; returns its uname. Raises EmulationError when the test fails."""
    first, second = (_output(kernel, folder) for _ in range(BOOTS))
    if len(first) != 3 or first[1] != str(START_NS // 10**9):
        raise EmulationError(f"the lab kernel does not keep virtual time; its output: {first}")
    if first != second:
        raise EmulationError("the random numbers of the lab kernel do not follow from the seed: "
                             f"{first[2]} and {second[2]}")
    return first[0]


def _output(kernel: LabKernel, folder: Path) -> list[str]:
    lines: list[str] = []
    job = Job(_COMMAND, out=folder / "trial", memory=256 * 2**20, patience_s=30.0)
    KernelLab("virtual", virtual=True, kernel=kernel).run(job, on_line=lines.append)
    return lines[-3:]
