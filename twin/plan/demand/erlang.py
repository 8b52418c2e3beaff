"""Erlang B: blocking, offered load and circuits (Erlang 1917; ITU-T E.501), in closed form."""

from __future__ import annotations


def erlang_b(erlangs: float, circuits: int) -> float:
    """Probability that a call finds all circuits busy (Erlang 1917), by recursion."""
    blocked = 1.0
    for n in range(1, circuits + 1):
        blocked = erlangs * blocked / (n + erlangs * blocked)
    return blocked


def erlang_c(erlangs: float, servers: int) -> float:
    """Probability that a caller has to wait where callers wait rather than give up; 1 where servers do not suffice."""
    if erlangs >= servers:
        return 1.0
    blocked = erlang_b(erlangs, servers)
    return blocked / (1 - erlangs / servers * (1 - blocked))


def circuits_for(erlangs: float, blocking: float) -> int:
    """The fewest circuits with at most the blocking probability `blocking`."""
    blocked, n = 1.0, 0
    while blocked > blocking:
        n += 1
        blocked = erlangs * blocked / (n + erlangs * blocked)
    return n


def erlangs_on(circuits: int, blocking: float) -> float:
    """The traffic that `circuits` carry at the blocking probability `blocking`, erlang; by bisection."""
    low, high = 0.0, circuits / (1 - blocking)
    while high - low > 1e-9 * (1 + high):
        middle = (low + high) / 2
        low, high = (middle, high) if erlang_b(middle, circuits) <= blocking else (low, middle)
    return low
