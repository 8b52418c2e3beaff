"""Whether a silent lab still makes progress, by the host's /proc: a busy machine must not look like a hung lab.

Silence on the wall clock says little: a lab that gets a tenth of a core takes ten times as long. What counts is CPU
time, or being idle with nothing to wait for.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

SAMPLES = 4
"""Samples of a silent lab in the time of its patience."""
ACTIVE_STATES = frozenset("RDTt")
"""States of a process that runs, waits for a core or a disk, or is stopped (proc(5))."""
TICKS_PER_S = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class ActivitySample:
    """CPU seconds that the processes of a lab have used so far, and whether any of them is active."""

    used_s: float
    active: bool


def sample_activity(pid: int) -> ActivitySample:
    """Sample a process and its descendants."""
    stats = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with suppress(OSError):  # it may be gone
                stats[int(folder.name)] = (folder / "stat").read_text().rpartition(")")[2].split()
    processes = _process_tree(pid, {process: int(words[1]) for process, words in stats.items()})
    # Fields 14 to 17 of proc(5): its own time, and that of its children who have ended.
    used = sum(int(ticks) for process in processes for ticks in stats[process][11:15])
    return ActivitySample(used / TICKS_PER_S, any(stats[process][0] in ACTIVE_STATES for process in processes))


def _process_tree(pid: int, parents: dict[int, int]) -> list[int]:
    """A process, if it is there, and its descendants."""
    tree = [pid] if pid in parents else []
    for ancestor in tree:
        tree += [child for child, parent in parents.items() if parent == ancestor]
    return tree


def hang_reason(samples: Sequence[ActivitySample], patience_s: float) -> str | None:
    """Why a lab that was silent at all these samples is considered hung; None while it may go on.

    It is hung when it has used its patience in CPU time, or was idle all the while.
    """
    if samples[-1].used_s - samples[0].used_s >= patience_s:
        return f"used {patience_s:g} s of CPU time without output"
    if len(samples) >= SAMPLES and not any(look.active for look in samples[-SAMPLES:]):
        return f"was idle and silent for {patience_s:g} s"
    return None
