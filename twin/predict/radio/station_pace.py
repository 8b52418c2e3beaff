"""The pace that bounds the waits at a station of a radio cell best: which exponent, and for how many attempts it holds.

What frames load a station with at a pace is the same whatever chance is asked for. A pace is given up as soon as even
its least lag keeps the station busy for longer than the best one found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate
from math import inf, log
from typing import NamedTuple, Protocol

from twin.core.units import NS_PER_S
from twin.predict.radio.stations import FULL_LOAD, StationStream, StationView
from twin.predict.theory.chance import most

ALWAYS, USUALLY, OFTEN = 1e-7, 1e-4, 1e-2
"""The chance that a packet waits for longer: of the largest delay, of its 99.9th percentile, and of late packets."""
PARTS = 3
"""Reasons for which a packet may wait for longer, of equal chance: the first attempts, how many more, and how long."""
ROUNDS, JITTER = 3, 2.0
"""Rounds in which it is found how many frames wait together, and how many times as many where some arrive late."""
EXPONENTS = tuple(2e-8 * 1.6 ** step for step in range(12))
"""Exponents that are tried, per ns."""


class Pace(NamedTuple):
    """exponent: per ns; attempts: of a frame that it holds for. lag, often_lag: by how much frames end later, ns, but
    with the chance that was asked for and with that of `OFTEN`; mean_lag: on average."""

    exponent: float
    attempts: int
    lag: float
    often_lag: float
    mean_lag: float


class _Trial(NamedTuple):
    """A pace that is tried. burst: ns; rate: the part of the time that frames take in the long run; waiting: how many
    frames wait in any case."""

    exponent: float
    attempts: int
    burst: float
    rate: float
    waiting: float

    @property
    def saturated(self) -> bool:
        """Whether the station never catches up."""
        return self.rate >= FULL_LOAD

    def busy(self, lag: float) -> float:
        """For how long the station is busy at the most, if nothing arrives late, ns; where it never catches up, a
        figure that grows with the lag."""
        if lag + self.burst == inf:
            return inf
        return (lag + self.burst) * self.rate / (1 - FULL_LOAD) if self.saturated else \
            (lag + self.burst) / (1 - self.rate)


def best_paces(view: StationView, chances: Sequence[float]) -> tuple[Pace, ...]:
    """The pace that bounds the waits of a station best, for each chance of longer waits, as far as that is known before
    the jitter of what arrives."""
    kinds = (*_kinds(view.own, view.contention.pace), *_kinds(view.others, view.contention.interruption),
             *(_Kind(view.contention.pace, each.sent.exchange, each.sent.damaged, each.frames, each.rate)
               for each in view.between if each.frames))
    trials = [_trial(view, kinds, exponent, attempts)
              for attempts in range(1, len(view.contention.windows.stages) + 1) for exponent in EXPONENTS]
    frames = _Frames(sum(kind.burst for kind in kinds), sum(kind.rate for kind in kinds))
    return tuple(_best(_Lags(view), trials, frames, chance) for chance in chances)


def _best(lags: _Lags, trials: Sequence[_Trial], frames: _Frames, chance: float) -> Pace:
    """The pace with which the station is busy for the shortest time."""
    shortest, best, together = inf, trials[0], 1.0
    for trial in trials:
        busy, waiting = _tried(lags, trial, frames, chance, shortest)
        if busy < shortest or trial is best:
            shortest, best, together = busy, trial, waiting
    return lags.pace(best, together, chance)


def _tried(lags: _Lags, trial: _Trial, frames: _Frames, chance: float, enough: float) -> tuple[float, float]:
    """For how long a station is busy with a pace, ns, and how many frames wait together. enough: from here on, any
    figure will do."""
    busy, together, waiting = trial.busy(lags.least(trial, chance)), max(1.0, trial.waiting), trial.waiting
    for _ in range(ROUNDS):
        if busy >= enough < inf:
            break
        together = max(1.0, waiting)
        busy = trial.busy(lags.lag(trial, together, chance))
        if trial.saturated or busy == inf:
            break
        waiting = max(waiting, trial.waiting + JITTER * (frames.burst + frames.rate * busy / NS_PER_S))
    return busy, together


def _trial(view: StationView, kinds: Sequence[_Kind], exponent: float, attempts: int) -> _Trial:
    times = [kind.time(exponent, attempts, kind.exchange, kind.damaged) for kind in kinds]
    burst = sum(kind.burst * time for kind, time in zip(kinds, times, strict=True))
    rate = sum(kind.rate * time for kind, time in zip(kinds, times, strict=True) if kind.rate) / NS_PER_S
    full = rate >= FULL_LOAD or any(sent.elastic for sent in view.own)
    return _Trial(exponent, attempts, burst, rate, _waiting(view) if full else 0.0)


def _waiting(view: StationView) -> float:
    """How many frames may wait at a station at the most."""
    bands = view.cell.stations[view.station].scheduler.bands
    return sum(band.limit for band in bands) / min(sent.stream.frame for sent in view.own) if bands else inf


class _Lags:
    """By how much the frames of a station end later than its pace has it, ns."""

    def __init__(self, view: StationView) -> None:
        self._air = view.contention
        self._damaged = max(sent.damaged for sent in (*view.sent, *view.others))
        self._failed = self._air.failed(self._damaged)
        each = [self._air.late(stage, stage + 1) for stage in self._air.windows.stages]
        self._late = tuple(accumulate(each, initial=0.0))
        self._before = self._air.longest * (1 + len(self._air.saturated))

    def pace(self, trial: _Trial, together: float, chance: float) -> Pace:
        """A pace with its lags. together: frames that one waits for, any of which may need more attempts."""
        average = 1 / trial.exponent + together * self._air.late_on_average(trial.attempts, self._damaged)
        return Pace(trial.exponent, trial.attempts, self.lag(trial, together, chance),
                    self.lag(trial, together, OFTEN), average + self._before)

    def lag(self, trial: _Trial, together: float, chance: float) -> float:
        """But with that chance."""
        part, stages = chance / PARTS, self._air.windows.stages
        many = together * self._failed ** trial.attempts
        last = next((stage for stage in stages if together * self._failed ** stage <= part), len(stages))
        late = self._late[last] - self._late[trial.attempts]
        return log(PARTS / chance) / trial.exponent + most(many, part) * late + self._before

    def least(self, trial: _Trial, chance: float) -> float:
        """The same if no frame needs more attempts."""
        return log(PARTS / chance) / trial.exponent + self._before


class _Time(Protocol):
    """ns of a frame, by exponent, attempts, exchange and the chance of damage."""

    def __call__(self, exponent: float, attempts: int, exchange: float, damaged: float, /) -> float: ...


class _Kind(NamedTuple):
    """Frames that take the same of the air. burst: frames; rate: frames/s."""

    time: _Time
    exchange: float
    damaged: float
    burst: float
    rate: float


def _kinds(sent: Sequence[StationStream], time: _Time) -> Iterator[_Kind]:
    """What is sent, but for what the network decides, of which a frame may be in service."""
    sums: dict[tuple[float, float], tuple[float, float]] = {}
    for each in sent:
        burst, rate = sums.get((each.exchange, each.damaged), (0.0, 0.0))
        sums[each.exchange, each.damaged] = (burst, rate) if each.elastic else (
            burst + each.stream.burst, rate + each.stream.highest_rate)
    for (exchange, damaged), (burst, rate) in sums.items():
        yield _Kind(time, exchange, damaged, max(burst, 1.0), rate)


class _Frames(NamedTuple):
    """burst: frames; rate: frames/s."""

    burst: float
    rate: float
