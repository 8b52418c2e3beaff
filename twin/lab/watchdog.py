"""Whether something silent still makes progress, by /proc: a busy or slow machine must not look like a hung lab.

Silence on the wall clock says little: a lab that gets a tenth of a core takes ten times as long. What counts is CPU
time, measured against what a piece of work takes on this machine, or being idle with nothing to wait for.
"""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

SAMPLES = 4
"""Samples of a silent lab in the time of its patience."""
ACTIVE_STATES = frozenset("RDTt")
"""States of a process that runs, waits for a core or a disk, or is stopped (proc(5))."""
TICKS_PER_S = os.sysconf("SC_CLK_TCK")
IDLE_SHARE = 0.01
"""Share of its patience up to which CPU time is no progress: that of timers that find nothing to do."""
REFERENCE_COMMAND = ("sh", "-c", "for ten in 0 1 2 3 4 5 6 7 8 9; do for n in 0 1 2 3 4 5 6 7 8 9; do (:); done; done")
"""A piece of work of the kind of which a starting lab does most: processes that come and go."""
REFERENCE_S = 0.03
"""Its CPU seconds on the machine on which patiences were chosen."""


@dataclass(frozen=True, slots=True)
class ActivitySample:
    """CPU seconds that the processes of a lab have used so far, and whether any of them is active."""

    used_s: float
    active: bool


def sample_activity(pid: int, but: int = 0) -> ActivitySample:
    """Sample a process and its descendants, without one of them."""
    stats = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with suppress(OSError):  # it may be gone
                stats[int(folder.name)] = (folder / "stat").read_text().rpartition(")")[2].split()
    tree = _process_tree(pid, {process: int(words[1]) for process, words in stats.items()})
    processes = [process for process in tree if process != but]
    # Fields 14 to 17 of proc(5): its own time, and that of its children who have ended.
    used = sum(int(ticks) for process in processes for ticks in stats[process][11:15])
    return ActivitySample(used / TICKS_PER_S, any(stats[process][0] in ACTIVE_STATES for process in processes))


def _process_tree(pid: int, parents: dict[int, int]) -> list[int]:
    """A process, if it is there, and its descendants."""
    tree = [pid] if pid in parents else []
    for ancestor in tree:
        tree += [child for child, parent in parents.items() if parent == ancestor]
    return tree


def slowness() -> float:
    """How many times as long this machine computes as the one on which patiences were chosen; 1 for a faster one."""
    before = _children_used_s()
    subprocess.run(REFERENCE_COMMAND, stdin=subprocess.DEVNULL, check=False)
    return max(1.0, (_children_used_s() - before) / REFERENCE_S)


def _children_used_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def hang_reason(samples: Sequence[ActivitySample], patience_s: float,
                slowness: Callable[[], float] = slowness) -> str | None:
    """Why what was silent at all these samples is considered hung; None while it may go on.

    It is hung when it was idle all the while, or has used its patience in CPU time, times the slowness of the machine
    (which is measured only then).
    """
    used_s = samples[-1].used_s - samples[0].used_s if samples else 0.0
    if used_s >= patience_s and used_s >= (limit := patience_s * slowness()):
        return f"used {limit:.0f} s of CPU time without output"
    latest = samples[-SAMPLES:]
    if len(latest) < SAMPLES or any(sample.active for sample in latest):
        return None
    calm = latest[-1].used_s - latest[0].used_s < IDLE_SHARE * patience_s
    return f"was idle and silent for {patience_s:g} s" if calm else None
