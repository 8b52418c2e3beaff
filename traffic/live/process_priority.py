"""Which of a live twin's processes go before the others of their lab, on its one processor (sched(7)).

On the wall clock a process that is due waits until the others have had their turns: a tenth of a second where the lab
is busy, by which all that the load sends is late. Only in a lab kernel of our own: the native lab shares the processors
of its machine with other programs.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

LOAD, SERVER = -15, -10
"""Nice values of the load, and of the process that reads counters and answers commands."""
REAL_TIME = 2
"""The load's priority of real time; the softirq thread of a lab has 1 (twin.lab.guest_init)."""
ENOUGH, LEAST = 0.1, 0.05
"""The part of a second that the processor must have been idle before the load may be of real time, and while it is."""
IDLE = 3
"""The place of idle time among those of /proc/stat (proc_stat(5))."""


@cache
def in_lab_kernel() -> bool:
    """Whether the kernel that we run in is a lab of our own."""
    return "User Mode Linux" in Path("/proc/cpuinfo").read_text(encoding="utf-8")


def prefer(nice: int) -> None:
    """Give this process a nice value, in a lab kernel; what it starts from now on has the usual one."""
    if in_lab_kernel():
        os.sched_setscheduler(0, os.SCHED_OTHER | os.SCHED_RESET_ON_FORK, os.sched_param(0))
        os.setpriority(os.PRIO_PROCESS, 0, nice)


def processor_times() -> tuple[int, int]:
    """For how long the processor was idle since the start, and how long that is, in ticks."""
    times = [int(field) for field in Path("/proc/stat").read_text(encoding="utf-8").partition("\n")[0].split()[1:]]
    return times[IDLE], sum(times)


def goes_first(idle: float, first: bool) -> bool:
    """Whether the load may be of real time in the next second. idle: part of the last one; first: whether it was so."""
    return idle >= (LEAST if first else ENOUGH)


class LoadPriority:
    """The priority of this process, which runs the load: of real time while the processor has time left. Where it has
    none, all others would wait for ever, so that a full lab shares it, the greater part for the load."""

    def __init__(self, read: Callable[[], tuple[int, int]] = processor_times) -> None:
        """read: gives idle and whole time of the processor."""
        self._read, self._before, self._first = read, read(), False
        prefer(LOAD)

    @property
    def first(self) -> bool:
        """Whether it is of real time."""
        return self._first

    def adapt(self) -> None:
        """Choose by how busy the processor was since it was chosen last."""
        now = self._read()
        idle, passed = (after - before for before, after in zip(self._before, now, strict=True))
        self._before = now
        first = in_lab_kernel() and passed > 0 and goes_first(idle / passed, self._first)
        if first and not self._first:
            os.sched_setscheduler(0, os.SCHED_FIFO | os.SCHED_RESET_ON_FORK, os.sched_param(REAL_TIME))
        elif self._first and not first:
            prefer(LOAD)
        self._first = first
