"""What labs read of this host, as hashes: with the same seed and these hashes a run has the same samples."""

from __future__ import annotations

import os
import shutil
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from twin.lab import host_paths, kernel_cache
from twin.lab.boundary import code_snapshot
from twin.lab.boundary.kept_sums import KeptSums
from twin.lab.guest_init import ETC_ENTRIES
from twin.lab.launch_spec import Python

PROGRAMS = ("ovsdb-server", "ovs-vswitchd", "ovsdb-tool", "ovs-vsctl", "ovs-ofctl", "ovs-appctl", "ip", "tc", "ethtool",
            "setpriv", "iperf3", "irtt", "sipp", "sh")
"""The programs of the host that runs start, beside Python."""
DATA = ("/usr/share/openvswitch/vswitch.ovsschema", "/usr/lib/python3/dist-packages/mininet")
SEARCH_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"


def gather() -> Future[dict[str, str]]:
    """Begin to gather the hashes while labs run."""
    pool = ThreadPoolExecutor(1)
    try:
        return pool.submit(hashes)
    finally:
        pool.shutdown(wait=False)


def hashes() -> dict[str, str]:
    """SHA-256 of the lab kernel, our code, Python with its packages, the programs with their libraries, and what a lab
    sees of /etc."""
    kept, python, kernel = KeptSums(host_paths.cache_folder() / "sums.json"), Python.here(), kernel_cache.find_kernel()
    programs = [Path(path) for name in PROGRAMS if (path := shutil.which(name, path=SEARCH_PATH))]
    parts: dict[str, list[Path]] = {
        "kernel": [] if kernel is None else [kernel.linux, kernel.shim],
        "code": [code_snapshot.snapshot()],
        "python": [python.executable.resolve(), Path(os.__file__).parent, *([python.venv] if python.venv else [])],
        "programs": [*programs, *map(Path, kept.libraries(programs)), *map(Path, DATA)],
        "settings": [Path("/etc", name) for name in ETC_ENTRIES],
    }
    sums = {name: kept.total(paths) for name, paths in parts.items()}
    kept.store()
    return sums
