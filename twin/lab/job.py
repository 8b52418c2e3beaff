"""A job for a lab and its result, and the interface of labs: values only, no effects.

Inside a lab the same few paths hold for everybody, so that nothing of the host (its user, its folders, its
environment) can be seen by what runs there:

    /run/twin/out       the job's folder on the host, writable
    /run/twin/project   the folder that holds the packages twin, controllers and traffic (on PYTHONPATH)
    /run/twin/packages  a folder of more packages, for a job that has them (on PYTHONPATH after the project)
    /run/twin/imports   the code of what the job's program imports, where it has that in one file
    /run/twin/venv      the Python environment of the caller; GUEST_PYTHON is its interpreter
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

GUEST_OUT = "/run/twin/out"
GUEST_PROJECT = "/run/twin/project"
GUEST_PACKAGES = "/run/twin/packages"
GUEST_BUNDLE = "/run/twin/imports/modules"
GUEST_VENV = "/run/twin/venv"
GUEST_PYTHON = f"{GUEST_VENV}/bin/python"

CONTROL_VARIABLE = "TWIN_CONTROL"
"""Environment variable by which a command inside a lab finds its stream to the host."""

START_NS = 1_000_000_000 * 10**9
"""The default start time of virtual labs: 2001-09-09 01:46:40 UTC."""

OnLine = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Job:
    """One thing to run in a lab of its own.

    argv       the command inside the lab; argv[0] is looked up in the lab's PATH (GUEST_PYTHON for Python)
    out        folder on the host that appears inside as GUEST_OUT; made when it is not there
    memory     bytes of memory of the lab kernel
    seed       what every random number of a virtual lab follows from
    core       the processor core to pin the lab to; None lets the runner choose one
    start_ns   the time inside a virtual lab when it starts, ns since 1970
    patience_s seconds of its own without a line of output after which the lab is ended (twin.lab.watchdog)
    env        more environment variables for the command
    packages   folder on the host whose Python packages the command may import beside the project's
    imports    modules of the project that its program imports, whose code the lab has in one file
    air        whether it emulates radio cells, for which the native lab needs a kernel module
    """

    argv: tuple[str, ...]
    out: Path
    memory: int = 2 * 2**30
    seed: int = 1
    core: int | None = None
    start_ns: int = START_NS
    patience_s: float = 120.0
    env: tuple[tuple[str, str], ...] = ()
    packages: Path | None = None
    imports: tuple[str, ...] = ()
    air: bool = False


@dataclass(frozen=True, slots=True)
class HostCommand:
    """How a lab's process is started on the host: command, environment, folders that it reads and writes beside those
    of its job, and whether it is confined to these."""

    argv: tuple[str, ...]
    environment: Mapping[str, str]
    reads: tuple[Path, ...] = ()
    writes: tuple[Path, ...] = ()
    confined: bool = False


@dataclass(frozen=True, slots=True)
class LabResult:
    """How a job ended: the exit status of its command, and its last lines of output."""

    status: int
    tail: tuple[str, ...]


class Lab(Protocol):
    """A type of lab: its name and how one is started; twin.lab.job_runner runs jobs in it."""

    @property
    def name(self) -> str:
        """One of "virtual", "wall", "native"."""
        ...

    def check_host(self, *, air: bool = False) -> None:
        """Raise CannotRun, with the remedy, when this machine cannot hold such a lab; air: with radio cells."""
        ...

    def command(self, job: Job, work: Path, control: int | None = None) -> HostCommand:
        """The command that starts the lab for `job`.

        `work` is the lab's own folder on the host; `control` a descriptor that the lab inherits, for messages.
        """
        ...

    def control_inside(self, control: int) -> str:
        """Where that descriptor is found inside the lab: the value of the environment variable TWIN_CONTROL."""
        ...

    def run(self, job: Job, *, on_line: OnLine) -> LabResult:
        """Run one job to its end; each line that it prints is given to `on_line` as it comes."""
        ...

    def run_all(self, jobs: Sequence[Job], *, on_line: Callable[[int, str], None]) -> tuple[LabResult, ...]:
        """Run jobs side by side, one core each; `on_line` gets the job's position and the line."""
        ...
