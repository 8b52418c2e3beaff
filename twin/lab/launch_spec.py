"""How a lab is started, as values: the launch specification that its process 1 reads, and the host's command lines."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from twin.lab.job import (
    CONTROL_VARIABLE,
    GUEST_BUNDLE,
    GUEST_OUT,
    GUEST_PACKAGES,
    GUEST_PROJECT,
    GUEST_VENV,
    HostCommand,
    Job,
)

ENVIRONMENT = (
    ("PATH", f"{GUEST_VENV}/bin:/usr/sbin:/usr/bin:/sbin:/bin"),
    ("HOME", "/tmp"),
    ("LANG", "C.UTF-8"),
    ("LC_ALL", "C.UTF-8"),
    ("TZ", "UTC"),
    ("TERM", "xterm"),
    ("PYTHONPATH", GUEST_PROJECT),
    ("PYTHONDONTWRITEBYTECODE", "1"),
    ("PYTHONHASHSEED", "0"),
    ("PYTHONNOUSERSITE", "1"),
    ("PYTHONUNBUFFERED", "1"),
    ("SETUPTOOLS_USE_DISTUTILS", "stdlib"),
)
"""The environment of a command inside a lab, besides what the job adds. Mininet imports distutils, for which setuptools
would bring a hundred modules of its own."""

WRITE_AT_THE_END = "sysctl.vm.dirty_writeback_centisecs=360000"
"""Files reach the host's disk when a virtual lab ends, and not every five seconds of its clock: what the host's file
system does meanwhile would be seen in the times of packets."""


@dataclass(frozen=True, slots=True)
class Python:
    """The caller's interpreter: where it is, where it is installed, its virtual environment if it has one."""

    executable: Path
    base: Path
    venv: Path | None

    @staticmethod
    def here() -> Python:
        """The one that runs this."""
        venv = Path(sys.prefix).resolve() if sys.prefix != sys.base_prefix else None
        return Python(Path(sys.executable), Path(sys.base_prefix).resolve(), venv)


@dataclass(frozen=True, slots=True)
class LabKernel:
    """A built lab kernel: the program, the library that seeds its random numbers, and its version."""

    linux: Path
    shim: Path
    version: str


def launch_spec(job: Job, python: Python, project: Path, control: str | None = None, imports: Path | None = None
                ) -> dict[str, object]:
    """The launch specification for process 1 of the lab, ready for JSON: binds, links, command and environment.

    `project` is the folder that holds the packages twin, controllers and traffic. `control` is where the command finds
    its stream to the host, if it has one. `imports` is the folder with the bundle of its imports, if it has one.
    """
    binds = [bound(job.out, GUEST_OUT, writable=True), bound(project, GUEST_PROJECT)]
    if imports is not None:
        binds.append(bound(imports, str(Path(GUEST_BUNDLE).parent)))
    if not python.base.is_relative_to("/usr"):
        binds.append(bound(python.base, str(python.base)))
    links: list[list[str]] = []
    if python.venv is None:
        links.append([f"{GUEST_VENV}/bin/python", str(python.executable)])
    else:
        binds.append(bound(python.venv, GUEST_VENV))
    more: list[tuple[str, str]] = [] if control is None else [(CONTROL_VARIABLE, control)]
    if job.packages is not None:
        binds.append(bound(job.packages, GUEST_PACKAGES))
        more.append(("PYTHONPATH", f"{GUEST_PROJECT}:{GUEST_PACKAGES}"))
    env = dict((*ENVIRONMENT, *more, *job.env))
    return {"argv": list(job.argv), "env": env, "binds": binds, "links": links}


def bound(source: Path, target: str, *, writable: bool = False) -> tuple[str, str, bool]:
    """A folder of the host, by its real name, and where it is bound in the lab."""
    return str(source), target, writable


def init_command(work: str) -> tuple[str, ...]:
    """The command of process 1 of a lab, its files in the folder `work`.

    The lab kernel's random numbers follow from its command line, and so from these names: they stay the same.
    """
    return (f"{work}/python", "-I", "-S", f"{work}/inside.py", f"{work}/order.json")


def lab_kernel_command(
    job: Job, kernel: LabKernel, memory_folder: Path, *, virtual: bool, control: int | None = None
) -> HostCommand:
    """The command line of the lab kernel as an ordinary process; its console is standard output.

    To be started in the lab's work folder, which it names only as its current one: the kernel's random numbers follow
    from its command line too, and that must be the same in every folder.
    """
    line = () if control is None else (f"ssl0=fd:{control}",)
    first, *arguments = init_command("/proc/self/cwd")
    clock = ("time-travel=inf-cpu", f"time-travel-start={job.start_ns}", WRITE_AT_THE_END) if virtual else ()
    argv = (
        str(kernel.linux), f"mem={job.memory // 2**20}M", "seccomp=auto", *clock,
        "root=/dev/root", "rootfstype=hostfs", "rootflags=/", "rw", "quiet",
        "dummy.numdummies=0", "ifb.numifbs=0", "con=null", "ssl=null", *line, "con0=null,fd:1",
        "uml_dir=.", "umid=uml", f"init={first}", "--", *arguments, "kernel",
    )
    environment = {"LD_PRELOAD": str(kernel.shim), "TWIN_SEED": str(job.seed), "TMPDIR": str(memory_folder),
                   "HOME": "/"}
    return HostCommand(argv, environment, (kernel.linux.parent,), (memory_folder,), confined=True)


def native_command(work: Path) -> HostCommand:
    """The command line of a lab on the host's own kernel: new namespaces that die with their first process."""
    argv = ("unshare", "--mount", "--net", "--pid", "--ipc", "--uts", "--fork", "--kill-child",
            *init_command(str(work)), "namespace")
    return HostCommand(argv, {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})
