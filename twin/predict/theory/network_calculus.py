"""Deterministic bounds by network calculus (Le Boudec and Thiran 2001). Times ns, rates bit/s, bursts bytes.

A flow is bounded by a burst and a rate; a server by the rate at which it serves after a latency at most. Several flows
together are bounded by a curve, the least of several such lines.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import exp, inf, log
from typing import NamedTuple

from twin.core.units import NS_PER_S
from twin.predict.theory.queueing import serialization

SHARP = 1e-9
"""How exactly an exponent is found."""


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
    def crossover(self) -> float:
        """The time up to which the peak rate bounds more tightly than burst and rate, ns."""
        if self.peak_rate == inf or (self.burst <= self.largest and self.rate <= self.peak_rate):
            return 0.0
        if self.rate >= self.peak_rate:
            return inf
        return serialization(self.burst - self.largest, self.peak_rate - self.rate)


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


def together(groups: Iterable[Group]) -> Curve:
    """All groups as one."""
    ordered = sorted(groups, key=lambda group: group.crossover)
    burst = sum(group.largest if group.crossover else group.burst for group in ordered)
    rate = sum(group.peak_rate if group.crossover else group.rate for group in ordered)
    lines = [(burst, rate)]
    for group in ordered:
        if 0 < group.crossover < inf:
            burst, rate = burst + group.burst - group.largest, rate + group.rate - group.peak_rate
            lines.append((burst, rate))
    return Curve(tuple(lines))


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
