"""Process 1 of a lab: mounts its file system, runs the one command, shuts the lab down.

Run by path, before any package can be imported: standard library only, nothing of this project. What to do comes as a
JSON file (twin.lab.launch_spec); the exit status of the command goes to the file `status` beside it.
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
SOFTIRQ_THREAD = "ksoftirqd/0\n"
"""The kernel thread that processes packets which an interrupt has left, by the kernel's name for it."""
MS_RDONLY, MS_BIND, MS_REC, MS_PRIVATE = 1, 4096, 16384, 1 << 18
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1

_libc = ctypes.CDLL(None, use_errno=True)


def mount(source: str, target: str, kind: str, flags: int = 0, options: str = "") -> None:
    """mount(2); raises OSError naming the target."""
    os.makedirs(target, exist_ok=True)
    if _libc.mount(source.encode(), target.encode(), kind.encode(), ctypes.c_ulong(flags), options.encode()):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), target)


def mount_root(binds: list[list[str]]) -> None:
    """Mount the lab's root, an overlay of the host's, with kernel file systems and bind mounts; chroot into it.

    The bound folders are opened first: the tmpfs may cover them.
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


def raise_open_files_limit() -> None:
    """Raise the limit of open files, as far as the host allows."""
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
    except ValueError:
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def prioritize_softirq() -> None:
    """Run the softirq thread before programs that are runnable at the same moment.

    Otherwise packets wait until the programs have run, and time passes where these read the clock.
    """
    for number in filter(str.isdigit, os.listdir("/proc")):
        with open(f"/proc/{number}/comm", encoding="utf-8") as file:
            if file.read() == SOFTIRQ_THREAD:
                os.sched_setscheduler(int(number), os.SCHED_FIFO, os.sched_param(1))


def raise_loopback() -> None:
    """Set the interface lo up."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        request = fcntl.ioctl(probe, SIOCGIFFLAGS, struct.pack("16sh14x", b"lo", 0))
        flags = struct.unpack("16sh14x", request)[1] | IFF_UP
        fcntl.ioctl(probe, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", flags))


def set_console_raw() -> None:
    """Make the console pass bytes through as they are (no carriage returns, no echo)."""
    if not os.isatty(1):
        return
    mode = termios.tcgetattr(1)
    mode[1] &= ~termios.OPOST
    mode[3] &= ~(termios.ECHO | termios.ICANON | termios.ISIG)
    termios.tcsetattr(1, termios.TCSANOW, mode)


def spawn(argv: list[str], env: dict[str, str]) -> int:
    """Start the command in a session of its own, without input; returns its process id."""
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


def wait_for(child: int) -> int:
    """Wait for every process that ends until it is `child`; returns its exit status (128 + signal if killed)."""
    while True:
        ended, status = os.wait()
        if ended == child:
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code


def main(spec_path: str, kernel_is_ours: bool) -> None:
    """Carry out the launch specification and end the lab."""
    with open(spec_path, encoding="utf-8") as file:
        spec: dict[str, Any] = json.load(file)
    status_folder = os.open(os.path.dirname(spec_path), os.O_PATH)
    mount_root(spec["binds"])
    for target, source in spec["links"]:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        os.symlink(source, target)
    raise_open_files_limit()
    if kernel_is_ours:
        prioritize_softirq()
    socket.sethostname("twin")
    raise_loopback()
    set_console_raw()
    status = wait_for(spawn(spec["argv"], spec["env"]))
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
