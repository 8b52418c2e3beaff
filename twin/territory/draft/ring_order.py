"""The shortest ring through places: exact up to twelve (Held and Karp 1962), 2-opt beyond (Croes 1958). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from twin.core.units import Length
from twin.territory.great_circle import Position, distance

EXACT = 12
"""Places up to which the shortest ring is found; the work doubles with each."""


def ring_order(places: Sequence[Position]) -> tuple[int, ...]:
    """The indices of the places in order round the ring: from the first, towards the nearer of its two neighbours."""
    lengths = [[distance(a, b) for b in places] for a in places]
    order = _shortest(lengths) if len(places) <= EXACT else _improved(_nearest_first(lengths), lengths)
    first = order.index(0)
    order = [*order[first:], *order[:first]]
    return (0, *reversed(order[1:])) if lengths[0][order[-1]] < lengths[0][order[1 % len(order)]] else tuple(order)


def ring_length(order: Sequence[int], places: Sequence[Position]) -> Length:
    """m all the way round."""
    return Length(sum(distance(places[a], places[b]) for a, b in zip(order, [*order[1:], order[0]], strict=True)))


def _shortest(lengths: Sequence[Sequence[Length]]) -> list[int]:
    """Held and Karp: the best way to each place through each set of others, by the number of places in the set."""
    others = range(1, len(lengths))
    best: dict[tuple[int, int], tuple[int, int]] = {(1 << last, last): (lengths[0][last], 0) for last in others}
    for size in range(2, len(lengths)):
        for chosen in combinations(others, size):
            through = sum(1 << each for each in chosen)
            for last in chosen:
                before = through ^ (1 << last)
                best[through, last] = min((best[before, each][0] + lengths[each][last], each)
                                          for each in chosen if each != last)
    everywhere = sum(1 << each for each in others)
    order, last = [], min(others, key=lambda last: best[everywhere, last][0] + lengths[last][0], default=0)
    while last:
        order.append(last)
        everywhere, last = everywhere ^ (1 << last), best[everywhere, last][1]
    return [0, *reversed(order)]


def _nearest_first(lengths: Sequence[Sequence[Length]]) -> list[int]:
    """A ring to begin with: from each place on to the nearest that is left."""
    order, left = [0], set(range(1, len(lengths)))
    while left:
        order.append(min(left, key=lambda each: (lengths[order[-1]][each], each)))
        left.remove(order[-1])
    return order


def _improved(order: list[int], lengths: Sequence[Sequence[Length]]) -> list[int]:
    """2-opt: reverse a part of the ring wherever that makes it shorter, until nothing does."""
    better = True
    while better:
        better = False
        for start, end in combinations(range(len(order)), 2):
            a, b, c, d = order[start - 1], order[start], order[end], order[(end + 1) % len(order)]
            if a != c and lengths[a][c] + lengths[b][d] < lengths[a][b] + lengths[c][d]:
                order[start:end + 1] = reversed(order[start:end + 1])
                better = True
    return order
