"""Which of several places each of some boxes in a drawing takes: the names of places, the lights of line groups. They
cover neither each other nor, if it can be, nodes and spans. Pure and deterministic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from twin.report.drawing.layout import Segment

_ROUNDS = 3
_OUTSIDE, _ON_NODE, _ON_ANOTHER = 100, 20, 40
"""What each px² costs that a box covers beyond the frame, of a node, and of another box."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle, px."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def area(self) -> float:
        """What it covers."""
        return (self.right - self.left) * (self.bottom - self.top)

    def overlap(self, other: Box) -> float:
        """The area that both cover."""
        if self.left >= other.right or other.left >= self.right or self.top >= other.bottom or other.top >= self.bottom:
            return 0.0
        return (min(self.right, other.right) - max(self.left, other.left)) * (
            min(self.bottom, other.bottom) - max(self.top, other.top))

    def crosses(self, segment: Segment) -> bool:
        """Whether a segment runs through it (Liang and Barsky's clipping)."""
        (ax, ay), (bx, by) = segment
        if (ax < self.left and bx < self.left) or (ax > self.right and bx > self.right):
            return False
        enter, leave = 0.0, 1.0
        for start, step, low, high in ((ax, bx - ax, self.left, self.right), (ay, by - ay, self.top, self.bottom)):
            if step == 0:
                if not low <= start <= high:
                    return False
                continue
            near, far = sorted(((low - start) / step, (high - start) / step))
            enter, leave = max(enter, near), min(leave, far)
        return enter <= leave


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What boxes are placed among. within: where they are to stand. crossing: what a span costs that runs through a
    box; rank: what each place costs more than the one that is preferred to it."""

    nodes: Sequence[Box]
    segments: Sequence[Segment]
    within: Box
    crossing: float
    rank: float


def chosen_places(options: Sequence[Sequence[Box]], around: Surroundings) -> list[int]:
    """The number of the place that each box takes. options: the places of each, the preferred first."""
    reach = [_hull(row) for row in options]
    fixed = [_fixed_costs(row, area, around) for row, area in zip(options, reach, strict=True)]
    near = [[k for k, other in enumerate(reach) if k != index and area.overlap(other)]
            for index, area in enumerate(reach)]
    chosen: list[int | None] = [None] * len(options)
    for _, index in product(range(_ROUNDS), range(len(options))):
        others = [options[k][place] for k in near[index] if (place := chosen[k]) is not None]
        costs = [cost + _ON_ANOTHER * sum(box.overlap(other) for other in others)
                 for cost, box in zip(fixed[index], options[index], strict=True)]
        chosen[index] = costs.index(min(costs))
    return [place or 0 for place in chosen]


def _hull(boxes: Sequence[Box]) -> Box:
    """The least box round all: what is beyond it concerns none of them."""
    return Box(min(box.left for box in boxes), min(box.top for box in boxes),
               max(box.right for box in boxes), max(box.bottom for box in boxes))


def _fixed_costs(places: Sequence[Box], reach: Box, around: Surroundings) -> list[float]:
    """What each place costs wherever the other boxes are. reach: the hull of all."""
    nodes = [node for node in around.nodes if reach.overlap(node)]
    crossing = [segment for segment in around.segments if reach.crosses(segment)]
    return [_OUTSIDE * (box.area - box.overlap(around.within)) + _ON_NODE * sum(box.overlap(node) for node in nodes)
            + rank * around.rank + sum(around.crossing for segment in crossing if box.crosses(segment))
            for rank, box in enumerate(places)]
