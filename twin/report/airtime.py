"""How busy the air of a radio cell was, in words."""

from __future__ import annotations

from collections.abc import Sequence

from twin.report.wording import count, grouped
from twin.verify.verdict import CellLoad


def busy(cell: CellLoad) -> str:
    """What theory says of the time for which the air is busy."""
    low, high = f"{cell.busy_low:.1%}", f"{cell.busy_high:.1%}"
    if low == high:
        return low
    return f"{low} to {high}" if cell.busy_low else f"≤ {high}"


def collided(cell: CellLoad) -> str:
    """The frames that collided, as a part of all."""
    return f"{cell.collided / cell.frames:.2%}" if cell.frames else "–"


def sentence(cells: Sequence[CellLoad]) -> str:
    """The busiest of some cells, for those who read in a hurry, and how many frames all of them gave up."""
    most = max(cells, key=lambda cell: cell.busy)
    parts = [f"{most.cell}, busy {most.busy:.1%} of the time ({busy(most)} predicted), {count(most.frames, 'frame')}",
             f"{collided(most)} collided", f"{grouped(most.sent_again)} sent again"]
    given_up = grouped(sum(cell.given_up for cell in cells))
    if len(cells) == 1:
        return ", ".join((*parts, f"{given_up} given up"))
    return f"{count(len(cells), 'cell')}, {given_up} given up; the busiest is " + ", ".join(parts)
