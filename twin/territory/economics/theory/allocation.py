"""Who pays for what is shared: Shapley value, by busy-hour load, and the bounds between which both are fair.

What costs is of two kinds. A whole is needed as soon as one of its users is there (a span, a mast): the game of a set S
of users costs it if any of them is in S, and the Shapley value divides it equally among its users (Littlechild and
Owen 1973 for such games; linearity). What is in proportion (ports, transit) costs each user its own load.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shared:
    """A cost and its users. loads: of each user, 0 or more, of any unit. proportional: in proportion to them, so that
    fewer users cost less; else a whole."""

    cost: float
    loads: Mapping[str, float]
    proportional: bool = False

    def of(self, user: str) -> float:
        """What part of the load is a user's; equal parts where there is no load."""
        whole = sum(self.loads.values())
        if user not in self.loads:
            return 0.0
        return self.loads[user] / whole if whole else 1 / len(self.loads)


def cost_of(costs: Iterable[Shared], users: Set[str]) -> float:
    """What it costs to serve some users alone."""
    return sum(each.cost * (sum(map(each.of, users)) if each.proportional else bool(users & each.loads.keys()))
               for each in costs)


def shapley(costs: Iterable[Shared], user: str) -> float:
    """A user's part by the Shapley value."""
    return sum(each.cost * (each.of(user) if each.proportional else 1 / len(each.loads))
               for each in costs if user in each.loads)


def by_load(costs: Iterable[Shared], user: str) -> float:
    """A user's part by load in the busiest hour."""
    return sum(each.cost * each.of(user) for each in costs)


def alone(costs: Iterable[Shared], user: str) -> float:
    """What a user would cost with nobody else there."""
    return cost_of(costs, {user})


def incremental(costs: Iterable[Shared], user: str) -> float:
    """What would be saved without a user."""
    return sum(each.cost * each.of(user) for each in costs
               if each.proportional or each.loads.keys() == {user})
