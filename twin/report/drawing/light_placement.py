"""Where the lights of a node's line groups stand: in rows or columns beside it that cover neither nodes nor other
lights. Pure and deterministic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from math import ceil

from twin.report.drawing.initial_positions import Point
from twin.report.drawing.label_placement import Box
from twin.report.drawing.layout import Frame, Segment

LIGHT, BESIDE = 15.0, 19.0
"""From the middle of one light to the next, and from a node's to its nearest lights', px."""
FARTHER = (1.0, 1.5, 2.2, 3.0)
"""How much farther from the node lights may stand, the nearest first."""
GLYPH = 8.0
"""Half the width of a node's sign, px."""
_ROUNDS = 3

Spot = tuple[Point, ...]
"""Where the lights of one node stand, in the order of its line groups."""


def light_spots(counts: Mapping[str, int], nodes: Mapping[str, Point], segments: Sequence[Segment],
                frame: Frame) -> dict[str, Spot]:
    """The spot of each node's lights. counts: how many it has; nodes: where all nodes are drawn; segments: spans."""
    lit = [name for name, count in counts.items() if count]
    options = {name: _options(nodes[name], counts[name]) for name in lit}
    fixed = {name: [_fixed_cost(spot, nodes, segments, frame) + rank for rank, spot in enumerate(options[name])]
             for name in lit}
    chosen = dict.fromkeys(lit, 0)
    for _, name in product(range(_ROUNDS), lit):
        others = [_hull(options[other][chosen[other]]) for other in lit if other != name]
        costs = [cost + 40 * sum(_hull(spot).overlap(other) for other in others)
                 for cost, spot in zip(fixed[name], options[name], strict=True)]
        chosen[name] = costs.index(min(costs))
    return {name: options[name][chosen[name]] for name in lit}


def _options(node: Point, count: int) -> list[Spot]:
    """Preferred first: one row below or above, to the right or left, then two rows or columns; then farther off."""
    shapes = [(count, 1), (1, count), (ceil(count / 2), 2), (2, ceil(count / 2))]
    return [_spot(node, count, columns, (right, down), BESIDE * far)
            for far in FARTHER for columns, rows in dict.fromkeys(shapes) if columns * rows >= count
            for right, down in ((0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (-1, 1), (1, -1), (-1, -1))]


def _spot(node: Point, count: int, columns: int, side: tuple[int, int], distance: float) -> Spot:
    """Lights row by row in so many columns, whose nearest are so far from the node on that side (right, down)."""
    width, height = LIGHT * (columns - 1), LIGHT * (ceil(count / columns) - 1)
    left = node[0] + side[0] * (distance + width / 2) - width / 2
    top = node[1] + side[1] * (distance + height / 2) - height / 2
    return tuple((left + LIGHT * (number % columns), top + LIGHT * (number // columns)) for number in range(count))


def _fixed_cost(spot: Spot, nodes: Mapping[str, Point], segments: Sequence[Segment], frame: Frame) -> float:
    """What a spot costs wherever the other lights are: beyond the frame, on nodes, on spans."""
    hull = _hull(spot)
    inside = hull.overlap(Box(0, 0, frame.width, frame.height))
    covered = sum(hull.overlap(Box(x - GLYPH, y - GLYPH, x + GLYPH, y + GLYPH)) for x, y in nodes.values())
    return 100 * (hull.area - inside) + 20 * covered + sum(12 for segment in segments if hull.crosses(segment))


def _hull(spot: Spot) -> Box:
    """The rectangle that lights cover."""
    half = LIGHT / 2
    return Box(min(x for x, _ in spot) - half, min(y for _, y in spot) - half,
               max(x for x, _ in spot) + half, max(y for _, y in spot) + half)
