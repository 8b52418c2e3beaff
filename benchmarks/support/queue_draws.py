"""Draws from exact recursions of queues, and what is true of them in the long run: times in services of one packet.

Lindley's recursion (1952) gives the wait of each packet from the one before. The long-run truth is a formula where
there is one, else a run that is hundreds of times longer.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal, localcontext
from functools import lru_cache
from statistics import fmean

BURST = 5
"""Packets of a burst on average, geometric."""
LONG = 1_000_000
PERIOD = 8.0
"""From one packet of a call to the next, while the packets of data beside it take one each."""


@dataclass(frozen=True, slots=True)
class Draw:
    """Packets in order of time: what each waited, whether it was lost."""

    waits: tuple[float, ...]
    lost: tuple[bool, ...] = ()


def poisson(load: float, count: int, rng: random.Random) -> Draw:
    """Single packets at random times (M/D/1)."""
    settled = _settled(load)
    gaps = (rng.expovariate(load) for _ in range(settled + count))
    return Draw(tuple(_waits(gaps))[settled:])


def bursts(load: float, count: int, rng: random.Random) -> Draw:
    """Bursts of packets at random times."""
    settled = BURST * _settled(load)
    return Draw(tuple(_waits(_burst_gaps(load, settled + count, rng)))[settled:])


def call(load: float, count: int, rng: random.Random) -> Draw:
    """Packets at fixed intervals with priority over random data: each waits for the packet under way, at most."""
    settled, waits, free, at = 200, [], 0.0, rng.expovariate(load)
    for number in range(settled + count):
        sent = PERIOD * (number + 1)
        while at <= sent:
            free, at = max(free, at) + 1, at + rng.expovariate(load)
        under_way = math.ceil(free - sent) if free > sent else 0
        start = sent + (free - sent) % 1 if under_way else sent
        waits.append(start - sent)
    return Draw(tuple(waits)[settled:])


def short_buffer(load: float, places: int, count: int, rng: random.Random) -> Draw:
    """Single packets at random times, of which one that finds all places taken is lost (M/D/1/K)."""
    settled, work, draws = 2_000, 0.0, []
    for _ in range(settled + count):
        work = max(0.0, work - rng.expovariate(load))
        lost = work > places - 1
        draws.append((0.0 if lost else work, lost))
        work += not lost
    waits, flags = zip(*draws[settled:], strict=True)
    return Draw(waits, flags)


def trunk(load: float, channels: int, count: int, rng: random.Random) -> Draw:
    """Calls that are lost where all channels are taken (M/M/c/c). waits: the channels that each finds taken."""
    settled, at, draws = 10 * channels, 0.0, []
    ends: list[float] = []
    for _ in range(settled + count):
        at += rng.expovariate(load * channels)
        ends = [end for end in ends if end > at]
        draws.append((float(len(ends)), len(ends) == channels))
        ends += [at + rng.expovariate(1)] if len(ends) < channels else []
    taken, flags = zip(*draws[settled:], strict=True)
    return Draw(taken, flags)


def mean_wait(load: float) -> float:
    """Of M/D/1 (Pollaczek and Khinchin)."""
    return load / 2 / (1 - load)


@lru_cache
def wait_quantile(load: float, probability: float) -> float:
    """Of M/D/1 (Erlang 1909)."""
    low, high = 0.0, 1.0
    while _wait_distribution(load, high) < probability:
        high *= 2
    for _ in range(45):
        middle = (low + high) / 2
        low, high = (middle, high) if _wait_distribution(load, middle) < probability else (low, middle)
    return high


def _wait_distribution(load: float, wait: float) -> float:
    """P(wait <= t): terms of both signs cancel, so that they are summed with ninety digits."""
    with localcontext(prec=90):
        rate, factorial, total = Decimal(load), Decimal(1), Decimal(0)
        for k in range(int(wait) + 1):
            x, factorial = rate * (k - Decimal(wait)), factorial * max(1, k)
            total += x**k / factorial * (-x).exp() if k else (-x).exp()
        return float((1 - rate) * total)


@lru_cache
def places_for(load: float, ratio: float) -> int:
    """With how many places about such a ratio of packets is lost."""
    return min(range(2, 60), key=lambda places: abs(loss_ratio(load, places) - ratio))


@lru_cache
def loss_ratio(load: float, places: int) -> float:
    """Of M/D/1/K, from the states that departures leave behind (Gross and Harris)."""
    arrivals = [math.exp(-load + j * math.log(load) - math.lgamma(j + 1)) for j in range(places + 1)]
    states = [1.0]
    for j in range(places - 1):
        through = sum(states[i] * arrivals[j - i + 1] for i in range(1, j + 1))
        states.append((states[j] - through - states[0] * arrivals[j]) / arrivals[0])
    return 1 - 1 / (states[0] / sum(states) + load)


def erlang_b(erlangs: float, channels: int) -> float:
    """The ratio of calls that are blocked."""
    blocked = 1.0
    for channel in range(1, channels + 1):
        blocked = erlangs * blocked / (channel + erlangs * blocked)
    return blocked


@lru_cache
def long_run(draw: Callable[[float, int, random.Random], Draw], load: float) -> tuple[float, float]:
    """The mean and the 99.9th percentile of a run of LONG packets."""
    waits = sorted(draw(load, LONG, random.Random(f"{draw.__name__} {load}")).waits)
    return fmean(waits), waits[math.ceil(0.999 * LONG) - 1]


def _settled(load: float) -> int:
    """How many packets it takes until the start is forgotten."""
    return int(20 / (1 - load) ** 2) + 200


def _waits(gaps: Iterator[float]) -> Iterator[float]:
    wait = 0.0
    for gap in gaps:
        wait = max(0.0, wait + 1 - gap)
        yield wait


def _burst_gaps(load: float, count: int, rng: random.Random) -> Iterator[float]:
    for _ in range(count):
        yield rng.expovariate(load / BURST) if rng.random() < 1 / BURST else 0.0
