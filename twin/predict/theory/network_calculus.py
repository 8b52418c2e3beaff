"""Deterministic bounds by network calculus (Le Boudec and Thiran 2001). Times ns, rates bit/s, bursts bytes.

A flow is bounded by a burst and a rate; a server by the rate at which it serves after a latency at most. Several flows
together are bounded by a curve, the least of several such lines.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import exp, inf, log
from typing import NamedTuple

from twin.core.units import NS_PER_S
from twin.predict.theory.queueing import serialization

SHARP = 1e-9
"""How exactly an exponent is found."""
CHANCE = 1e-9
"""The probability, at a random arrival, that more have arrived than a line of its bound allows."""
FASTER = (1.02, 1.05, 1.1, 1.25, 1.5, 2.0, 4.0, 16.0, 64.0, 256.0)
"""How many times their mean rate random arrivals are bounded by, each with a burst of its own."""


@dataclass(frozen=True, slots=True)
class Server:
    """Serves at `rate` bit/s once `latency` ns have passed; a rate of 0 or less bounds nothing."""

    rate: float
    latency: float

    def delay(self, burst: float, rate: float) -> float | None:
        """The longest delay of a flow of that burst and rate, its own transmission included; None if unbounded."""
        return self.latency + serialization(burst, self.rate) if self.rate > 0 and rate <= self.rate else None

    def backlog(self, burst: float, rate: float) -> float:
        """The most bytes that wait of a flow of that burst and rate, no faster than the server."""
        return burst + rate * self.latency / (8 * NS_PER_S)

    def then(self, other: Server) -> Server:
        """Both one after the other as one server: bursts are paid once."""
        return Server(min(self.rate, other.rate), self.latency + other.latency)


class Group(NamedTuple):
    """Packets that arrive over one medium: `burst` bytes and `rate` bit/s, and never faster than `peak_rate` beside the
    `largest` of them (TSpec, RFC 2212); peak_rate inf: not known."""

    burst: float
    rate: float
    largest: float = 0.0
    peak_rate: float = inf

    @property
    def lines(self) -> tuple[tuple[float, float], ...]:
        """Bursts and rates of which the least bounds the group, steepest first."""
        if self.peak_rate == inf or (self.burst <= self.largest and self.rate <= self.peak_rate):
            return ((self.burst, self.rate),)
        if self.rate >= self.peak_rate:
            return ((self.largest, self.peak_rate),)
        return (self.largest, self.peak_rate), (self.burst, self.rate)


class RandomGroup(NamedTuple):
    """Packets that arrive at random (Poisson), of all streams together: `rate` bit/s on average, at most `largest`
    bytes an arrival, `jitter` ns late at most, and `extra` bytes beside these."""

    rate: float
    largest: float
    jitter: float = 0.0
    extra: float = 0.0
    chance: float = CHANCE

    @property
    def lines(self) -> tuple[tuple[float, float], ...]:
        """Bursts and rates that are each exceeded with a probability of `chance` at most, steepest first."""
        rates = [faster * self.rate for faster in reversed(FASTER)]
        return tuple((self.extra + burst * self.largest + rate * self.jitter / (8 * NS_PER_S), rate)
                     for burst, rate in zip(reversed(_random_bursts(self.chance)), rates, strict=True))


@dataclass(frozen=True, slots=True)
class Curve:
    """The most that arrives within any time t: of all lines the least burst + rate t; each line is less steep than the
    one before and begins higher."""

    lines: tuple[tuple[float, float], ...]

    def delay(self, server: Server) -> float | None:
        """The longest delay behind a server, own transmission included; None if unbounded."""
        crossover = self._crossover(server.rate)
        if crossover is None:
            return None
        return server.latency + serialization(self._within(crossover), server.rate) - crossover

    def backlog(self, server: Server) -> float | None:
        """The most bytes that wait before a server; None if unbounded."""
        crossover = self._crossover(server.rate)
        if crossover is None:
            return None
        most = max(crossover, server.latency)
        return self._within(most) - server.rate * (most - server.latency) / (8 * NS_PER_S)

    def busy_period(self, rate: float) -> float | None:
        """The longest time for which a work-conserving server of that rate is busy, ns; None if unbounded."""
        ends = [serialization(burst, rate - own) for burst, own in self.lines if own < rate]
        return min(ends, default=None)

    def burst_beyond(self, rate: float) -> float | None:
        """The most bytes that arrive beyond a rate; None if unbounded."""
        crossover = self._crossover(rate)
        return None if crossover is None else self._within(crossover) - rate * crossover / (8 * NS_PER_S)

    def _crossover(self, rate: float) -> float | None:
        """From when on no more than `rate` arrives, ns; None if never."""
        steeper = None
        for burst, own in self.lines:
            if own <= rate and rate > 0:
                return serialization(burst - steeper[0], steeper[1] - own) if steeper else 0.0
            steeper = burst, own
        return None

    def _within(self, time: float) -> float:
        """The most bytes that arrive within a time."""
        return min(burst + rate * time / (8 * NS_PER_S) for burst, rate in self.lines)


def together(groups: Iterable[Group | RandomGroup]) -> Curve:
    """All groups as one: the sum of their bounds, which changes slope wherever one of them does."""
    burst = rate = 0.0
    changes: list[tuple[float, float, float]] = []
    for group in groups:
        first, *others = _from_start(group.lines)
        burst, rate = burst + first[0], rate + first[1]
        for line, following in pairwise((first, *others)):
            more, slower = following[0] - line[0], line[1] - following[1]
            changes.append((serialization(more, slower), more, slower))
    lines = [(burst, rate)]
    for _, more, slower in sorted(changes):
        burst, rate = burst + more, rate - slower
        lines.append((burst, rate))
    return Curve(tuple(lines))


def _from_start(lines: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
    """The lines without those that bound nothing from the first moment on: the first one has the least burst."""
    first = min(range(len(lines)), key=lambda k: lines[k])
    return lines[first:]


def strict_server(rate: float, higher_burst: float, higher_rate: float, lower_packet: float) -> Server:
    """What a strict class gets of a line: what higher classes leave, after their burst and one lower packet."""
    left = rate - higher_rate
    return Server(left, serialization(higher_burst + lower_packet, left) if left > 0 else 0.0)


def round_robin_server(whole: Server, quantum: float, all_quanta: float) -> Server:
    """What one class gets of a server by deficit round robin (Stiliadis and Varma 1998): latency (3F - 2q) / R.

    quantum: of the class; all_quanta: F, the sum over all classes, each at least one packet.
    """
    latency = serialization(3 * all_quanta - 2 * quantum, whole.rate) if whole.rate > 0 else 0.0
    return Server(whole.rate * quantum / all_quanta, whole.latency + latency)


def round_robin_packet_server(
    whole: Server, quantum: float, others: float, largest: float, largest_others: float
) -> Server:
    """The same by its packets, which is tighter where they are small beside its quantum (Lenzini, Mingozzi and Stea
    2004): before its first packet all others send their quanta and what they had left of the last round, and the part
    of a quantum that it leaves itself, less than a packet, is waited for once more.

    others: the sum of their quanta; largest, largest_others: its largest packet, and the sum of theirs.
    """
    latency = serialization(others * (1 + largest / quantum) + largest_others, whole.rate) if whole.rate > 0 else 0.0
    return Server(whole.rate * quantum / (quantum + others), whole.latency + latency)


def poisson_burst(faster: float, chance: float) -> float:
    """How many random arrivals come beyond `faster` times their mean rate; at `chance` of them it is more.

    Kingman (1964): a walk that rises by one at each arrival and falls by the rate stands above b before an arrival with
    a chance of at most exp(-xb), where exp(x) = 1 + faster x.
    """
    low, high = log(faster), 2 * faster
    while high - low > SHARP:
        middle = (low + high) / 2
        low, high = (middle, high) if exp(middle) < 1 + faster * middle else (low, middle)
    return 1 - log(chance) / low


@cache
def _random_bursts(chance: float) -> tuple[float, ...]:
    """Arrivals beyond each of these rates."""
    return tuple(poisson_burst(faster, chance) for faster in FASTER)
