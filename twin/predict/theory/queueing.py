"""Closed forms of queueing theory: serialization and mean waits. Times in ns, rates in bit/s, sizes in bytes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from twin.core.units import NS_PER_S


class Load(NamedTuple):
    """Packets of one size: how much of the server's time they take (0 to 1), and the time of one, ns."""

    share: float
    service: float


def serialization(size: float, rate: float) -> float:
    """Time in which `size` bytes pass at `rate`, ns; for a packet in service also the longest that others wait."""
    return size * 8 * NS_PER_S / rate


def residual(loads: Sequence[Load]) -> float:
    """Mean time that the packet in service still takes when another arrives, ns: the sum of share x service / 2."""
    return sum(load.share * load.service for load in loads) / 2


def md1_wait(share: float, service: float) -> float:
    """Mean wait of M/D/1, ns (Pollaczek and Khinchine): Poisson arrivals, equal packets."""
    return share * service / (2 * (1 - share))


def mean_wait_dispersion(random: float, load: float) -> float:
    """By how much the mean of n waits in M/D/1 differs from that of the long run: its variance, times n, as a part of
    the square of the mean. random: the part of the time that random packets take; load: that all take.

    The first term is that of independent waits at low load, the second that of reflected Brownian motion at high load
    (Whitt 1989, "Planning queueing simulations").
    """
    return (4 / (3 * random) + 2 * load * load) / (1 - load) ** 2


def priority_waits(classes: Sequence[Load]) -> tuple[float, ...]:
    """Mean wait in each class of a non-preemptive priority queue, ns; the first class goes first (Cobham 1954).

    Raises ValueError where a class finds no time left.
    """
    waits, before, remaining = [], 0.0, residual(classes)
    for load in classes:
        upto = before + load.share
        if upto >= 1:
            raise ValueError(f"the classes take {upto:.3f} of the time: no wait is long enough")
        waits.append(remaining / ((1 - before) * (1 - upto)))
        before = upto
    return tuple(waits)
