"""The Python program of a lab, which is started with its imports bundled: calls the `main` of a module.

That is given the folder of its run, and returns the exit status. The lab ends with it.

Its memory is mapped before it is used: while modules are imported, after a fork, and in the traffic. A page fault costs
a lab kernel some 30 us, more than two system calls: the host stops the program with a signal, and another process of
the host maps one page. Asked for many pages at once, it maps each in less than 1 us.
"""

from __future__ import annotations

import ctypes
import gc
import os
import site
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from twin.lab.job import GUEST_BUNDLE, GUEST_OUT, GUEST_PROJECT, GUEST_PYTHON, GUEST_VENV

MCL_FUTURE, MADV_POPULATE_WRITE = 2, 23
LEAST = 2**16
"""Bytes of a mapping from which on it is worth a call."""
MOST = 2**26
"""Bytes of all, up to which they are copied: thousands of forks of a large network each use little of its memory."""
VENV_PACKAGES = f"{GUEST_VENV}/lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages"
BUNDLED = "twin/lab/boundary/imports/bundled_imports.py"
CONTROLLER = "controllers.launch"
"""What a lab's program imports in a copy of itself."""
FRAME = 2**15
"""Values of a frame, so many that its mapping is half a megabyte, which later frames share."""
MAPS = "/proc/self/maps"

_libc = ctypes.CDLL(None, use_errno=True)


def map_ahead() -> None:
    """Map memory of this process as soon as it is allocated, from now on (mlockall(2)); that of threads, too, each with
    its whole stack. Where a process may not, its pages come one by one."""
    _libc.mlockall(MCL_FUTURE)


@contextmanager
def mapped_ahead() -> Iterator[None]:
    """The same for the time of a block that imports modules: what they make stays, so that garbage is not looked for
    either."""
    gc.disable()
    map_ahead()
    try:
        yield
    finally:
        _libc.munlockall()
        gc.enable()


def map_after_forks() -> None:
    """After each fork from now on, parent and child get their own copies of all pages that they may write
    (madvise(2)), unless those are many. Of a million objects hardly a page stays shared: to use one writes its
    reference count."""
    os.register_at_fork(after_in_child=_copy_pages, after_in_parent=_copy_pages)


def _copy_pages() -> None:
    """No call may fail, since that moves the clock: `open` asks whether a file is a terminal."""
    with open(os.open(MAPS, os.O_RDONLY | os.O_CLOEXEC), "rb", buffering=0) as file:
        maps = file.read().decode()
    mappings = [*private_mappings(maps)]
    if sum(end - begin for begin, end in mappings) > MOST:
        return
    for begin, end in mappings:
        _libc.madvise(ctypes.c_void_p(begin), ctypes.c_size_t(end - begin), MADV_POPULATE_WRITE)


def private_mappings(maps: str) -> Iterator[tuple[int, int]]:
    """Begin and end of each mapping that is worth it, in a text of /proc/PID/maps (proc(5)): private and writable."""
    for line in maps.splitlines():
        addresses, permissions, *_ = line.split()
        begin, end = (int(word, 16) for word in addresses.split("-"))
        if permissions == "rw-p" and end - begin >= LEAST:
            yield begin, end


def command(module: str) -> tuple[str, ...]:
    """The command of a lab that runs the `main` of a module."""
    return GUEST_PYTHON, "-S", "-P", f"{GUEST_PROJECT}/{BUNDLED}", GUEST_BUNDLE, __name__, module


def imports(module: str) -> tuple[str, ...]:
    """The modules whose imports, and they themselves, such a lab has in one file."""
    return __name__, module, CONTROLLER


def packages() -> list[str]:
    """The folders of installed packages. Python itself looks for them, and runs what it finds there, in five hundred
    system calls at its start (site(3)), of which nothing is needed here."""
    return [VENV_PACKAGES] if os.path.isdir(VENV_PACKAGES) else site.getsitepackages()


def run(module: str) -> None:
    """Import a module and run it."""
    with_frames_mapped(partial(_run, module))


def _run(module: str) -> NoReturn:
    """Import a module and run it, then end at once: the lab ends with this process, and nobody needs its memory tidied
    up."""
    sys.path += packages()
    with mapped_ahead():
        main = import_module(module).main
    map_after_forks()
    status = main(Path(GUEST_OUT))
    sys.stdout.flush()
    os._exit(status)


def with_frames_mapped(work: Callable[[], None]) -> None:
    """Do work within a large mapping for frames: CPython 3.11 maps 16 KiB of them at a time, and unmaps them when
    the last has returned. Where calls in a loop happen to begin a mapping, each takes two system calls: 2,700 of them
    in the imports of the controller."""
    work()


with_frames_mapped.__code__ = with_frames_mapped.__code__.replace(co_stacksize=FRAME)
