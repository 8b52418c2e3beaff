"""Process 1 of a lab: mounts its file system, runs the one command, shuts the lab down.

Run by path, before any package can be imported: nothing of this project, and of the standard library as little as can
be, since what it imports takes a lab longer than what it does. What to do comes as a
JSON file (twin.lab.launch_spec); the exit status of the command goes to the file `status` beside it.
"""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import resource
import signal
import struct
import sys
import termios

STAGE = "/dev"
"""Where the root is put together: a folder that is there on every host, with nothing that is needed meanwhile."""
ROOT = f"{STAGE}/root"
SYSTEM_FOLDERS = ("/usr", "/bin", "/sbin", "/lib", "/lib64")
"""What a lab sees of its host's programs and libraries."""
ETC_ENTRIES = ("alternatives", "bash.bashrc", "ethertypes", "inputrc", "iproute2", "nanorc", "protocols", "services",
               "ssl/certs", "ssl/openssl.cnf", "terminfo", "vim", "wireshark")
"""What it sees of the host's /etc. Not ld.so.cache: its size, which grows with every library that is installed on the
host, moves the mappings of every program."""
ETC_FILES = {
    "group": "root:x:0:\ntty:x:5:\nnogroup:x:65534:\ntcpdump:x:101:\n",
    "hosts": "127.0.0.1 localhost\n",
    "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\nprotocols: files\nservices: files\n",
    "passwd": "root:x:0:0:root:/tmp:/bin/bash\ntcpdump:x:101:101::/nonexistent:/usr/sbin/nologin\n"
              "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n",
    "resolv.conf": "",
}
"""What a lab has in /etc of its own, the same everywhere."""
EMPTY_FOLDERS = ("home", "mnt", "opt", "root", "srv", "var/cache", "var/lib", "var/log", "var/tmp")
INODES = 256
"""Files that are made in the root and in /run before anything else, on every host: see `level_random_numbers`."""
OUT = "/run/twin/out"
SANDBOX_VARIABLE = "TWIN_SANDBOX"
"""Tells the command the process id of the nodes' sandbox."""
NODE_PROCESSES = 1024
"""Of all nodes together: who forks without end is refused."""
NODE_FILES, NODE_INODES = "10%", 20_000
"""What files of nodes take of the lab's memory, in each of three folders, and how many there can be."""
DEVICES = ("full", "net", "null", "pts", "random", "tty", "urandom", "zero")
"""What the sandbox has of /dev."""
OPEN_FILES = 1_048_576
POWER_OFF = 0x4321FEDC
"""RB_POWER_OFF of reboot(2)."""
SOFTIRQ_THREAD = "ksoftirqd/0\n"
"""The kernel thread that processes packets which an interrupt has left, by the kernel's name for it."""
MS_RDONLY, MS_REMOUNT, MS_BIND, MS_REC, MS_SLAVE = 1, 32, 4096, 16384, 1 << 19
MNT_DETACH, CLONE_NEWNS, CLONE_NEWPID = 2, 0x20000, 0x20000000
SYS_MOUNT_SETATTR, AT_RECURSIVE = 442, 0x8000
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1
AF_INET, SOCK_DGRAM = 2, 2
WRITTEN = "lab: all is written"
"""The last line of a lab kernel's console: its host need not wait until it has powered down."""
NAME = b"twin"
"""The name of the lab as a host."""

_libc = ctypes.CDLL(None, use_errno=True)


def checked(result: int, what: str) -> None:
    """Raise OSError, naming what failed, when a call of the C library did."""
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), what)


def mount(source: str, target: str, kind: str, flags: int = 0, options: str = "") -> None:
    """mount(2); the folder to mount on is made. Raises OSError naming the target."""
    if not os.path.lexists(target):
        os.makedirs(target)
    arguments = (source.encode(), target.encode(), kind.encode(), ctypes.c_ulong(flags), options.encode())
    checked(_libc.mount(*arguments), target)


def bind(source: str, target: str, *, writable: bool = False) -> None:
    """Bind a folder or file, read-only unless it is marked writable."""
    if not os.path.isdir(source):
        os.makedirs(os.path.dirname(target), exist_ok=True)
        os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o644))
    mount(source, target, "", MS_BIND)
    if not writable:
        mount("", target, "", MS_BIND | MS_REMOUNT | MS_RDONLY)


def mount_root(binds: list[tuple[str, str, bool]], links: list[tuple[str, str]]) -> None:
    """Make the lab's root and enter it: the host's programs read-only, folders of the lab's own, what is bound.

    Nothing else of the host can be reached in it. The folders to bind are opened first: the stage may cover them.
    """
    mount("proc", "/proc", "proc")
    opened = [(os.open(source, os.O_PATH), target, writable) for source, target, writable in binds]
    mount("stage", STAGE, "tmpfs", options="mode=755")
    mount("root", ROOT, "tmpfs", options="mode=755")
    for path in filter(os.path.lexists, (*SYSTEM_FOLDERS, *(f"/etc/{name}" for name in ETC_ENTRIES))):
        if os.path.islink(path) and path in SYSTEM_FOLDERS:
            os.symlink(os.readlink(path), ROOT + path)
        else:
            bind(path, ROOT + path)
    mount_kernel_file_systems(ROOT)
    make_own_files(ROOT)
    for number, target, writable in opened:
        bind(f"/proc/self/fd/{number}", ROOT + target, writable=writable)
        os.close(number)
    for target, source in links:
        os.makedirs(os.path.dirname(ROOT + target), exist_ok=True)
        os.symlink(source, ROOT + target)
    level_random_numbers((ROOT, f"{ROOT}/run"))
    os.chdir(ROOT)
    checked(_libc.pivot_root(b".", b"."), "pivot_root")
    checked(_libc.umount2(b".", MNT_DETACH), "umount2")
    os.chdir("/")


def mount_kernel_file_systems(root: str) -> None:
    """Mount those that programs expect, and empty ones for what they write."""
    mount("proc", f"{root}/proc", "proc")
    mount("sys", f"{root}/sys", "sysfs")
    mount("dev", f"{root}/dev", "devtmpfs")
    mount("devpts", f"{root}/dev/pts", "devpts", options="newinstance,ptmxmode=0666,mode=620,gid=5")
    for folder, mode in (("dev/shm", "1777"), ("run", "755"), ("tmp", "1777")):
        mount("tmpfs", f"{root}/{folder}", "tmpfs", options=f"mode={mode}")


def make_own_files(root: str) -> None:
    """Make the folders and files that are the lab's own."""
    for folder in EMPTY_FOLDERS:
        os.makedirs(f"{root}/{folder}")
    os.symlink("/run", f"{root}/var/run")
    os.makedirs(f"{root}/etc", exist_ok=True)
    for name, text in ETC_FILES.items():
        with open(f"{root}/etc/{name}", "w", encoding="ascii") as file:
            file.write(text)


def level_random_numbers(folders: tuple[str, ...]) -> None:
    """Make as many files in these tmpfs as every host gets.

    The kernel draws a random number for each file of a tmpfs. How many a lab needs for its mounts depends on the host
    (what /etc has, where Python is), and all that is drawn later, as ports of TCP, would depend on it too.
    """
    states = [os.statvfs(folder) for folder in folders]
    for _ in range(INODES - sum(state.f_files - state.f_ffree for state in states)):
        os.close(os.open(f"{STAGE}/level", os.O_CREAT | os.O_WRONLY))
        os.unlink(f"{STAGE}/level")


def start_sandbox(kernel_is_ours: bool) -> int:
    """Start the process that holds the namespaces in which commands of nodes run; returns its process id.

    They see the lab's files read-only and nothing of the run's folder, and no process but their own; with a kernel of
    our own, they can be so many and no more.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.setsid()
        checked(_libc.unshare(CLONE_NEWNS | CLONE_NEWPID), "unshare")
        if not (holder := os.fork()):
            enclose(NODE_PROCESSES if kernel_is_ours else 0)
            os.close(writer)
            signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # what its processes leave is reaped by the kernel
            while True:
                signal.pause()
        os.write(writer, f"{holder}".encode())
        os._exit(0)
    os.close(writer)
    with open(reader, encoding="ascii") as answer:
        return int(answer.read())


def enclose(processes: int) -> None:
    """Within the sandbox: take the run's folder away, make everything read-only but what nodes may write, of which they
    cannot fill the lab's memory. processes: how many there can be; 0 for as many as elsewhere.

    The limit is that of the PID namespace (Linux 6.14): limits of a user do not hold for root.
    """
    mount("", "/", "", MS_REC | MS_SLAVE)
    checked(_libc.umount2(OUT.encode(), MNT_DETACH), OUT)
    read_only = struct.pack("=QQQQ", MS_RDONLY, 0, 0, 0)
    checked(_libc.syscall(SYS_MOUNT_SETATTR, -1, b"/", AT_RECURSIVE, read_only, len(read_only)), "mount_setattr")
    opened = [(name, os.open(f"/dev/{name}", os.O_PATH)) for name in DEVICES if os.path.exists(f"/dev/{name}")]
    mount("tmpfs", "/dev", "tmpfs", options="mode=755")
    for name, number in opened:
        bind(f"/proc/self/fd/{number}", f"/dev/{name}")
        os.close(number)
    os.symlink("pts/ptmx", "/dev/ptmx")
    for folder in ("/dev/shm", "/tmp", "/var/tmp"):
        mount("tmpfs", folder, "tmpfs", options=f"mode=1777,size={NODE_FILES},nr_inodes={NODE_INODES}")
    mount("proc", "/proc", "proc")
    if processes:
        with open("/proc/sys/kernel/pid_max", "w", encoding="ascii") as limit:
            limit.write(str(processes))
    mount("", "/proc", "", MS_BIND | MS_REMOUNT | MS_RDONLY)
    bind("/proc/sys/net", "/proc/sys/net", writable=True)
    mount("", "/proc/sys/net", "", MS_BIND | MS_REMOUNT)


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
    probe = _libc.socket(AF_INET, SOCK_DGRAM, 0)
    checked(probe, "socket")
    request = fcntl.ioctl(probe, SIOCGIFFLAGS, struct.pack("16sh14x", b"lo", 0))
    flags = struct.unpack("16sh14x", request)[1] | IFF_UP
    fcntl.ioctl(probe, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", flags))
    os.close(probe)


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
        spec = json.load(file)
    status_folder = os.open(os.path.dirname(spec_path), os.O_PATH)
    mount_root(spec["binds"], spec["links"])
    raise_open_files_limit()
    if kernel_is_ours:
        prioritize_softirq()
    checked(_libc.sethostname(NAME, len(NAME)), "sethostname")
    raise_loopback()
    set_console_raw()
    sandbox = start_sandbox(kernel_is_ours)
    status = wait_for(spawn(spec["argv"], {**spec["env"], SANDBOX_VARIABLE: str(sandbox)}))
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
            os.write(1, f"{WRITTEN}\n".encode())
            _libc.reboot(POWER_OFF)
