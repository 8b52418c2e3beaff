"""How busy the air of a radio cell was, in words."""

from __future__ import annotations

from collections.abc import Iterator

from twin.report.wording import count
from twin.verify.run import Run
from twin.verify.verdict import CellLoad

FULL = 0.8
"""From this part of its time on, the air of a cell is worth a word to those who read in a hurry."""


def busy(cell: CellLoad) -> str:
    """What theory says of the time for which the air is busy."""
    low, high = f"{cell.busy_low:.1%}", f"{cell.busy_high:.1%}"
    if low == high:
        return low
    return f"{low} to {high}" if cell.busy_low else f"≤ {high}"


def collided(cell: CellLoad) -> str:
    """The frames that collided, as a part of all."""
    return f"{cell.collided / cell.frames:.2%}" if cell.frames else "–"


def sentences(run: Run) -> Iterator[str]:
    """What is remarkable of the air with QoS: a line for each cell that was busy most of the time, or gave frames up."""
    for cell in run.qos.air:
        if cell.busy > FULL or cell.given_up:
            yield (f"{cell.cell}, {cell.busy:.1%} of the time busy ({busy(cell)} predicted): "
                   f"{count(cell.frames, 'frame')}, {collided(cell)} collided, {cell.given_up} given up")
