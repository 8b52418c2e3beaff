"""Where the lights of a node's line groups stand: in rows or columns beside it that cover neither nodes nor other
lights. Pure and deterministic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil

from twin.report.drawing.box_placement import Box, Surroundings, chosen_places
from twin.report.drawing.initial_positions import Point
from twin.report.drawing.layout import Frame, Segment

LIGHT, BESIDE = 15.0, 19.0
"""From the middle of one light to the next, and from a node's to its nearest lights', px."""
FARTHER = (1.0, 1.5, 2.2, 3.0)
"""How much farther from the node lights may stand, the nearest first."""
GLYPH = 8.0
"""Half the width of a node's sign, px."""

Spot = tuple[Point, ...]
"""Where the lights of one node stand, in the order of its line groups."""


def light_spots(counts: Mapping[str, int], nodes: Mapping[str, Point], segments: Sequence[Segment],
                frame: Frame) -> dict[str, Spot]:
    """The spot of each node's lights. counts: how many it has; nodes: where all nodes are drawn; segments: spans."""
    lit = [name for name, count in counts.items() if count]
    options = [_options(nodes[name], counts[name]) for name in lit]
    glyphs = [Box(x - GLYPH, y - GLYPH, x + GLYPH, y + GLYPH) for x, y in nodes.values()]
    around = Surroundings(glyphs, segments, Box(0, 0, frame.width, frame.height), crossing=12, rank=1)
    places = chosen_places([[*map(_covered, spots)] for spots in options], around)
    return {name: spots[place] for name, spots, place in zip(lit, options, places, strict=True)}


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


def _covered(spot: Spot) -> Box:
    """The rectangle that lights cover."""
    half = LIGHT / 2
    return Box(min(x for x, _ in spot) - half, min(y for _, y in spot) - half,
               max(x for x, _ in spot) + half, max(y for _, y in spot) + half)
