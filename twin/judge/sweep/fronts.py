"""The Pareto front of two responses, and the frontier at which a response leaves its target. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from twin.judge.sweep.magnitude import magnitude, ordered
from twin.judge.sweep.results import Response, Sweep, SweepPoint


@dataclass(frozen=True, slots=True)
class Pair:
    """A point by two responses."""

    point: SweepPoint
    across: Response
    up: Response

    @property
    def place(self) -> tuple[float, float]:
        """Both as numbers, of which less is better."""
        return _cost(self.across), _cost(self.up)


def _cost(response: Response) -> float:
    """A value of which less is better."""
    return (response.worst or 0.0) * (1 if response.lower else -1)


def pairs(sweep: Sweep, across: str, up: str) -> tuple[Pair, ...]:
    """The points of which both responses are known."""
    known = (Pair(point, point.responses[across], point.responses[up]) for point in sweep.points
             if across in point.responses and up in point.responses)
    return tuple(pair for pair in known if pair.across.worst is not None and pair.up.worst is not None)


def pareto_front(known: Sequence[Pair]) -> tuple[Pair, ...]:
    """The points that no other beats in one response and equals in the other; in the order of the first, equal ones
    one after the other."""
    front: list[Pair] = []
    for pair in sorted(known, key=lambda pair: pair.place):
        if not front or pair.place[1] < front[-1].place[1] or pair.place == front[-1].place:
            front.append(pair)
    return tuple(front)


class Crossing(NamedTuple):
    """Where a response crosses its target. magnitude: of the parameter. target: there."""

    magnitude: float
    target: float


@dataclass(frozen=True, slots=True)
class Course:
    """A response along one parameter, all others held. others: their settings, as words. steps: level and response.
    """

    others: str
    steps: tuple[tuple[str, Response], ...]

    @property
    def breaks(self) -> tuple[tuple[str, str, Crossing | None], ...]:
        """Where it leaves its target or comes back: the levels on either side, and where between them the straight line
        from one value to the other crosses that of the targets; None where levels are words."""
        return tuple((before[0], after[0], _crossing(before, after)) for before, after in pairwise(self.steps)
                     if {before[1].kept, after[1].kept} == {True, False})


def courses(sweep: Sweep, name: str, along: str) -> tuple[Course, ...]:
    """The response along a parameter, for each setting of all others."""
    order = {level: index for index, level in enumerate(ordered(sweep.levels(along)))}
    by_others: dict[str, list[tuple[str, Response]]] = {}
    for point, response in sweep.of(name):
        others = ", ".join(f"{key} {value}" for key, value in point.settings.items() if key != along)
        by_others.setdefault(others, []).append((point.settings[along], response))
    return tuple(Course(others, tuple(sorted(steps, key=lambda step: order[step[0]])))
                 for others, steps in by_others.items())


def _crossing(before: tuple[str, Response], after: tuple[str, Response]) -> Crossing | None:
    low, high = map(magnitude, (before[0], after[0]))
    targets = [response.target for _, response in (before, after) if response.target is not None]
    values = [response.worst for _, response in (before, after) if response.worst is not None]
    if low is None or high is None or len(targets) < 2 or len(values) < 2:
        return None
    first, second = (value - target for value, target in zip(values, targets, strict=True))
    part = first / (first - second)
    return Crossing(low + (high - low) * part, targets[0] + (targets[1] - targets[0]) * part)
