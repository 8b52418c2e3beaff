"""The system calls that Python has no name for: namespaces, many datagrams in one call, exact timers, one clock.

Structures are laid out as the 64-bit ABI has them (x86-64 and arm64 alike). Every failure is an OSError.
"""

from __future__ import annotations

import ctypes
import os
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager

SO_MARK, SO_SNDBUFFORCE, SO_RCVBUFFORCE, SO_TIMESTAMPNS, SO_TXTIME = 36, 32, 33, 35, 61
SCM_TXTIME = SO_TXTIME
MSG_DONTWAIT, MSG_TRUNC = 0x40, 0x20
NETNS = "/run/netns"
UNPRIVILEGED = ("setpriv", "--inh-caps=-all", "--bounding-set=-all", "--no-new-privs", "--")
"""The words before a tool that is started in a node: it needs none of the capabilities that we have."""
_CLONE_NEWNET = 0x40000000
_TFD_NONBLOCK, _TFD_CLOEXEC, _TFD_TIMER_ABSTIME = 0x800, 0x80000, 1
_ITIMERSPEC = struct.Struct("=qqqq")

_libc = ctypes.CDLL(None, use_errno=True)


class IoVec(ctypes.Structure):
    """struct iovec of writev(2)."""

    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


class MsgHdr(ctypes.Structure):
    """struct msghdr of sendmsg(2)."""

    _fields_ = (("name", ctypes.c_void_p), ("name_length", ctypes.c_uint32), ("parts", ctypes.c_void_p),
                ("part_count", ctypes.c_size_t), ("control", ctypes.c_void_p), ("control_length", ctypes.c_size_t),
                ("flags", ctypes.c_int))


class MmsgHdr(ctypes.Structure):
    """struct mmsghdr of sendmmsg(2): a message, and how many bytes of it went."""

    _fields_ = (("message", MsgHdr), ("length", ctypes.c_uint))


def _checked(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


class Namespaces:
    """Network namespaces, each opened once and kept open: whoever opens thousands of sockets enters them as often."""

    def __init__(self) -> None:
        self._home = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        self._known: dict[str, int] = {}

    def close(self) -> None:
        """Close all of them."""
        for descriptor in (self._home, *self._known.values()):
            os.close(descriptor)

    @contextmanager
    def inside(self, namespace: str) -> Iterator[None]:
        """Within the block, sockets and children belong to the namespace; it is left again whatever happens."""
        if namespace not in self._known:
            self._known[namespace] = os.open(f"{NETNS}/{namespace}", os.O_RDONLY | os.O_CLOEXEC)
        _checked(_libc.setns(self._known[namespace], _CLONE_NEWNET), f"setns {namespace}")
        try:
            yield
        finally:
            _checked(_libc.setns(self._home, _CLONE_NEWNET), "setns back")


@contextmanager
def in_namespace(namespace: str) -> Iterator[None]:
    """Within the block, sockets and children belong to the network namespace; it is left again whatever happens."""
    namespaces = Namespaces()
    try:
        with namespaces.inside(namespace):
            yield
    finally:
        namespaces.close()


def send_many(descriptor: int, messages: int, count: int) -> int:
    """sendmmsg(2) of `count` messages at the address `messages`; how many were taken."""
    return _checked(_libc.sendmmsg(descriptor, ctypes.c_void_p(messages), count, MSG_DONTWAIT), "sendmmsg")


def receive_many(descriptor: int, messages: int, count: int) -> int:
    """recvmmsg(2) without waiting; 0 when nothing is there. Lengths are those of the whole datagrams."""
    try:
        return _checked(_libc.recvmmsg(descriptor, ctypes.c_void_p(messages), count, MSG_DONTWAIT | MSG_TRUNC, None),
                        "recvmmsg")
    except BlockingIOError:
        return 0


def timer() -> int:
    """A descriptor that becomes readable at the time given to `set_timer` (CLOCK_REALTIME)."""
    return _checked(_libc.timerfd_create(time.CLOCK_REALTIME, _TFD_NONBLOCK | _TFD_CLOEXEC), "timerfd_create")


def set_timer(descriptor: int, at: int) -> None:
    """Let the timer fire at `at` ns since 1970, at once if that has passed."""
    seconds, rest = divmod(max(at, 1), 10**9)
    _checked(_libc.timerfd_settime(descriptor, _TFD_TIMER_ABSTIME, _ITIMERSPEC.pack(0, 0, seconds, rest), None),
             "timerfd_settime")


def ahead_of_monotonic() -> int:
    """By how many ns CLOCK_REALTIME is ahead of CLOCK_MONOTONIC: a reading of one between two of the other."""
    before = time.monotonic_ns()
    real = time.time_ns()
    after = time.monotonic_ns()
    return real - (before + after) // 2
