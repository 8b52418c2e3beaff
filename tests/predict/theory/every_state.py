"""Blocking by counting every state of a loss network, one by one: slow, and beyond doubt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from math import factorial, prod

from twin.predict.theory.loss_network import Resource


def blocking_by_states(resources: Sequence[Resource], offered: Mapping[str, float]) -> dict[str, float]:
    """The part of all states, by weight, in which a call more of each caller finds no room."""
    most = [min(int(resource.budget / resource.costs[caller]) for resource in resources if caller in resource.costs)
            for caller in offered]
    states = [state for state in product(*(range(count + 1) for count in most)) if _fits(resources, offered, state)]
    weights = [prod(load**calls / factorial(calls) for load, calls in zip(offered.values(), state, strict=True))
               for state in states]
    return {caller: sum(weight for state, weight in zip(states, weights, strict=True) if not _fits(
        resources, offered, tuple(calls + (k == number) for k, calls in enumerate(state)))) / sum(weights)
        for number, caller in enumerate(offered)}


def _fits(resources: Sequence[Resource], offered: Mapping[str, float], state: Sequence[int]) -> bool:
    return all(sum(calls * resource.costs.get(caller, 0.0) for caller, calls in zip(offered, state, strict=True))
               <= resource.budget + 1e-6 for resource in resources)
