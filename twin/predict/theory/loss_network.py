"""Blocking of calls that take different amounts: on one resource, in a network, and exactly in a small tree.

One resource: Kaufman (1981) and Roberts (1981). A network: each resource is offered what the others let through, solved
by repetition (Erlang's fixed point, the reduced load approximation: Kelly 1986). A tree (each resource's callers are
all among those of the next): the states have product form, so that their weights are multiplied caller by caller and
cut where a resource is full (Kelly 1991, "Loss networks").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import gcd, prod

UNITS = 4000
"""Into how many units a resource is divided at the most."""
STATES = 1500
"""More combinations of use are not small."""
CALLERS = 16
"""More callers are not few."""
ROUNDS, SETTLED = 200, 1e-9
"""Of the reduced load: repetitions at the most, and the change of a probability that ends them."""


@dataclass(frozen=True, slots=True)
class Resource:
    """budget: what there is of it; costs: what a call of each caller takes, by name; both of one unit."""

    budget: float
    costs: Mapping[str, float]

    @property
    def unit(self) -> float:
        """The largest amount of which every cost is a multiple, or else a small part of the budget."""
        exact = gcd(*(round(cost) for cost in self.costs.values()))
        whole = all(cost == round(cost) for cost in self.costs.values())
        return float(exact) if whole and exact and self.budget / exact <= UNITS else self.budget / UNITS


def kaufman_roberts(resource: Resource, offered: Mapping[str, float]) -> dict[str, float]:
    """The probability that a call of each caller is blocked by one resource. offered: erlang."""
    unit = resource.unit
    if not unit:
        return dict.fromkeys(resource.costs, 1.0)
    room = int(resource.budget / unit + 1e-9)
    units = {name: max(1, round(cost / unit)) for name, cost in resource.costs.items()}
    loads: dict[int, float] = {}
    for name, each in units.items():
        loads[each] = loads.get(each, 0.0) + offered[name]
    occupied = [1.0]
    for used in range(1, room + 1):
        occupied.append(sum(each * load * occupied[used - each] for each, load in loads.items() if each <= used) / used)
        if occupied[-1] > 1e250:
            occupied = [weight / 1e250 for weight in occupied]
    total = sum(occupied)
    blocked = {each: sum(occupied[max(0, room - each + 1):]) / total for each in loads}
    return {name: blocked[each] for name, each in units.items()}


def reduced_load(resources: Mapping[str, Resource], offered: Mapping[str, float]) -> dict[str, float]:
    """The probability that a call of each caller is blocked on any of its resources, those independent. offered:
    erlang."""
    crossed = {caller: [name for name, resource in resources.items() if caller in resource.costs]
               for caller in offered}
    blocked = {name: dict.fromkeys(resource.costs, 0.0) for name, resource in resources.items()}
    for _ in range(ROUNDS):
        moved = 0.0
        for name, resource in resources.items():
            loads = {caller: offered[caller] * prod(1 - blocked[other][caller] for other in crossed[caller]
                                                    if other != name) for caller in resource.costs}
            for caller, probability in kaufman_roberts(resource, loads).items():
                middle = (blocked[name][caller] + probability) / 2
                moved = max(moved, abs(middle - blocked[name][caller]))
                blocked[name][caller] = middle
        if moved <= SETTLED:
            break
    return {caller: 1 - prod(1 - blocked[name][caller] for name in crossed[caller]) for caller in offered}


def tree_blocking(resources: Sequence[Resource], offered: Mapping[str, float]) -> dict[str, float] | None:
    """The probability that a call of each caller is blocked anywhere, exactly; None where the resources are no tree, or
    it is not small."""
    chains = _chains(resources, offered)
    if chains is None or len(offered) > CALLERS:
        return None
    whole = _weight(resources, chains, offered, None)
    if whole is None:
        return None
    admitted = {caller: _weight(resources, chains, offered, caller) for caller in offered}
    return {caller: 1 - weight / whole for caller, weight in admitted.items() if weight is not None}


def _chains(resources: Sequence[Resource], offered: Mapping[str, float]) -> dict[str, tuple[int, ...]] | None:
    """The resources of each caller (indices), each with all callers of those before."""
    ordered = sorted(range(len(resources)), key=lambda k: len(resources[k].costs))
    chains = {caller: tuple(k for k in ordered if caller in resources[k].costs) for caller in offered}
    nested = all(resources[a].costs.keys() <= resources[b].costs.keys()
                 for chain in chains.values() for a, b in pairwise(chain))
    return chains if nested else None


_Use = tuple[float, ...]
"""What is used of each resource of a chain that is still ahead."""


def _weight(resources: Sequence[Resource], chains: Mapping[str, tuple[int, ...]], offered: Mapping[str, float],
            one_more: str | None) -> float | None:
    """The weight of all states, or of those that admit one more call of a caller."""
    budgets = [resource.budget - (resource.costs.get(one_more, 0.0) if one_more else 0.0) for resource in resources]
    ahead: dict[tuple[int, ...], dict[_Use, float]] = {}
    for caller, chain in chains.items():
        costs = tuple(resources[k].costs[caller] for k in chain)
        if not chain or not _join(ahead, chain, dict(_calls(offered[caller], costs, [budgets[k] for k in chain]))):
            return None
    while any(ahead):
        longest = max(ahead, key=len)
        first, *others = longest
        left = {use: weight for use, weight in ahead.pop(longest).items() if use[0] <= budgets[first] + 1e-6}
        shorter: dict[_Use, float] = {}
        for use, weight in left.items():
            shorter[use[1:]] = shorter.get(use[1:], 0.0) + weight
        if not _join(ahead, tuple(others), shorter):
            return None
    return sum(ahead[()].values())


def _calls(offered: float, costs: _Use, budgets: Sequence[float]) -> Iterator[tuple[_Use, float]]:
    """What each number of calls of one caller uses, with its weight."""
    count, weight = 0, 1.0
    while all(count * cost <= budget + 1e-6 for cost, budget in zip(costs, budgets, strict=True)):
        yield tuple(count * cost for cost in costs), weight
        count += 1
        weight *= offered / count


def _join(ahead: dict[tuple[int, ...], dict[_Use, float]], chain: tuple[int, ...], more: Mapping[_Use, float]) -> bool:
    """Let callers use a chain beside those that already do; whether the states are still few."""
    both: dict[_Use, float] = {}
    for use, weight in ahead.get(chain, {(0.0,) * len(chain): 1.0}).items():
        for other, another in more.items():
            total = tuple(map(sum, zip(use, other, strict=True)))
            both[total] = both.get(total, 0.0) + weight * another
    ahead[chain] = both
    return len(both) <= STATES
