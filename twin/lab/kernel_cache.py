"""Built lab kernels: the key of a build, finding, adding, installing and removing kernels.

    $XDG_CACHE_HOME/metro-twin/kernel/<version>-<key>/      linux  shim.so  build.json
    /usr/local/lib/metro-twin/kernel/<version>-<key>/       the same, for all users of the machine

The environment variable TWIN_KERNEL names another folder of the same layout, which comes first. A folder of that name
is complete: it is built elsewhere and renamed. The key is a hash of our inputs to the build
(configuration, seed shim, patch, the qdisc of radio cells): a change of any of them needs a new build, and an old
kernel is never taken for it.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import struct
import tempfile
from collections.abc import Iterator
from pathlib import Path

from twin.core.errors import CannotRun
from twin.lab import host_paths
from twin.lab.launch_spec import LabKernel

SHARED = Path("/usr/local/lib/metro-twin/kernel")
"""The kernels that root has installed for all users of the machine (`make install`)."""
_SOURCES = Path(__file__).parent / "kernel"
CONFIG = _SOURCES / "lab-kernel.config"
SEED_SHIM = _SOURCES / "random_seed_shim.c"
PATCH = _SOURCES / "lab-kernel.patch"
"""Our changes of the source, each with its reason."""
DCF_QDISC = _SOURCES / "sch_dcf.c"
"""The qdisc of radio cells, built into the kernel."""
FLAGS = "KCFLAGS=-D'random_get_entropy()=0UL'"
"""The kernel must not mix the time into its random numbers: they follow from the seed alone."""


def build_key() -> str:
    """Twelve hex digits of a hash over our inputs to the build."""
    texts = (CONFIG.read_bytes(), SEED_SHIM.read_bytes(), PATCH.read_bytes(), DCF_QDISC.read_bytes(), FLAGS.encode())
    return hashlib.sha256(b"\0".join(texts)).hexdigest()[:12]


def kernels_folder() -> Path:
    """The folder of the user's cache that holds one folder a kernel."""
    return host_paths.cache_folder() / "kernel"


def find_kernel() -> LabKernel | None:
    """The newest built kernel with our key, if there is one: of TWIN_KERNEL, else of this user, else of the machine."""
    return next((kernel for folder in search_folders() for kernel in _kernels_in(folder)), None)


def search_folders() -> tuple[Path, ...]:
    """Where kernels are looked for, the first first. Raises CannotRun where TWIN_KERNEL is not an absolute path."""
    named = os.environ.get("TWIN_KERNEL", "")
    if named and not os.path.isabs(named):
        raise CannotRun(f'TWIN_KERNEL: "{named}" is not an absolute path', f"for example TWIN_KERNEL={SHARED}")
    return (*([Path(named)] if named else []), kernels_folder(), SHARED)


def _kernels_in(store: Path) -> Iterator[LabKernel]:
    """The complete kernels with our key in a folder, the newest first."""
    for folder in sorted(store.glob(f"*-{build_key()}"), key=_version_numbers, reverse=True):
        try:
            version = str(json.loads((folder / "build.json").read_text())["version"])
        except (OSError, ValueError, KeyError):
            continue
        if is_whole(folder / "linux") and is_whole(folder / "shim.so"):
            yield LabKernel(folder / "linux", folder / "shim.so", version)


def is_whole(program: Path) -> bool:
    """Whether a program has its end, where the table of its sections is (ELF-64): a full disk may have cut it short."""
    try:
        with program.open("rb") as file:
            head = file.read(64)
            table, = struct.unpack_from("<Q", head, 40)
            size, count = struct.unpack_from("<HH", head, 58)
            return head[:4] == b"\x7fELF" and table + size * count <= os.fstat(file.fileno()).st_size
    except (OSError, struct.error):
        return False


def require_kernel() -> LabKernel:
    """The newest built kernel with our key; raises CannotRun when there is none."""
    kernel = find_kernel()
    if kernel is None:
        raise CannotRun("the lab kernel is not built", "run: twin kernel build")
    return kernel


def add_kernel(result: Path, version: str) -> LabKernel:
    """Add a finished build, in one rename; a kernel of the same name is replaced."""
    final = kernels_folder() / f"{version}-{build_key()}"
    if final.exists():
        final.rename(result.with_name("replaced"))
    result.rename(final)
    return LabKernel(final / "linux", final / "shim.so", version)


def install_kernel(kernel: LabKernel, shared: Path = SHARED) -> LabKernel:
    """Copy a kernel to where all users of the machine find it, in one rename; what is there already stays.

    Raises CannotRun where this user may not write there.
    """
    source = kernel.linux.parent
    final = shared / source.name
    if final.exists():
        return LabKernel(final / "linux", final / "shim.so", kernel.version)
    try:
        shared.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".part-", dir=shared) as part:
            copy = Path(shutil.copytree(source, Path(part) / source.name))
            for path in (copy, *copy.iterdir()):
                path.chmod(path.stat().st_mode | 0o444 | (0o111 if path.is_dir() else 0))
            copy.rename(final)
    except OSError as fault:
        raise CannotRun(f"the lab kernel cannot be installed: {fault.filename}: {fault.strerror}",
                        "run it as root: sudo make install") from fault
    return LabKernel(final / "linux", final / "shim.so", kernel.version)


def remove_kernels() -> tuple[Path, ...]:
    """Remove all kernels, and what builds have left behind; returns what was removed."""
    gone = tuple(path for path in sorted(kernels_folder().glob("*")) if path.is_dir())
    for path in gone:
        shutil.rmtree(path)
    return gone


def missing_options(fragment: str, dot_config: str) -> list[str]:
    """The options of a configuration fragment that the finished .config lacks."""
    lines = set(dot_config.splitlines())
    return [line for line in fragment.splitlines() if line.startswith("CONFIG_") and line not in lines]


def _version_numbers(folder: Path) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", folder.name.rsplit("-", 1)[0]))
