"""Stations of a radio cell that differ in frames, rates, errors and load: what each brings through.

After Tinnirello, Bianchi and Xiao (2010): counts stand still while the air is busy, so that time is counted in idle
slots. What a station sends after an idle slot collides with whoever else does; what it sends at once, having drawn no
backoff, meets nobody after a success, and after a collision only the one that it met (taken to be one, at the same
stage). A station with less to send than its share is taken to be silent for the rest of the time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, prod
from typing import NamedTuple

from twin.core.units import NS_PER_S
from twin.predict.theory.dcf_contention import Windows

ROUNDS = 400
SETTLED = 1e-9
DAMPING = 0.5


@dataclass(frozen=True, slots=True)
class Station:
    """exchanges: what frames take with DIFS and acknowledgement, ns, each with its part of the station's frames.
    damaged: the chance that a frame that meets no other is damaged. offered: frames per second that it has to send;
    inf where it always has one."""

    exchanges: tuple[tuple[float, float], ...]
    damaged: float = 0.0
    offered: float = inf

    @property
    def mean(self) -> float:
        """Of its exchanges, ns."""
        return sum(time * part for time, part in self.exchanges)


class Brought(NamedTuple):
    """Of one station: frames per second that arrive, and that are given up; the part of its attempts that collide; the
    part of the time in which it has something to send."""

    frames: float
    dropped: float
    collided: float
    active: float


class _Frame(NamedTuple):
    """Of one frame on average: idle slots counted, attempts after an idle slot and at once, those at once that meet
    another, the attempts that collide, and its chance to arrive."""

    idle: float
    after: float
    again: float
    met: float
    collided: float
    arrived: float


def share(stations: Sequence[Station], windows: Windows, slot: float) -> tuple[Brought, ...]:
    """What each of the stations of a cell brings through. slot: ns."""
    taus, active = [0.0] * len(stations), [1.0] * len(stations)
    frames: list[_Frame] = []
    rates: list[float] = []
    for _ in range(ROUNDS):
        before = [*taus, *active]
        meets = [1 - prod(1 - tau for other, tau in enumerate(taus) if other != k) for k in range(len(stations))]
        frames = [_frame(windows, met, station.damaged) for met, station in zip(meets, stations, strict=True)]
        taus = [(tau + busy * frame.after / frame.idle) * DAMPING
                for tau, busy, frame in zip(taus, active, frames, strict=True)]
        taken = slot + _first(stations, taus) + _at_once(stations, active, frames)
        rates = [NS_PER_S * busy / (frame.idle * taken) for busy, frame in zip(active, frames, strict=True)]
        active = [min(1.0, (busy + busy * station.offered / rate) * DAMPING) if rate else 1.0
                  for busy, rate, station in zip(active, rates, stations, strict=True)]
        if all(abs(a - b) <= SETTLED for a, b in zip(before, (*taus, *active), strict=True)):
            break
    return tuple(Brought(rate * frame.arrived, rate * (1 - frame.arrived),
                         frame.collided / (frame.after + frame.again), busy)
                 for rate, frame, busy in zip(rates, frames, active, strict=True))


def _frame(windows: Windows, meets: float, damaged: float) -> _Frame:
    """meets: the chance that what is sent after an idle slot meets another."""
    reached, idle, after, again, met, collided, arrived, blame = 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for stage in windows.stages:
        window = windows.at(stage)
        here = blame / window
        idle += reached * (window - 1) / 2
        after += reached * (1 - 1 / window)
        again += reached / window
        met += reached / window * here
        lost = (1 - 1 / window) * meets + here / window
        failed = lost + (1 - lost) * damaged
        collided += reached * lost
        arrived += reached * (1 - failed)
        reached, blame = reached * failed, lost / failed if failed else 0.0
        if not reached:
            break
    return _Frame(idle, after, again, met, collided, arrived)


def _first(stations: Sequence[Station], taus: Sequence[float]) -> float:
    """Time that the frames sent after one idle slot take, ns: as long as the longest of those that meet."""
    longest, before, total = sorted({time for station in stations for time, _ in station.exchanges}), \
        prod(1 - tau for tau in taus), 0.0
    for limit in longest:
        upto = prod(1 - tau + tau * sum(part for time, part in station.exchanges if time <= limit)
                    for tau, station in zip(taus, stations, strict=True))
        total += limit * (upto - before)
        before = upto
    return total


def _at_once(stations: Sequence[Station], active: Sequence[float], frames: Sequence[_Frame]) -> float:
    """Time that frames sent without a backoff take for each idle slot, ns; two that meet are one time."""
    return sum(busy * (frame.again - frame.met / 2) / frame.idle * station.mean
               for busy, frame, station in zip(active, frames, stations, strict=True))
