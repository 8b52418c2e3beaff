"""Whether a position is on land, as land.xz says, which scripts/land-runs has written from global-land-mask 1.0.0.

Its cells are of two minutes of arc, some 4 km. Low islands far from others, such as Helgoland, are not in it.
"""

from __future__ import annotations

import lzma
import sys
from array import array
from bisect import bisect_right
from functools import cache
from itertools import accumulate, product
from math import floor
from pathlib import Path

from twin.territory.great_circle import Position

CELLS = 30
"""In a degree."""
NEAR = 4
"""Cells, some 15 km: further from a coast there are few places where people live."""
ROWS, COLUMNS = 180 * CELLS, 360 * CELLS
RUNS = Path(__file__).with_name("land.xz")
"""Of each row of cells from north to south, 16 bits each, little-endian: the number of runs, and how many cells each
has, from west to east; the first is sea."""


def is_near_land(position: Position) -> bool:
    """Whether there is land in the cell of a position, or within NEAR cells of it."""
    north, east = position
    row, column = floor((90 - north) * CELLS), floor((east + 180) * CELLS)
    near = product(range(max(0, row - NEAR), min(ROWS, row + NEAR + 1)), range(column - NEAR, column + NEAR + 1))
    return any(bisect_right(_ends()[each], place % COLUMNS) % 2 for each, place in near)


@cache
def _ends() -> list[list[int]]:
    """Of each row, the cells before which land and sea change."""
    runs = array("H", lzma.decompress(RUNS.read_bytes()))
    if sys.byteorder == "big":
        runs.byteswap()
    rows, place = [], 0
    for _ in range(ROWS):
        begin, place = place + 1, place + 1 + runs[place]
        rows.append([*accumulate(runs[begin:place])])
    return rows
