"""Ways out of a lab, tried by whoever runs this: `break_out.py SECRET FOLDER`, standard library only.

SECRET is a file of the host, FOLDER one of its folders that is not the lab's. Prints as JSON the ways that worked.
"""

from __future__ import annotations

import ctypes
import json
import os
import socket
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

NEWNS, NEWUSER, NEWPID = 0x20000, 0x10000000, 0x20000000
BIND, REMOUNT, DETACH = 4096, 32, 2
PTRACE_ATTACH, SYS_INIT_MODULE, SYS_BPF_LOAD = 16, 175, 5
SECRET, FOLDER = map(Path, sys.argv[1:3])
MINE = Path(f"/tmp/break-out-{os.getuid()}")
PROJECT, OUT = Path("/run/twin/project"), Path("/run/twin/out")

libc = ctypes.CDLL(None, use_errno=True)


def call(function: Callable[..., int], *arguments: object) -> None:
    """Call the C library; OSError where it failed."""
    if function(*arguments) < 0:
        raise OSError(ctypes.get_errno(), "refused")


def mounted(folder: str) -> Path:
    """The host's folder, mounted."""
    MINE.mkdir(exist_ok=True)
    call(libc.mount, b"none", bytes(MINE), b"hostfs", ctypes.c_ulong(0), folder.encode())
    return MINE


def append(path: Path) -> None:
    """Write to a file."""
    with path.open("ab") as file:
        file.write(b"\n# changed from a node\n")


def mount_in_user_namespace() -> None:
    """As root of a user namespace of one's own."""
    call(libc.unshare, NEWUSER | NEWNS)
    (mounted(str(SECRET.parent)) / SECRET.name).read_bytes()


def see_others() -> None:
    """Find a process that is not of nodes: Open vSwitch's."""
    if not any(path.read_text().startswith("ovs") for path in Path("/proc").glob("[0-9]*/comm")):
        raise OSError("none")


def see_homes() -> None:
    """Find anything in a home."""
    homes = [*Path("/home").iterdir(), *Path("/root").iterdir()]
    if not homes:
        raise OSError("none")


def enter(process: str) -> None:
    """Join the mount namespace of a process that is not confined."""
    call(libc.setns, os.open(f"/proc/{process}/ns/mnt", os.O_RDONLY), NEWNS)
    (mounted(str(SECRET.parent)) / SECRET.name).read_bytes()


def change_root() -> None:
    """Go to where the root was before."""
    os.chroot("/proc/1/root")
    next(OUT.iterdir())


def listen_to_the_control_stream() -> None:
    """Speak to the host in the agent's place."""
    os.close(os.open("/dev/ttyS0", os.O_RDWR | os.O_NOCTTY))


def make_device() -> None:
    """A device by its number: the control stream's."""
    os.mknod(f"{MINE}-device", 0o20666, os.makedev(4, 64))


def see_the_hosts_network() -> None:
    """An address that is not of the twin's network."""
    with socket.create_connection(("127.0.0.1", 22), timeout=2):
        pass


WAYS: dict[str, Callable[[], object]] = {
    "read a file of the host": SECRET.read_bytes,
    "write to a folder of the host": lambda: append(FOLDER / "written"),
    "mount the host and read": lambda: (mounted("/") / str(SECRET)[1:]).read_bytes(),
    "mount a folder of the host and read": lambda: (mounted(str(SECRET.parent)) / SECRET.name).read_bytes(),
    "mount a folder of the host and write": lambda: append(mounted(str(FOLDER)) / "written"),
    "mount as root of a user namespace": mount_in_user_namespace,
    "mount in a mount namespace": lambda: call(libc.unshare, NEWNS),
    "read the run's folder": lambda: next(OUT.iterdir()),
    "write to the run's folder": lambda: append(OUT / "verdicts.json"),
    "change code that a later run uses": lambda: append(PROJECT / "twin/__init__.py"),
    "replace code that a later run uses": lambda: (PROJECT / "twin").rename(PROJECT / "old"),
    "change the virtual environment": lambda: append(next(Path("/run/twin/venv").rglob("*.py"))),
    "change the rights of code": lambda: (PROJECT / "twin/__init__.py").chmod(0o777),
    "change a program of the host": lambda: append(Path("/usr/bin/env")),
    "make code writable": lambda: call(libc.mount, b"", bytes(PROJECT), b"", ctypes.c_ulong(BIND | REMOUNT), b""),
    "uncover what is hidden": lambda: call(libc.umount2, b"/proc", DETACH),
    "preload a library into the lab": lambda: append(Path("/etc/ld.so.preload")),
    "name a program for core dumps": lambda: Path("/proc/sys/kernel/core_pattern").write_text("|/tmp/x"),
    "name a program for events": lambda: Path("/sys/kernel/uevent_helper").write_text("/tmp/x"),
    "name a program for modules": lambda: Path("/proc/sys/kernel/modprobe").write_text("/tmp/x"),
    "load a module": lambda: call(libc.syscall, SYS_INIT_MODULE, b"", 0, b""),
    "enter the first process": partial(enter, "1"),
    "enter the parent process": partial(enter, str(os.getppid())),
    "change the root": change_root,
    "open the control stream": listen_to_the_control_stream,
    "make a device": make_device,
    "see processes that are not of nodes": see_others,
    "see homes": see_homes,
    "reach the host's network": see_the_hosts_network,
}


def works(way: Callable[[], object]) -> bool:
    """Whether a way works, tried in a child: some change who one is."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1] == 0
    try:
        way()
    except (OSError, StopIteration, ValueError):
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    print(json.dumps([name for name, way in WAYS.items() if works(way)]))
