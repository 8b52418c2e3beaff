"""The three types of lab: virtual time, wall clock, and this machine's own kernel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from twin.core.errors import CannotRun, UsageError
from twin.lab import host_kernel_features, host_paths, job_runner
from twin.lab.boundary import host_limits
from twin.lab.job import HostCommand, Job, Lab, LabResult, OnLine
from twin.lab.kernel_cache import require_kernel
from twin.lab.launch_spec import LabKernel, lab_kernel_command, native_command


class _LabBase:
    """What all types share: running jobs."""

    def run(self: Lab, job: Job, *, on_line: OnLine) -> LabResult:
        """Run one job to its end; raises EmulationError when the lab dies or hangs."""
        self.check_host(air=job.air)
        return job_runner.run_all(self, (job,), lambda _, line: on_line(line))[0]

    def run_all(self: Lab, jobs: Sequence[Job], *, on_line: Callable[[int, str], None]) -> tuple[LabResult, ...]:
        """Run jobs side by side, one core each."""
        self.check_host(air=any(job.air for job in jobs))
        return job_runner.run_all(self, jobs, on_line)


@dataclass(frozen=True, slots=True)
class KernelLab(_LabBase):
    """A lab kernel that runs as an ordinary process of this user, in virtual time or on the wall clock."""

    name: str
    virtual: bool
    kernel: LabKernel | None = None
    """The kernel to use; None for the one in the user's cache."""

    def check_host(self, *, air: bool = False) -> None:
        """Raise CannotRun when there is no lab kernel; each has the air of radio cells built in."""
        if self.kernel is None:
            require_kernel()

    def command(self, job: Job, work: Path, control: int | None = None) -> HostCommand:
        """The command line of the lab kernel; the control stream becomes its first serial line."""
        host_limits.require(job.memory)
        memory = host_paths.make_memory_folder(job.memory, work)
        return lab_kernel_command(job, self.kernel or require_kernel(), memory, virtual=self.virtual, control=control)

    def control_inside(self, control: int) -> str:
        """The serial line."""
        return "/dev/ttyS0"


@dataclass(frozen=True, slots=True)
class NativeLab(_LabBase):
    """Namespaces of this machine's own kernel, on the wall clock; needs root and the kernel's network modules."""

    name: str = "native"

    def check_host(self, *, air: bool = False) -> None:
        """Raise CannotRun without root, or when the machine's kernel lacks a part; air: also that for radio cells."""
        lacks = host_kernel_features.missing_features()
        if lacks == ("root",):
            raise CannotRun("the native lab needs root", "run it with sudo, or use --lab wall")
        if lacks:
            raise CannotRun(f"this machine's kernel cannot be a lab; it lacks {', '.join(lacks)}",
                            "use --lab wall, or boot Debian's own kernel (linux-image-amd64)")
        if air and (reason := host_kernel_features.dcf_qdisc_lacks()):
            raise CannotRun(f"this machine's kernel cannot be the air of radio cells: {reason}",
                            "build it for this kernel: sudo .venv/bin/twin kernel module; or use --lab wall, whose "
                            "kernel has it")

    def command(self, job: Job, work: Path, control: int | None = None) -> HostCommand:
        """The command line that opens the namespaces; the control stream is inherited."""
        return native_command(work)

    def control_inside(self, control: int) -> str:
        """The same descriptor."""
        return str(control)


VIRTUAL: Lab = KernelLab("virtual", virtual=True)
WALL: Lab = KernelLab("wall", virtual=False)
NATIVE: Lab = NativeLab()
LABS = {lab.name: lab for lab in (VIRTUAL, WALL, NATIVE)}


def lab_named(name: str) -> Lab:
    """The lab called "virtual", "wall" or "native"; raises UsageError for anything else."""
    if name not in LABS:
        raise UsageError(f'there is no lab called "{name}"; known: {", ".join(LABS)}')
    return LABS[name]
