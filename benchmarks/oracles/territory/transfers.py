"""Transfers: throughput of flows that share links fairly, against published figures, simulation and solved chains."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from random import Random

import numpy as np

from benchmarks.oracles.oracle import Oracle
from twin.territory.sizing.theory.elastic_traffic import (
    delay_of_a_bit,
    least_throughput,
    multirate_throughput,
    throughput,
)

ELASTIC = ((100.0, 0.8, 0.99), (100.0, 0.9, 0.93), (100.0, 0.98, 0.54), (5.0, 0.5, 0.72), (5.0, 0.7, 0.48))
"""Mbit/s of a link, its load by lines of 2 Mbit/s, and what a transfer keeps of them by Erlang's formula."""
PRINTED = 0.02
"""Figures of one or two digits."""
FLOWS, SEED, SIMULATED = 150_000, 7, 0.04


def oracles() -> Iterator[Oracle]:
    """Computed, but for simulated sizes."""
    for rate, load, kept in ELASTIC:
        own = float(least_throughput(np.array(rate), np.array(rate * load), 2.0)) / 2
        yield Oracle(f"of 2 Mbit/s, on {rate:g} Mbit/s at {load:.0%}", "Bonald, Olivier and Roberts", kept, own,
                     PRINTED)
    for name, sizes in _size_laws(Random(SEED + 1)).items():
        for capacity, load in ((1.0, 0.6), (5.0, 0.7)):
            theory = float(throughput(np.array(capacity), np.array(capacity * load), 2.0))
            yield Oracle(f"throughput of transfers of {name} size, {capacity:g} by lines of 2 at {load:.0%}",
                         "the same whatever the sizes; simulated", theory, simulated_throughput(
                             capacity, 2.0, capacity * load, sizes, 1.0, FLOWS, Random(SEED)), SIMULATED)
    for load in (0.5, 0.8):
        slow, fast = multirate_throughput(100, (50 * load, 50 * load), (2, 5))
        for peak, exact in ((2.0, slow), (5.0, fast)):
            own = float(throughput(np.array(100.0), np.array(100 * load), peak))
            yield Oracle(f"lines of {peak:g} beside others of {7 - peak:g}, at {load:.0%} of 100",
                         "Bonald and Virtamo; here as if all were alike", exact, own, PRINTED)
    yield from _tree()


def _size_laws(random: Random) -> dict[str, Callable[[], float]]:
    """Sizes of mean 1."""
    return {"constant": lambda: 1.0, "exponential": lambda: random.expovariate(1.0),
            "Pareto": lambda: random.paretovariate(2.2) * 1.2 / 2.2}


def _tree() -> Iterator[Oracle]:
    """Two branches of 3 and a trunk of 4, lines of 1."""
    for loads in ((1.0, 1.0), (1.5, 1.0), (1.7, 1.7)):
        exact = tree_throughput((3.0, 3.0), 4.0, 1.0, loads, 40)
        trunk = float(delay_of_a_bit(np.array(4.0), np.array(sum(loads)), 1.0))
        for load, solved in zip(loads, exact, strict=True):
            own = 1 / (1 + trunk + float(delay_of_a_bit(np.array(3.0), np.array(load), 1.0)))
            yield Oracle(f"a branch of 3 with {load:g}, a trunk of 4 with {sum(loads):g}", "a tree of three links, its "
                         "chain solved; here each link as if alone", solved, own, 0.1)


def simulated_throughput(capacity: float, peak: float, load: float, sizes: Callable[[], float], mean: float,
                         flows: int, random: Random) -> float:
    """Mean throughput of Poisson arrivals of flows that get their peak rate, or share the capacity alike.

    All that are there have the same rate, so that each leaves once that rate, added up since it came, is its size.
    """
    now = served = spent = carried = 0.0
    leaving: list[tuple[float, float, float]] = []
    coming, left = random.expovariate(load / mean), flows
    while left or leaving:
        rate = min(peak, capacity / len(leaving)) if leaving else 0.0
        finish = now + (leaving[0][0] - served) / rate if leaving else np.inf
        if left and coming <= finish:
            served += rate * (coming - now)
            now, size = coming, sizes()
            heapq.heappush(leaving, (served + size, now, size))
            coming, left = now + random.expovariate(load / mean), left - 1
            continue
        now, (served, came, size) = finish, heapq.heappop(leaving)
        spent, carried = spent + now - came, carried + size
    return carried / spent


def tree_throughput(branches: tuple[float, float], trunk: float, peak: float, loads: tuple[float, float], most: int
                    ) -> tuple[float, ...]:
    """Mean throughput of two classes of flows, each over a branch of its own and all over the trunk, with max-min fair
    rates: the chain of the numbers of flows, up to `most` each, solved."""
    side = most + 1
    rates = np.zeros((side * side, side * side))
    for first in range(side):
        for second in range(side):
            state, shares = first * side + second, max_min((first, second), branches, trunk, peak)
            for target, rate in ((state + side, loads[0] if first < most else 0.0),
                                 (state + 1, loads[1] if second < most else 0.0),
                                 (state - side, shares[0]), (state - 1, shares[1])):
                if rate:
                    rates[state, target] += rate
                    rates[state, state] -= rate
    balance = rates.T.copy()
    balance[-1] = 1.0
    weights = np.linalg.solve(balance, np.eye(side * side)[-1]).reshape(side, side)
    numbers = np.arange(side)
    flows = (weights.sum(axis=1) @ numbers, weights.sum(axis=0) @ numbers)
    return tuple(float(load / each) for load, each in zip(loads, flows, strict=True))


def max_min(flows: tuple[int, int], branches: tuple[float, float], trunk: float, peak: float) -> tuple[float, float]:
    """What each class gets together, max-min fair between flows."""
    most = [min(peak * n, branch) for n, branch in zip(flows, branches, strict=True)]
    if sum(most) <= trunk:
        return most[0], most[1]
    fair = trunk / sum(flows)
    for own, other in ((0, 1), (1, 0)):
        if most[own] <= fair * flows[own]:
            return (most[own], trunk - most[own]) if other else (trunk - most[own], most[own])
    return fair * flows[0], fair * flows[1]
