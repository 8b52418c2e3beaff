"""Prerequisites on this machine, for `twin doctor`: facts gathered in one place, checked in another."""

from __future__ import annotations

import importlib.metadata
import os
import re
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from twin.core.errors import TwinError
from twin.lab import host_kernel_features, host_paths, kernel_cache
from twin.lab.boundary import host_access
from twin.lab.kernel import boot_test, kernel_build

GIB = 2**30
SLOW_BOOT_S = 10.0
"""Seconds of a boot from which on a machine is called slow; a common one takes half a second."""
TOOLS: Mapping[str, str] = {
    "ovsdb-server": "openvswitch-switch", "ovs-vswitchd": "openvswitch-switch", "ovsdb-tool": "openvswitch-common",
    "ovs-vsctl": "openvswitch-switch", "ovs-ofctl": "openvswitch-common", "mnexec": "mininet", "iperf3": "iperf3",
    "irtt": "irtt", "sipp": "sip-tester",
    "ip": "iproute2", "tc": "iproute2", "ethtool": "ethtool", "tcpdump": "tcpdump", "ping": "iputils-ping",
    "mount": "mount", "nsenter": "util-linux", "setpriv": "util-linux", "unshare": "util-linux",
}
"""Programs that are run in labs or around them, and the Debian package of each."""
SEARCH_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
"""Where they are looked for: also where only root's PATH goes."""
MININET = Path("/usr/lib/python3/dist-packages/mininet")
PACKAGES = {"PyYAML": True, "os-ken": True, "scapy": False}
"""Python packages, and whether nothing works without."""
INSTALL = "sudo apt-get install --no-install-recommends"


@dataclass(frozen=True, slots=True)
class HostFacts:
    """What was found on the machine. Bytes for memory and disks; None for what is missing."""

    python: tuple[int, int, int]
    tools: Mapping[str, str | None]
    packages: Mapping[str, str | None]
    mininet: bool
    iproute: str | None
    tc_ets: bool
    kernel: str | None
    boots: str
    """Why the kernel does not boot; empty when it does, or is not there."""
    boot_s: float
    """Seconds that it took to boot, or until it was given up."""
    compiler_lacks: str
    """What the kernel build lacks, with the remedy; empty when nothing."""
    memory: int
    shared_memory: int
    disk: int
    cores: int
    open_files: int
    native_lacks: tuple[str, ...]
    dcf_lacks: str
    """Why this machine's kernel cannot be the air of radio cells; empty where it can, or cannot be a lab at all."""
    own_root: bool
    """Whether a lab's process can have a root file system of its own."""
    landlock: int
    """The version of Landlock; 0 for none."""


@dataclass(frozen=True, slots=True)
class Check:
    """One line of `twin doctor`: what was checked, whether it is sufficient, its state, how to fix it.

    `needed` tells whether `twin verify` in the virtual lab needs it.
    """

    name: str
    ok: bool
    state: str
    remedy: str = ""
    needed: bool = True


def gather_facts() -> HostFacts:
    """Inspect the machine: reads files, runs a few short commands, boots the lab kernel."""
    tools = {tool: shutil.which(tool, path=SEARCH_PATH) for tool in TOOLS}
    kernel, layers = kernel_cache.find_kernel(), host_access.layers()
    boots, boot_s = ("", 0.0) if kernel is None else _boot()
    return HostFacts(
        python=(sys.version_info.major, sys.version_info.minor, sys.version_info.micro),
        tools=tools,
        packages={name: _version(name) for name in PACKAGES},
        mininet=(MININET / "net.py").exists(),
        iproute=_command_output("ip", "-V"),
        tc_ets="Usage" in (_command_output("tc", "qdisc", "add", "dev", "lo", "root", "ets", "help") or ""),
        kernel=None if kernel is None else kernel.version,
        boots=boots,
        boot_s=boot_s,
        compiler_lacks=_build_error(),
        memory=_available_memory(),
        shared_memory=_free_bytes(Path("/dev/shm")),
        disk=_free_bytes(host_paths.cache_folder()),
        cores=len(host_paths.allowed_cores()),
        open_files=resource.getrlimit(resource.RLIMIT_NOFILE)[1],
        native_lacks=(native_lacks := host_kernel_features.missing_features()),
        dcf_lacks="" if native_lacks else host_kernel_features.dcf_qdisc_lacks(),
        own_root=bool(layers.get("root")),
        landlock=int(str(layers.get("landlock", 0))),
    )


def check_facts(facts: HostFacts) -> tuple[Check, ...]:
    """The checks, the needed ones first."""
    checks = [*_programs(facts), *_kernel(facts), *_resources(facts), *_native(facts), _boundary(facts)]
    return tuple(sorted(checks, key=lambda check: not check.needed))


def _programs(facts: HostFacts) -> list[Check]:
    """Python, its packages, and Debian's programs."""
    version = ".".join(map(str, facts.python))
    checks = [Check("python", facts.python >= (3, 11, 0), version, f"{INSTALL} python3 (3.11 or newer)")]
    for name, needed in PACKAGES.items():
        installed = facts.packages.get(name)
        checks.append(Check(name, installed is not None, installed or "not installed", "make setup", needed))
    for package in sorted(set(TOOLS.values())):
        absent = [tool for tool, owner in TOOLS.items() if owner == package and facts.tools.get(tool) is None]
        installed = f"without {', '.join(absent)}" if absent else _package_version(facts, package)
        checks.append(Check(package, not absent, installed, f"{INSTALL} {package}"))
    library = "its Python library is there" if facts.mininet else f"no {MININET}"
    checks.append(Check("mininet library", facts.mininet, library, f"{INSTALL} mininet"))
    checks.append(Check("tc ets", facts.tc_ets, "known" if facts.tc_ets else "this tc does not know the scheduler ets",
                        f"{INSTALL} iproute2 (5.5 or newer)"))
    return checks


def _package_version(facts: HostFacts, package: str) -> str:
    """The version of a package that is installed, where it is known."""
    return facts.iproute if package == "iproute2" and facts.iproute else "installed"


def _kernel(facts: HostFacts) -> list[Check]:
    """The lab kernel, and what builds it."""
    there, runs = facts.kernel is not None, facts.boots == ""
    state = f"Linux {facts.kernel}, {_boot_state(facts)}" if there else "not built"
    remedy = "twin kernel build --again" if there else "twin kernel build"
    lacks, _, remedy_text = facts.compiler_lacks.partition("\n  remedy: ")
    return [Check("lab kernel", there and runs, state, remedy),
            Check("kernel build", not lacks, lacks or "all tools are there", remedy_text, needed=not there)]


def _boot_state(facts: HostFacts) -> str:
    """How the kernel that is there boots."""
    if facts.boots:
        return f"but {facts.boots}"
    slow = "; this machine is slow, and runs take as much longer" if facts.boot_s >= SLOW_BOOT_S else ""
    return f"boots in {facts.boot_s:.1f} s{slow}"


def _resources(facts: HostFacts) -> list[Check]:
    """Memory, disk, cores, limits."""
    roomy = max(facts.shared_memory, facts.disk) >= 2 * GIB
    shared = "" if facts.shared_memory >= 2 * GIB else "; too small for labs, a disk is used instead"
    return [
        Check("memory", facts.memory >= 2 * GIB, f"{facts.memory / GIB:.1f} GiB available",
              "close programs; a lab takes up to 2 GiB"),
        Check("disk", facts.disk >= GIB, f"{facts.disk / GIB:.1f} GiB free for the cache",
              "free some space, or set XDG_CACHE_HOME to a larger disk"),
        Check("/dev/shm", roomy, f"{facts.shared_memory / GIB:.1f} GiB free{shared}",
              "give the container more: --shm-size=4g", needed=not roomy),
        Check("cores", facts.cores >= 2, f"{facts.cores}", "a run and its baseline want one core each", needed=False),
        Check("open files", facts.open_files >= 1024, f"at most {facts.open_files}", "ulimit -Hn 4096", needed=False),
    ]


def _native(facts: HostFacts) -> Iterator[Check]:
    """Whether this machine's own kernel can be the lab, with radio cells or without."""
    lacks = facts.native_lacks
    remedy = "run as root" if lacks == ("root",) else "use Debian's own kernel: sudo apt-get install linux-image-amd64"
    yield Check("native lab", not lacks, f"lacks {', '.join(lacks)}" if lacks else "possible", remedy, needed=False)
    if not lacks:
        yield Check("native radio cells", not facts.dcf_lacks, facts.dcf_lacks or "possible",
                    "sudo .venv/bin/twin kernel module", needed=False)


def _boundary(facts: HostFacts) -> Check:
    """What keeps a lab from the rest of this machine (twin.lab.boundary)."""
    layers = [*(["a root of its own"] if facts.own_root else []),
              *([f"Landlock {facts.landlock}"] if facts.landlock else [])]
    return Check("boundary", bool(layers), " and ".join(layers) or "a lab can do here whatever you can",
                 "allow user namespaces, or use a kernel with Landlock (5.13 or newer); until then run only networks "
                 "and commands that you trust", needed=False)


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _command_output(*command: str) -> str | None:
    """A command's output, standard output and error; None when it is not there."""
    path = shutil.which(command[0], path=SEARCH_PATH)
    if path is None:
        return None
    done = subprocess.run((path, *command[1:]), text=True, capture_output=True, stdin=subprocess.DEVNULL, check=False)
    return (done.stdout + done.stderr).strip()


def _boot() -> tuple[str, float]:
    """Why the kernel in the cache does not boot, in one line, empty when it does; and the seconds of one boot."""
    error, began = "", time.monotonic()
    try:
        with host_paths.work_folder() as folder:
            boot_test.boot_test(kernel_cache.require_kernel(), folder)
    except TwinError as fault:
        error = str(fault).splitlines()[0]
    return error, (time.monotonic() - began) / boot_test.BOOTS


def _build_error() -> str:
    try:
        kernel_build.require_tools()
    except TwinError as fault:
        return str(fault)
    return ""


def _free_bytes(path: Path) -> int:
    """Free bytes of the disk that holds a path, or would hold it; 0 when there is none."""
    while not path.exists() and path != path.parent:
        path = path.parent
    return shutil.disk_usage(path).free if os.access(path, os.W_OK) else 0


def _available_memory() -> int:
    """Bytes of memory that programs can still have (proc(5), MemAvailable)."""
    line = re.search(r"^MemAvailable:\s+(\d+) kB", Path("/proc/meminfo").read_text(), re.MULTILINE)
    return int(line[1]) * 1024 if line else 0
