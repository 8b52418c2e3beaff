"""A made-up territory of any size, drawn from a seed: towns in a disc, villages in radio reach of others. Pure.

Sizes fall with the rank (Zipf), and the mean commune is as large as in Castres-Mazamet: 38,000 lines in sixteen.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, pi, radians, sin, sqrt
from random import Random

from twin.core.seeds import stream
from twin.territory.draft.commune import HOUSEHOLDS_PER_BUSINESS, Commune, Role
from twin.territory.great_circle import MEAN_RADIUS, Position, distance

LINES_PER_COMMUNE = 38_000 // 16
COMMUNES_PER_TOWN = 4
"""As in Castres-Mazamet."""
CENTRE: Position = (43.6, 2.24)
TOWN_SPACING = 8_000.0
"""m of radius of the disc of the towns, times the root of their number."""
NEAR, FAR = 2_000.0, 5_500.0
"""m from a village to the commune beside which it lies: in reach of a grid antenna."""
APART = 1_500
"""m between communes, where a few dozen draws find such a place."""
DRAWS = 40
MOST = 4_000_000
"""Lines of a synthetic territory."""


def synthetic_communes(lines: int, seed: int) -> tuple[Commune, ...]:
    """Communes with as many households and businesses together. lines: 1 to MOST."""
    chance = stream(seed, "synthetic territory")
    count = max(1, round(lines / LINES_PER_COMMUNE))
    towns = max(1, round(count / COMMUNES_PER_TOWN))
    weights = [1 / rank for rank in range(1, count + 1)]
    households = _shared(round(lines * HOUSEHOLDS_PER_BUSINESS / (1 + HOUSEHOLDS_PER_BUSINESS)), weights)
    businesses = _shared(lines - sum(households), weights)
    positions = _positions(chance, towns, count)
    return tuple(
        Commune(f"{'Town' if rank < towns else 'Village'} {rank + 1}", Role.TOWN if rank < towns else Role.VILLAGE,
                households[rank], businesses[rank], positions[rank],
                sources=(("position", "synthetic"), ("households", "synthetic"), ("businesses", "synthetic")))
        for rank in range(count))


def _shared(total: int, weights: Sequence[float]) -> list[int]:
    """Whole parts of a total in proportion to weights, by the largest remainders."""
    exact = [total * weight / sum(weights) for weight in weights]
    parts = [int(each) for each in exact]
    largest = sorted(range(len(exact)), key=lambda index: (parts[index] - exact[index], index))
    for index in largest[:total - sum(parts)]:
        parts[index] += 1
    return parts


def _positions(chance: Random, towns: int, count: int) -> list[Position]:
    placed: list[Position] = [CENTRE]
    while len(placed) < count:
        if len(placed) < towns:
            radius = TOWN_SPACING * sqrt(towns)
            choices = [_moved(CENTRE, radius * sqrt(chance.random()), chance.random()) for _ in range(DRAWS)]
        else:
            choices = [_moved(chance.choice(placed), chance.uniform(NEAR, FAR), chance.random()) for _ in range(DRAWS)]
        placed.append(next((each for each in choices if all(distance(each, other) >= APART for other in placed)),
                           choices[-1]))
    return placed


def _moved(position: Position, by: float, turn: float) -> Position:
    """A position so many m away, in the direction of a share of a full turn."""
    north = position[0] + by * cos(2 * pi * turn) / radians(1) / MEAN_RADIUS
    east = position[1] + by * sin(2 * pi * turn) / radians(1) / MEAN_RADIUS / cos(radians(position[0]))
    return round(north, 5), round(east, 5)
