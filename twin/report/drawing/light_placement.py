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
    fixed = {name: _fixed_costs(options[name], [*nodes.values()], segments, frame) for name in lit}
    hulls = {name: [_hull(spot) for spot in options[name]] for name in lit}
    reach = {name: _hull([light for spot in options[name] for light in spot]) for name in lit}
    near = {name: [other for other in lit if other != name and reach[name].overlap(reach[other])] for name in lit}
    chosen = dict.fromkeys(lit, 0)
    for _, name in product(range(_ROUNDS), lit):
        others = [hulls[other][chosen[other]] for other in near[name]]
        costs = [cost + 40 * sum(hull.overlap(other) for other in others)
                 for cost, hull in zip(fixed[name], hulls[name], strict=True)]
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


def _fixed_costs(spots: Sequence[Spot], nodes: Sequence[Point], segments: Sequence[Segment], frame: Frame
                 ) -> list[float]:
    """What each spot costs wherever the other lights are: beyond the frame, on nodes, on spans; and its rank. What none
    of them reaches is left out at once: a page waits for its map."""
    within, reach = Box(0, 0, frame.width, frame.height), _hull([light for spot in spots for light in spot])
    glyphs = [glyph for x, y in nodes
              if (glyph := Box(x - GLYPH, y - GLYPH, x + GLYPH, y + GLYPH)).overlap(reach)]
    near = [segment for segment in segments if reach.crosses(segment)]
    return [100 * (hull.area - hull.overlap(within)) + 20 * sum(map(hull.overlap, glyphs))
            + sum(12 for segment in near if hull.crosses(segment)) + rank
            for rank, hull in enumerate(map(_hull, spots))]


def _hull(spot: Sequence[Point]) -> Box:
    """The rectangle that lights cover."""
    half = LIGHT / 2
    return Box(min(x for x, _ in spot) - half, min(y for _, y in spot) - half,
               max(x for x, _ in spot) + half, max(y for _, y in spot) + half)
