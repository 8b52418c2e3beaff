"""On the host: how much processor time the host of this machine gives to others, as the kernel counts it (proc(5))."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

PROC_STAT = Path("/proc/stat")
STEAL = 7
"""Which of the times of a processor is the stolen one."""
TICKS_PER_S = os.sysconf("SC_CLK_TCK")

Steal = tuple[int, ...] | None
"""Ticks stolen from each processor so far; None where nothing is counted."""


def read_text() -> str:
    """What /proc/stat says; nothing where there is none."""
    try:
        return PROC_STAT.read_text(encoding="ascii")
    except OSError:
        return ""


def steal_of(text: str) -> Steal:
    """The stolen ticks in a text of /proc/stat; None where it has none, or counts no time at all, as sandboxes do."""
    rows = [line.split()[1:] for line in text.splitlines() if line.startswith("cpu") and not line.startswith("cpu ")]
    if not rows or any(len(row) <= STEAL or not any(map(int, row)) for row in rows):
        return None
    return tuple(int(row[STEAL]) for row in rows)


class StealReader:
    """Which part of a processor's time was stolen between two readings, of the processor that lost most."""

    def __init__(self, read: Callable[[], str] = read_text, clock: Callable[[], float] = time.monotonic) -> None:
        """clock: s."""
        self._read, self._clock = read, clock
        self._steal, self._at = steal_of(read()), clock()

    def since(self) -> float | None:
        """Since the last call, or since it was made; None where it is not counted, or processors came or went."""
        before, began = self._steal, self._at
        self._steal, self._at = steal_of(self._read()), self._clock()
        if before is None or self._steal is None or len(before) != len(self._steal) or self._at <= began:
            return None
        ticks = max(now - then for then, now in zip(before, self._steal, strict=True))
        return ticks / TICKS_PER_S / (self._at - began)
