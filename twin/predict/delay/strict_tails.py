"""The chance that a packet of a strict band waits for longer at a station of a radio cell, for any wait.

A packet waits since the last moment at which no strict packet was there: for the frame that was then in service, and
for all strict ones that have come since. So it is there for longer than t only if one frame and n more take longer than
t and the least time in which n come, for some n. Of the first few n each is a case of its own; of all from some n on,
that come no closer than at their rate, the longest excess is the wait in a queue at which they arrive so (Lindley).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from math import ceil, inf
from typing import NamedTuple

from twin.core.units import NS_PER_MS
from twin.predict.load.queues import StrictFrames
from twin.predict.theory.frame_times import STEP, STEPS, Times, both, exceeding, frame_times, rest_of_frame, sooner

GRAINS = NS_PER_MS // 200, NS_PER_MS // 20
"""To which slots and frames are rounded up, so that cells that are nearly alike have one distribution; ns."""
MOST = 12
"""Strict packets up to which each number is a case of its own; where more may come at once, nothing is known."""
ROUNDS, SETTLED = 40, 1e-5
"""Arrivals within which even the longest frame is caught up, and the chance of a wait that one more may add."""
HEAVY = 0.8
"""From this load on, the wait of the long run is not reached within so many arrivals."""


class _Case(NamedTuple):
    """number: of frames, that come in no less than a time, ns; onwards: or any more, no closer than at their rate."""

    number: int
    within: float
    onwards: bool = False


@dataclass(frozen=True, slots=True)
class StrictTail:
    """A strict band of a station. frames: of the station; lines: of what arrives, bursts and rates of which the least
    bounds the number of frames in any time, steepest first; frames and frames/ns. airtime: of the packet's frame, ns.
    """

    frames: StrictFrames
    lines: tuple[tuple[float, float], ...]
    airtime: float

    def exceeds(self, wait: float) -> float:
        """The chance that a packet waits for longer, ns."""
        frames, cases, chance = _rounded(self.frames), self._cases(), 0.0
        for case in cases:
            over = _over(frames, case.number, _apart(self.lines[-1][1]) if case.onwards else 0)
            chance += over[min(int((wait + self.airtime + case.within) // STEP), STEPS - 1)]
        return min(1.0, chance) if cases else 1.0

    def _cases(self) -> list[_Case]:
        """All numbers of frames; none where too many come within a moment."""
        first = next((n for n in range(MOST + 1, 0, -1) if self._within(n) < STEP), 1)
        cases, (burst, rate) = list[_Case](), self.lines[-1]
        for count in range(first, MOST + 1):
            onwards = self._within(count) == (count - burst) / rate
            cases.append(_Case(count, self._within(count) if count > first else 0.0, onwards))
            if onwards:
                return cases
        return []

    def _within(self, count: int) -> float:
        """The least time in which so many come, ns."""
        return max(0.0, *((count - burst) / rate if rate else inf for burst, rate in self.lines))


def _rounded(frames: StrictFrames) -> StrictFrames:
    (slot, frame), air = GRAINS, frames.air
    return frames._replace(
        own=_up(frames.own, frame), between=_up(frames.between, frame),
        air=replace(air, slot=_up(air.slot, slot), saturated=tuple(_up(each, frame) for each in air.saturated),
                    longest=_up(air.longest, frame)))


def _apart(rate: float) -> int:
    """Steps between frames at a rate, whole milliseconds; frames/ns."""
    return int(1 / rate / NS_PER_MS) * NS_PER_MS // STEP


def _up(time: float, grain: float) -> float:
    return ceil(time / grain) * grain


@cache
def _over(frames: StrictFrames, count: int, apart: int) -> Times:
    """The chance that the rest of a frame and so many strict ones take more than k steps. apart: steps between further
    ones, whose excess is added; 0: of none."""
    together = _together(frames, count)
    return exceeding(both(together, _excess(frames, apart)) if apart else together)


@cache
def _together(frames: StrictFrames, count: int) -> Times:
    if not count:
        return rest_of_frame(frames.air, frames.between, frames.damaged)
    return both(_together(frames, count - 1), frame_times(frames.air, frames.own, frames.damaged))


@cache
def _excess(frames: StrictFrames, apart: int) -> Times:
    """The wait in a queue of frames that come so many steps apart. At each arrival some more may take longer than the
    grid; once nothing else changes, so many count as endless for all arrivals that are left. Where nearly as much is
    sent as fits, all of it is endless."""
    each, wait = frame_times(frames.air, frames.own, frames.damaged), (1.0, *[0.0] * (STEPS - 1))
    endless, busy = 1 - sum(each), sum(k * chance for k, chance in enumerate(each))
    for left in reversed(range(ROUNDS if busy < HEAVY * apart else 0)):
        following = sooner(both(wait, each), apart)
        change, wait = wait[0] - following[0], following
        if change < endless + SETTLED:
            return (max(0.0, wait[0] - left * (endless + SETTLED)), *wait[1:])
    return (0.0,) * STEPS
