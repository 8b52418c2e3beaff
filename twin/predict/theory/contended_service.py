"""How long a frame of one station takes while others contend for the air: what it exceeds by chance only.

A station counts its backoff in idle slots. After each of them another, if it is saturated (it always has something to
send), begins with a chance that its own backoff gives, and may go on at once, having drawn none. A frame that meets
another, or is damaged, is sent again after a longer backoff. Saturated stations behave as if they never met the
station's own frames: they cannot do more.

Of the first attempts of a frame the moment generating function gives a pace: the chance that n frames take longer than
n times the pace by t is at most exp(-x t), x being the exponent (Chernoff's bound; Chang 2000, chapter 7). Further
attempts are rare and long; they are bounded as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import exp, inf, log, prod, sqrt

from twin.predict.theory.dcf_contention import Windows

SHARP = 60
"""Steps of the bisection for a probability."""
PACES = 1 << 15
"""Paces that are kept: the bands of a station ask for the same."""
DEVIATIONS, FEW = 5.0, 3.0
"""By how many standard deviations, and then by how many frames, saturated stations may send more than on average."""


def attempt_rate(stations: int, windows: Windows) -> float:
    """The chance that one of so many stations, which always have something to send, begins after an idle slot."""
    low, high = 0.0, 1.0
    for _ in range(SHARP):
        middle = (low + high) / 2
        reached = _attempts(windows, 1 - (1 - middle) ** (stations - 1))
        low, high = (middle, high) if reached > middle else (low, middle)
    return (low + high) / 2


def _attempts(windows: Windows, collided: float) -> float:
    """Attempts after an idle slot for each idle slot, if each attempt collides with that chance."""
    reached, idle, after = 1.0, 0.0, 0.0
    for stage in windows.stages:
        window = windows.at(stage)
        idle += reached * (window - 1) / 2
        after += reached * (1 - 1 / window)
        reached *= collided
    return after / idle


@dataclass(frozen=True, slots=True)
class Contention:
    """What a station meets on the air. slot: ns. saturated: the longest exchange of each saturated station, ns; rate:
    the chance that one of them begins after an idle slot. collided: the chance that an attempt of the station meets
    another, at the most; longest: the longest exchange of all stations, ns."""

    windows: Windows
    slot: float
    saturated: tuple[float, ...]
    rate: float
    collided: float
    longest: float

    def failed(self, damaged: float) -> float:
        """The chance that an attempt fails, at the most. damaged: that a frame which meets no other is damaged."""
        return self.collided + (1 - self.collided) * damaged

    def pace(self, exponent: float, attempts: int, exchange: float, damaged: float = 0.0) -> float:
        """ns for a frame and its first attempts; inf where none holds. exponent: per ns; exchange: ns of DIFS, frame
        and acknowledgement."""
        return _pace(self, exponent, attempts, exchange, damaged, True)

    def interruption(self, exponent: float, attempts: int, exchange: float, damaged: float = 0.0) -> float:
        """The same for a frame of another station, whose idle slots the station counts for itself."""
        return _pace(self, exponent, attempts, exchange, damaged, False)

    def mean_slot(self, exponent: float) -> float:
        """The mean of exp(exponent * time) from one idle slot to the next, saturated' frames included."""
        return exp(exponent * self.slot) * prod(
            1 - self.rate + self.rate * self._in_sequence(exp(exponent * station)) for station in self.saturated)

    def _in_sequence(self, frame: float) -> float:
        """The same of the frames that one sends one after the other without a backoff."""
        again = frame / self.windows.first
        return frame * (1 - 1 / self.windows.first) / (1 - again) if again < 1 else inf

    def late(self, first: int, last: int) -> float:
        """The most that the attempts from `first` on take in all, before `last`, ns."""
        return sum(self._counting(self.windows.at(stage)) + self.longest for stage in range(first, last))

    def late_on_average(self, first: int, damaged: float) -> float:
        """The mean of that, for one frame, ns."""
        return sum(self.failed(damaged) ** stage * self.late(stage, stage + 1)
                   for stage in self.windows.stages[first:])

    def _counting(self, window: int) -> float:
        """The longest time in which a backoff out of a window is counted, ns."""
        slots = window - 1
        often = slots * self.rate / (1 - 1 / self.windows.first)
        return slots * self.slot + sum(self.saturated) * (often + DEVIATIONS * sqrt(often) + FEW)


def contention(windows: Windows, slot: float, saturated: Sequence[float], others: int, longest: float) -> Contention:
    """What a station meets. saturated: as above; others: how many more stations send now and then."""
    every = len(saturated) + others
    rate = attempt_rate(len(saturated), windows) if saturated else 0.0
    collided = 1 - (1 - attempt_rate(every, windows)) ** every if every else 0.0
    return Contention(windows, slot, tuple(saturated), rate, collided, longest)


@lru_cache(maxsize=PACES)
def _pace(air: Contention, exponent: float, attempts: int, exchange: float, damaged: float, counting: bool) -> float:
    """ns for a frame and its first attempts. counting: whether idle slots are counted until it begins."""
    failed, longest = air.failed(damaged), max(exchange, air.longest)
    reached, total, slot = 1.0, 0.0, air.mean_slot(exponent) if counting else 1.0
    if slot == inf:
        return inf
    try:
        for stage in range(attempts):
            reached *= _backoff(air.windows.at(stage), slot)
            last = failed if stage == attempts - 1 else 0.0
            total += reached * ((1 - failed) * exp(exponent * exchange) + last * exp(exponent * longest))
            reached *= failed * exp(exponent * longest)
        return log(total) / exponent
    except OverflowError:
        return inf


def _backoff(window: int, slot: float) -> float:
    """The mean of slot ** count, with a count from 0 to window - 1."""
    return (slot ** window - 1) / (window * (slot - 1)) if slot > 1 else 1.0
