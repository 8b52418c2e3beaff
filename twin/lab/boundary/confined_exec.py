"""Becomes the process of a lab, confined to the files of its run: `python -I -S confined_exec.py ORDER`.

Run by path on the host, standard library only. ORDER is a JSON file (twin.lab.boundary.host_access): the command and
its environment; the caller, with which it ends, and the core; the paths that it may read and those that it may write.
A layer that this host does not have is left out:

    root      a root file system of its own that holds those paths alone, in new mount, network and IPC namespaces
    user      not root, and no capability: started by root it goes on as the user of the order
    landlock  Landlock rules for the same paths; no TCP, and no signal to processes outside (landlock(7))

`python -I -S confined_exec.py` alone prints as JSON which layers this host has.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import stat
import struct
import sys
from collections.abc import Callable, Iterable
from functools import partial

CLONE_NEWNS, CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWNET = 0x20000, 0x8000000, 0x10000000, 0x40000000
MS_BIND, MS_REC, MS_PRIVATE, MNT_DETACH = 4096, 16384, 1 << 18, 2
AT_RECURSIVE, AT_EMPTY_PATH, RDONLY, NOSUID, NODEV = 0x8000, 0x1000, 1, 2, 4
PR_SET_PDEATHSIG, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS, LAST_CAPABILITY = 1, 24, 38, 63
ADDR_NO_RANDOMIZE = 0x40000
SYS_MOUNT_SETATTR, SYS_LANDLOCK = 442, 444
"""The latter is landlock_create_ruleset; landlock_add_rule and landlock_restrict_self are the next two."""

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR, REMOVE_DIR, REMOVE_FILE = (1 << bit for bit in range(6))
MAKE_DIR, MAKE_REG, MAKE_SOCK, REFER, TRUNCATE = 1 << 7, 1 << 8, 1 << 9, 1 << 13, 1 << 14
READ = EXECUTE | READ_FILE | READ_DIR
WRITE = READ | WRITE_FILE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | MAKE_SOCK | REFER | TRUNCATE
"""Without symbolic links: whoever reads a run on the host would follow them."""
OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE
HANDLED = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1}
"""Rights that the first ABIs of Landlock know; from the third on these are all that matter here."""
NO_TCP, NO_SIGNALS = 3, 3
"""LANDLOCK_ACCESS_NET_BIND_TCP | CONNECT_TCP; LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET | SIGNAL."""

STAGE = "/tmp"
"""Where the new root is put together."""
DEVICES = ("/dev/null", "/dev/ptmx", "/dev/pts")
"""What the lab kernel opens; terminals only to see how the host signals them."""

_libc = ctypes.CDLL(None, use_errno=True)


def checked(result: int, what: str) -> int:
    """The result of a call of the C library; raises OSError for a failed one."""
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), what)
    return result


def mount(source: str, target: str, kind: str, flags: int = 0, options: str = "") -> None:
    """mount(2)."""
    arguments = (source.encode(), target.encode(), kind.encode(), ctypes.c_ulong(flags), options.encode())
    checked(_libc.mount(*arguments), target)


def set_flags(target: str, flags: int, recursive: int = AT_RECURSIVE) -> None:
    """mount_setattr(2) on a mount, by default with all below it."""
    attributes = struct.pack("=QQQQ", flags, 0, 0, 0)
    checked(_libc.syscall(SYS_MOUNT_SETATTR, -100, target.encode(), recursive, attributes, len(attributes)), target)


def enter_namespaces() -> None:
    """New mount, network and IPC namespaces; without root in a user namespace, under the same name."""
    user, group = os.geteuid(), os.getegid()
    flags = CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWNET
    if user == 0:
        checked(_libc.unshare(flags), "unshare")
        return
    checked(_libc.unshare(flags | CLONE_NEWUSER), "unshare")
    for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
        with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
            file.write(text)


def private_root(reads: Iterable[str], writes: Iterable[str], work: str) -> None:
    """Replace the root file system by one that holds these paths and nothing else."""
    wanted = {**dict.fromkeys(reads, RDONLY | NOSUID), **dict.fromkeys(writes, NOSUID | NODEV)}
    wanted |= {"/dev/null": NOSUID, "/proc/cpuinfo": RDONLY}
    mask = os.umask(0o022)
    enter_namespaces()
    mount("none", "/", "", MS_REC | MS_PRIVATE)
    opened = [(path, os.open(path, os.O_PATH | os.O_NOFOLLOW)) for path in sorted(wanted, key=len)]
    mount("root", STAGE, "tmpfs", options="mode=755,size=4m")
    for path, number in opened:
        _place(path, number, wanted[path])
    os.makedirs(f"{STAGE}/dev/pts")
    mount("devpts", f"{STAGE}/dev/pts", "devpts", options="newinstance,ptmxmode=0666")
    for link, path in (("/dev/ptmx", "pts/ptmx"), ("/proc/self/cwd", work)):
        os.makedirs(os.path.dirname(STAGE + link), exist_ok=True)
        os.symlink(path, STAGE + link)
    os.chdir(STAGE)
    checked(_libc.pivot_root(b".", b"."), "pivot_root")
    checked(_libc.umount2(b".", MNT_DETACH), "umount2")
    os.chdir("/")
    set_flags("/", RDONLY, 0)
    os.umask(mask)


def _place(path: str, number: int, flags: int) -> None:
    """Put an opened file of the host at the same path below the stage: a link as it is, anything else bound."""
    target, mode = STAGE + path, os.fstat(number).st_mode
    if stat.S_ISLNK(mode):
        os.symlink(os.readlink("", dir_fd=number), target)
    else:
        os.makedirs(target if stat.S_ISDIR(mode) else os.path.dirname(target), exist_ok=True)
        if not stat.S_ISDIR(mode) and not os.path.exists(target):
            os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o644))
        mount(f"/proc/self/fd/{number}", target, "", MS_BIND | MS_REC)
        set_flags(target, flags)
    os.close(number)


def landlock_abi() -> int:
    """The version of Landlock that this kernel has; 0 for none."""
    return max(0, int(_libc.syscall(SYS_LANDLOCK, None, 0, 1)))


def restrict(reads: Iterable[str], writes: Iterable[str], abi: int) -> None:
    """Allow this process and its descendants these paths alone, by Landlock."""
    handled = HANDLED[min(abi, 3)]
    attributes = struct.pack("=QQQ", handled, NO_TCP, NO_SIGNALS)[: 8 if abi < 4 else 16 if abi < 6 else 24]
    ruleset = checked(_libc.syscall(SYS_LANDLOCK, attributes, len(attributes), 0), "landlock_create_ruleset")
    rules = [*((path, READ) for path in (*reads, "/proc/cpuinfo")), *((path, WRITE) for path in writes),
             *((path, READ_FILE | READ_DIR | WRITE_FILE) for path in DEVICES)]
    for path, rights in rules:
        try:
            number = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except FileNotFoundError:
            continue
        rights &= handled if stat.S_ISDIR(os.fstat(number).st_mode) else handled & OF_FILES
        rule = struct.pack("=Qi", rights, number)
        checked(_libc.syscall(SYS_LANDLOCK + 1, ruleset, 1, rule, 0), path)
        os.close(number)
    checked(_libc.syscall(SYS_LANDLOCK + 2, ruleset, 0), "landlock_restrict_self")
    os.close(ruleset)


def give_up_privileges(user: int | None, paths: Iterable[str], writes: Iterable[str]) -> bool:
    """No capability any more, for this process and what it becomes; with a user, go on as that one.

    Root stays root, without capabilities, where one of the paths is closed to that user. Returns whether it is another.
    """
    for capability in range(LAST_CAPABILITY + 1):
        _libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    if user is None or not all(map(_open_to_others, paths)):
        return False
    for path in writes:
        _give(path, user)
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    return True


def _open_to_others(path: str) -> bool:
    mode = os.stat(path).st_mode
    return bool(mode & stat.S_IROTH) and (not stat.S_ISDIR(mode) or bool(mode & stat.S_IXOTH))


def _give(folder: str, user: int) -> None:
    """Make a folder and all that is in it the user's own."""
    os.chown(folder, user, user)
    for parent, folders, files in os.walk(folder):
        for name in (*folders, *files):
            os.lchown(os.path.join(parent, name), user, user)


def confine(reads: list[str], writes: list[str], work: str, user: int | None) -> dict[str, object]:
    """Take on all the layers that this host has; returns which they are."""
    layer = partial(private_root, reads, writes, work)
    rooted = can_do(layer)
    if rooted:
        layer()
    other = give_up_privileges(user if rooted and os.geteuid() == 0 else None, reads, writes)
    checked(_libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")
    abi = landlock_abi()
    if abi:
        restrict(reads, writes, abi)
    os.chdir(work)
    return {"root": rooted, "user": other, "landlock": abi}


def can_do(layer: Callable[[], None]) -> bool:
    """Whether a layer can be had on this host: tried in a child, since one that failed half-way cannot be undone."""
    child = os.fork()
    if not child:
        try:
            layer()
        except OSError:
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


def die_with(caller: int) -> None:
    """Have the kernel kill this process as soon as its caller is gone, which may have been before now."""
    checked(_libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0), "pdeathsig")
    if os.getppid() != caller:
        sys.exit(1)


def main(path: str) -> None:
    """Carry out the order."""
    with open(path, encoding="utf-8") as file:
        order = json.load(file)
    os.sched_setaffinity(0, {order["core"]})
    if order["confinement"] is not None:
        confine(**order["confinement"])
        # As the lab kernel wants it: it would start itself once more, by a name that is not in its root.
        _libc.personality(ADDR_NO_RANDOMIZE)
    # Last: a change of user takes the death signal away.
    die_with(order["caller"])
    os.execvpe(order["argv"][0], order["argv"], order["environment"])


def layers() -> dict[str, object]:
    """Which layers this host has; `user` is one that root can always take on together with `root`."""
    return {"root": can_do(partial(private_root, [], [], "/")), "landlock": landlock_abi()}


if __name__ == "__main__":
    try:
        if sys.argv[1:]:
            main(sys.argv[1])
        print(json.dumps(layers()))
    except OSError as fault:
        sys.exit(f"the lab cannot be confined: {fault}")
