"""The first process inside a lab: lays out its file system, runs the one command, ends the lab.

Runs as process 1 by path, before any package can be imported: standard library only, and nothing of this project.
The order comes as a JSON file (see twin.lab.order); the exit status of the command goes to the file `status` beside it.
"""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import resource
import socket
import struct
import sys
import termios
from typing import Any

STAGE = "/tmp"
ROOT = f"{STAGE}/root"
OPEN_FILES = 1_048_576
POWER_OFF = 0x4321FEDC
"""RB_POWER_OFF of reboot(2)."""
DELIVERS = "ksoftirqd/0\n"
"""The kernel's thread that carries packets on where an interrupt leaves some of them, as the kernel calls it."""
MS_RDONLY, MS_BIND, MS_REC, MS_PRIVATE = 1, 4096, 16384, 1 << 18
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1

_libc = ctypes.CDLL(None, use_errno=True)


def mount(source: str, target: str, kind: str, flags: int = 0, options: str = "") -> None:
    """mount(2); raises OSError naming the target."""
    os.makedirs(target, exist_ok=True)
    if _libc.mount(source.encode(), target.encode(), kind.encode(), ctypes.c_ulong(flags), options.encode()):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), target)


def lay_out(binds: list[list[str]]) -> None:
    """Make the lab's root: the host's under an overlay, fresh kernel file systems, the bound folders; enter it.

    The bound folders are opened first: the stage may cover the place where they are.
    """
    mount("proc", "/proc", "proc")
    opened = [(os.open(source, os.O_PATH), target) for source, target in binds]
    mount("stage", STAGE, "tmpfs", options="mode=755")
    for name in ("upper", "work"):
        os.mkdir(f"{STAGE}/{name}")
    mount("root", ROOT, "overlay", options=f"lowerdir=/,upperdir={STAGE}/upper,workdir={STAGE}/work")
    mount("proc", f"{ROOT}/proc", "proc")
    mount("sys", f"{ROOT}/sys", "sysfs")
    mount("dev", f"{ROOT}/dev", "devtmpfs")
    mount("devpts", f"{ROOT}/dev/pts", "devpts", options="newinstance,ptmxmode=0666,mode=620,gid=5")
    for folder, mode in (("dev/shm", "1777"), ("run", "755"), ("tmp", "1777")):
        mount("tmpfs", f"{ROOT}/{folder}", "tmpfs", options=f"mode={mode}")
    for number, target in opened:
        mount(f"/proc/self/fd/{number}", ROOT + target, "", MS_BIND)
        os.close(number)
    os.chroot(ROOT)
    os.chdir("/")


def allow_open_files() -> None:
    """Raise the limit of open files, as far as a host that keeps root on a leash allows."""
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
    except ValueError:
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def deliver_first() -> None:
    """Let packets that are due go before programs that run at the same moment.

    Else they wait with the programs for their turn, and what these ask the clock meanwhile is time that passes.
    """
    for number in filter(str.isdigit, os.listdir("/proc")):
        with open(f"/proc/{number}/comm", encoding="utf-8") as file:
            if file.read() == DELIVERS:
                os.sched_setscheduler(int(number), os.SCHED_FIFO, os.sched_param(1))


def raise_loopback() -> None:
    """Set the interface lo up."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        request = fcntl.ioctl(probe, SIOCGIFFLAGS, struct.pack("16sh14x", b"lo", 0))
        flags = struct.unpack("16sh14x", request)[1] | IFF_UP
        fcntl.ioctl(probe, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", flags))


def quiet_console() -> None:
    """Make the console pass bytes through as they are (no carriage returns, no echo)."""
    if not os.isatty(1):
        return
    mode = termios.tcgetattr(1)
    mode[1] &= ~termios.OPOST
    mode[3] &= ~(termios.ECHO | termios.ICANON | termios.ISIG)
    termios.tcsetattr(1, termios.TCSANOW, mode)


def spawn(argv: list[str], env: dict[str, str]) -> int:
    """Start the command in a session of its own, its input empty; returns its process id."""
    child = os.fork()
    if child:
        return child
    try:
        os.setsid()
        empty = os.open("/dev/null", os.O_RDONLY)
        os.dup2(empty, 0)
        os.dup2(1, 2)
        os.execvpe(argv[0], argv, env)
    except OSError as fault:
        os.write(2, f"{argv[0]}: {fault.strerror}\n".encode())
    os._exit(127)


def reap(child: int) -> int:
    """Wait for every process that ends until it is `child`; returns its exit status (128 + signal if killed)."""
    while True:
        ended, status = os.wait()
        if ended == child:
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code


def main(order_path: str, kernel_is_ours: bool) -> None:
    """Carry out the order and end the lab."""
    with open(order_path, encoding="utf-8") as file:
        order: dict[str, Any] = json.load(file)
    status_folder = os.open(os.path.dirname(order_path), os.O_PATH)
    lay_out(order["binds"])
    for target, source in order["links"]:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        os.symlink(source, target)
    allow_open_files()
    if kernel_is_ours:
        deliver_first()
    socket.sethostname("twin")
    raise_loopback()
    quiet_console()
    status = reap(spawn(order["argv"], order["env"]))
    target = os.open("status", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600, dir_fd=status_folder)
    os.write(target, f"{status}\n".encode())
    os.close(target)


if __name__ == "__main__":
    kernel_is_ours = sys.argv[2] == "kernel"
    try:
        main(sys.argv[1], kernel_is_ours)
    except OSError as fault:
        print(f"lab: {fault}", flush=True)
    finally:
        os.sync()
        if kernel_is_ours:
            _libc.reboot(POWER_OFF)
