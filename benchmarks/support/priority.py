"""What theory says of packets on one line, those of some strictly first and never interrupting others; pure.

The stay of every packet follows from when packets come. Of a call and a flood, both at constant rate, the mean has a
closed form too. Times in any unit, as long as it is one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from heapq import heappop, heappush
from typing import NamedTuple

NEVER = float("inf")


def stays(first: Sequence[float], first_service: float, second: Iterable[float], second_service: float) -> list[float]:
    """From arrival to departure, for each packet of `first`, which goes before `second` where both wait.

    first, second: times of arrival, ascending. The packet in service is never interrupted.
    """
    others = iter(second)
    other = next(others, NEVER)
    free = 0.0
    sojourns = []
    for arrival in first:
        while max(free, other) < arrival:
            free = max(free, other) + second_service
            other = next(others, NEVER)
        free = max(free, arrival) + first_service
        sojourns.append(free - arrival)
    return sojourns


class Kind(NamedTuple):
    """Packets of one kind: when they come, ascending; how long each is served; whose turn it is, 0 first."""

    arrivals: Sequence[float]
    service: float
    rank: int


def waits(kinds: Sequence[Kind]) -> list[list[float]]:
    """From arrival until it is served, for each packet of each kind: by rank, and in order of arrival within one."""
    coming = sorted((at, kind.rank, number) for number, kind in enumerate(kinds) for at in kind.arrivals)
    by_kind: list[list[float]] = [[] for _ in kinds]
    if len({kind.rank for kind in kinds}) == 1:
        return _in_turn(kinds, coming, by_kind)
    waiting: list[tuple[int, float, int]] = []
    free, following = 0.0, 0
    while waiting or following < len(coming):
        free = free if waiting else max(free, coming[following][0])
        while following < len(coming) and coming[following][0] <= free:
            at, rank, number = coming[following]
            heappush(waiting, (rank, at, number))
            following += 1
        _, at, number = heappop(waiting)
        by_kind[number].append(free - at)
        free += kinds[number].service
    return by_kind


def _in_turn(kinds: Sequence[Kind], coming: Sequence[tuple[float, int, int]], by_kind: list[list[float]]
             ) -> list[list[float]]:
    """The same where all are of one rank (Lindley 1952)."""
    free = 0.0
    for at, _, number in coming:
        free = max(free, at)
        by_kind[number].append(free - at)
        free += kinds[number].service
    return by_kind


def mean_wait(period: float, service: float, other_period: float, other_service: float) -> float:
    """Mean wait of a call's packets: one each `period`, `service` long, beside a flood's that come and last longer.

    In the long run, where the two periods have no common measure: the flood finds the call at every phase. It starts
    `phase` after a packet of the call, at any time from `service` to `period` alike, or at `service` itself where it
    had to wait for that packet. The next packet of the call then waits for the rest of it, and the one after that for
    both where it comes before they are through.

    Raises ValueError where the forms do not hold: a flood's packet must last longer than a period and, with the call's
    packets that wait for it, end before two periods and before the next of the flood.
    """
    held = other_service + 3 * service
    if not (period <= other_service and held <= other_period and other_service + 2 * service <= 2 * period):
        raise ValueError("no closed form: packets of the flood meet each other, or more than two of the call")
    phase = (period**2 + service**2) / (2 * period)
    next_wait = phase + other_service - period
    late = other_service + service - period
    wait_after = late**2 / (2 * period)
    return (next_wait + wait_after) * period / other_period
