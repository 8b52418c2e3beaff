"""Whether a silent lab still gets on, as the host's /proc shows it: a busy machine must not be taken for a hung lab.

Silence on the wall clock says little: a lab that gets a tenth of a core needs ten times as long for everything. What
counts is the time that it could have used: on the processor, or idle while nothing kept it from running.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

LOOKS = 4
"""Looks at a silent lab in the time of its patience."""
RUNS = frozenset("RDTt")
"""States of a process that gets on, waits for a core or a disk, or is held by somebody else (proc(5))."""
TICKS_PER_S = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Pulse:
    """One look at a lab: seconds of processor that its processes have used so far, and whether any gets on."""

    used_s: float
    runs: bool


def feel(pid: int) -> Pulse:
    """Look at a process and all that are below it."""
    stats = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with suppress(OSError):  # it may be gone
                stats[int(folder.name)] = (folder / "stat").read_text().rpartition(")")[2].split()
    family = _family(pid, {one: int(words[1]) for one, words in stats.items()})
    # Fields 14 to 17 of proc(5): its own time, and that of its children who have ended.
    used = sum(int(ticks) for one in family for ticks in stats[one][11:15])
    return Pulse(used / TICKS_PER_S, any(stats[one][0] in RUNS for one in family))


def _family(pid: int, parents: dict[int, int]) -> list[int]:
    """A process that is there and all below it."""
    found = [pid] if pid in parents else []
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found


def given_up(looks: Sequence[Pulse], patience_s: float) -> str | None:
    """Why a lab that was silent at these looks, a part of its patience apart, will say nothing more; None: it may.

    It has had its patience when it has used the processor for so long, or had nothing to do all the while.
    """
    if looks[-1].used_s - looks[0].used_s >= patience_s:
        return f"computed for {patience_s:g} s without a word"
    if len(looks) >= LOOKS and not any(look.runs for look in looks[-LOOKS:]):
        return f"said nothing for {patience_s:g} s and had nothing to do"
    return None
