"""One network and seed, one digest, whatever the host holds: `python -m benchmarks.host_variations [ROOT]`.

Each variation is made in a mount namespace of its own, so nothing of this machine changes: files are added to /usr and
/etc, removed, or grown, or have other inode numbers; another user's environment; one core. ROOT is the folder of
another Debian 12, of another point release, in which the run is made too; for instance of

    debootstrap --variant=minbase --include=python3,python3-venv,openvswitch-switch,mininet,iproute2,ethtool,\\
    iputils-ping,tcpdump,iperf3,irtt,sip-tester,procps,util-linux,mount bookworm ROOT

Only root can mount. Each run is a process: `python -m benchmarks.host_variations in NAME COMMAND...` makes the
variation NAME and becomes the command.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from benchmarks import digest
from benchmarks.support.figure import Figure, main

SEEDS = (1, 2, 3)
STAGE = Path("/mnt")
"""Where overlays are put together; hidden in the namespace of a variation alone."""
LIBRARIES = Path("/usr/lib/x86_64-linux-gnu")
SHARED = ("/dev", "/dev/pts", "/dev/shm", "/proc", "/root", "/sys", "/tmp")
"""What the run in ROOT has of this machine, beside the folders of the project."""


def mount(*words: str | Path) -> None:
    """Mount as mount(8) does."""
    subprocess.run(("mount", "-n", *words), check=True)


def overlay(folder: Path) -> Path:
    """Lay an empty folder over one of the host's; returns it, to be filled before it is seen."""
    upper, work = STAGE / folder.name / "upper", STAGE / folder.name / "work"
    for path in (upper, work):
        path.mkdir(parents=True)
    return upper


def show(folder: Path) -> None:
    """Let an overlay that has been filled be seen."""
    base = STAGE / folder.name
    mount("-t", "overlay", "overlay", "-o", f"lowerdir={folder},upperdir={base}/upper,workdir={base}/work", folder)


def files_added() -> None:
    """Thousands of files, some where libraries and modules are looked for."""
    upper = overlay(Path("/usr"))
    for place in ("bin", "lib/x86_64-linux-gnu", "lib/python3.11", "lib/python3/dist-packages", "share"):
        (upper / place).mkdir(parents=True)
        for number in range(1000):
            (upper / place / f"added-{number}.so").write_text("x" * number)
    show(Path("/usr"))


def files_removed() -> None:
    """What no run needs."""
    for folder in ("/usr/share/doc", "/usr/share/man", "/usr/include", "/etc/vim", "/etc/terminfo", "/etc/ssl/certs"):
        if Path(folder).is_dir():
            mount("-t", "tmpfs", "none", folder)


def etc_grown() -> None:
    """Names of hosts, services and users by the thousand, and another /etc/ld.so.cache."""
    upper = overlay(Path("/etc"))
    for name in ("hosts", "passwd", "group", "services", "protocols", "ld.so.cache", "nsswitch.conf"):
        text = Path("/etc", name).read_bytes() if Path("/etc", name).exists() else b""
        (upper / name).write_bytes(text + b"#\n" * 1_500_000)
    show(Path("/etc"))


def etc_bare() -> None:
    """A host that has next to nothing in /etc."""
    kept = {name: Path("/etc", name).read_bytes() for name in ("passwd", "group") if Path("/etc", name).exists()}
    links = {path.name: path.readlink() for path in Path("/etc/alternatives").iterdir() if path.is_symlink()}
    mount("-t", "tmpfs", "none", "/etc")
    for name, text in kept.items():
        Path("/etc", name).write_bytes(text)
    Path("/etc/alternatives").mkdir()
    for name, target in links.items():
        Path("/etc/alternatives", name).symlink_to(target)


def other_inodes() -> None:
    """Copies of Python, its library, Open vSwitch and the C library."""
    paths = (Path(sys.executable).resolve(), Path(os.__file__).parent, Path("/usr/sbin/ovs-vswitchd"),
             LIBRARIES / "libc.so.6")
    for number, path in enumerate(paths):
        copy = STAGE / f"copy-{number}"
        subprocess.run(("cp", "-a", "-L", path, copy), check=True)
        mount("--bind", copy, path)


def one_core() -> None:
    """The machine has one core."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def other_environment() -> None:
    """Another user's: languages, time zone, limits, a strict umask."""
    os.environ |= {f"STRANGE_{number}": "x" * number for number in range(50)}
    os.environ |= {"LC_ALL": "tr_TR.UTF-8", "TZ": "Asia/Tokyo", "PYTHONHASHSEED": "4711", "COLUMNS": "7"}
    os.umask(0o077)


def other_root(root: Path) -> None:
    """Everything but the project, its caches and the kernel's file systems is another Debian's."""
    for folder in (*SHARED, str(digest.PROJECT), str(Path(sys.prefix).resolve())):
        target = root / folder[1:]
        target.mkdir(parents=True, exist_ok=True)
        mount("--bind", folder, target)
    os.chroot(root)
    os.chdir(digest.PROJECT)


VARIATIONS: Mapping[str, Callable[[], None]] = {
    "nothing": lambda: None,
    "files added to /usr": files_added,
    "files removed": files_removed,
    "/etc grown": etc_grown,
    "/etc bare": etc_bare,
    "other inode numbers": other_inodes,
    "one core": one_core,
    "another environment": other_environment,
}


def figures(root: str = "") -> list[Figure]:
    """The digests of all variations, held against those of the machine as it is."""
    if os.geteuid() != 0:
        return [Figure("digests over host variations", "one each", "not tried: only root can mount")]
    names = [*VARIATIONS, *([f"root {Path(root).resolve()}"] if root else [])]
    with tempfile.TemporaryDirectory(prefix="metro-twin-") as folder:
        results = {name: digests(name, Path(folder)) for name in names}
    return [_figure(name, results["nothing"], some) for name, some in results.items() if name != "nothing"]


def digests(name: str, folder: Path, seeds: tuple[int, ...] = SEEDS) -> list[str]:
    """The digest of each seed under a variation."""
    command = ("unshare", "--mount", sys.executable, "-m", "benchmarks.host_variations", "in", name)
    try:
        return [digest.digest(seed, folder / "run", command=command) for seed in seeds]
    finally:
        shutil.rmtree(folder / "run", ignore_errors=True)


def _figure(name: str, first: list[str], other: list[str]) -> Figure:
    """The short digests of a variation beside those of the machine as it is."""
    expected, actual = (" ".join(digest[:8] for digest in some) for some in (first, other))
    return Figure(f"digests, {'another root' if name.startswith('root ') else name}", expected, actual, first == other)


def become(name: str, command: list[str]) -> None:
    """Make a variation, then run the command in it."""
    mount("-t", "tmpfs", "none", STAGE)
    making = partial(other_root, Path(name.removeprefix("root "))) if name.startswith("root ") else VARIATIONS[name]
    making()
    os.execvp(command[0], command)


if __name__ == "__main__":
    if sys.argv[1:2] == ["in"]:
        become(sys.argv[2], sys.argv[3:])
    else:
        main(partial(figures, *sys.argv[1:]))
