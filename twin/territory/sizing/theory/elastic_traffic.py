"""Mean throughput of elastic flows, at flow level: Poisson arrivals of transfers that share what is left fairly.

Bonald, Olivier and Roberts 2003 ("Dimensioning high speed IP access networks", ITC-18): n flows get their peak rate c
each, or C / n where that is less. So n has the weights a^n / n! up to m = C / c, rounded down, and from there on falls
by A / C with each flow, whatever the distribution of sizes. Where m is whole, throughput is
[1/c + E_C(m, a) / (C - A)]^-1, with a = A / c. Capacities, offered loads and rates are of one unit.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SATURATED = np.inf
"""The delay of a bit where as much is offered as there is capacity."""
LAST = 400
"""Servers after which, with a few times the spread of calls in progress, the recursion has forgotten its beginning."""


FAR = 12
"""Standard deviations of calls in progress between their mean and the number of servers, from which on none is blocked:
a part below 1e-15."""


def erlang_b_of(servers: Floats, erlangs: Floats) -> Floats:
    """Erlang's first formula (twin.plan.demand.erlang) for arrays; servers: whole.

    Its recursion forgets where it began: with many servers, the last of them suffice.
    """
    servers, erlangs = np.broadcast_arrays(servers, erlangs)
    blocked, near = np.zeros(servers.shape), erlangs > servers - FAR * np.sqrt(np.maximum(servers, 0.0))
    blocked[near] = _recursion(servers[near], erlangs[near])
    return blocked


def _recursion(servers: Floats, erlangs: Floats) -> Floats:
    most = float(np.max(servers, initial=0))
    blocked = np.ones(servers.shape)
    for left in reversed(range(int(min(most, LAST + 8 * most ** 0.5)))):
        number = np.maximum(servers - left, 1.0)
        arriving = erlangs * blocked
        blocked = np.where(servers > left, arriving / (number + arriving), blocked)
    return np.asarray(blocked)


def flows_in_progress(capacity: Floats, offered: Floats, peak: float) -> Floats:
    """The mean number of flows; infinite where as much is offered as there is capacity."""
    capacity, offered = (np.asarray(each, dtype=np.float64) for each in np.broadcast_arrays(capacity, offered))
    full = (capacity <= 0) | (offered >= capacity)
    whole, load = np.where(full, 1.0, capacity), np.where(full, 0.0, offered)
    share, servers = load / whole, np.floor(whole / peak + 1e-9)
    blocked = erlang_b_of(servers, load / peak)
    queued = share / (1 - share)
    weight = (load / peak) * (1 - blocked) + blocked * (servers * queued + queued / (1 - share))
    return np.asarray(np.where(full, SATURATED, weight / (1 + blocked * queued)))


def throughput(capacity: Floats, offered: Floats, peak: float) -> Floats:
    """Mean throughput of a transfer; 0 where it is saturated."""
    return np.asarray(1 / (1 / peak + delay_of_a_bit(capacity, offered, peak)))


def delay_of_a_bit(capacity: Floats, offered: Floats, peak: float) -> Floats:
    """By how much a shared resource prolongs a transfer beyond that at its peak rate, s a bit; SATURATED likewise.
    What little is offered counts as some, so that an idle resource has a value."""
    some = np.maximum(offered, 1e-9 * peak)
    return np.asarray(np.maximum(0.0, flows_in_progress(capacity, some, peak) / some - 1 / peak))


def least_throughput(capacity: Floats, offered: Floats, peak: float) -> Floats:
    """The same with Erlang's second formula throughout, its servers rounded down: exact where C / c is whole, else less
    than is."""
    servers, erlangs = np.floor(capacity / peak), offered / peak
    blocked, share = erlang_b_of(servers, erlangs), erlangs / servers
    waiting = np.where(share < 1, blocked / (1 - np.minimum(share, 1.0) * (1 - blocked)), 1.0)
    return np.asarray(1 / (1 / peak + waiting / (capacity - offered)))


def multirate_throughput(capacity: int, offered: tuple[float, ...], peaks: tuple[int, ...]) -> tuple[float, ...]:
    """Mean throughput where peak rates differ, under balanced fairness: the recursion of Bonald and Virtamo (2005) over
    the sum n of the peak rates of flows, p(n) = sum of A p(n - c) / min(n, C). Peaks: whole numbers of the unit."""
    weights, moments = [1.0], [(0.0,) * len(peaks)]
    last = int(capacity + 60 * max(peaks) / (1 - sum(offered) / capacity))
    for n in range(1, last):
        served = min(n, capacity)
        before = [(load, weights[n - peak], moments[n - peak]) if n >= peak else (0.0, 0.0, moments[0])
                  for load, peak in zip(offered, peaks, strict=True)]
        weights.append(sum(load * weight for load, weight, _ in before) / served)
        moments.append(tuple(sum(load * (moment[k] + weight * (j == k)) for j, (load, weight, moment)
                                 in enumerate(before)) / served for k in range(len(peaks))))
    total = sum(weights)
    return tuple(load * total / sum(moment[k] for moment in moments) for k, load in enumerate(offered))
