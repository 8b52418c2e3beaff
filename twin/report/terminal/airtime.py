"""Airtime of radio cells as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from twin.core.units import show_time
from twin.judge.verdict import CellLoad
from twin.predict import AirtimePrediction
from twin.report.wording import count, grouped


def busy(least: float, most: float) -> str:
    """The predicted airtime utilisation."""
    low, high = f"{least:.1%}", f"{most:.1%}"
    if low == high:
        return low
    return f"{low} to {high}" if least else f"≤ {high}"


def predicted(air: Iterable[AirtimePrediction]) -> Iterator[str]:
    """A line of predicted airtime for each cell."""
    for cell in air:
        row = f"  {cell.cell:<34} {busy(cell.low, cell.high):>17}"
        if cell.collision_probability is not None and cell.access_interval is not None:
            row += (f"  collision probability {cell.collision_probability:.2%}, "
                    f"access interval {show_time(cell.access_interval)}")
        yield row


def collided(cell: CellLoad) -> str:
    """The frames that collided, as a part of all."""
    return f"{cell.collided / cell.frames:.2%}" if cell.frames else "–"


def sentence(cells: Sequence[CellLoad]) -> str:
    """The busiest of some cells, and how many frames all of them dropped."""
    most = max(cells, key=lambda cell: cell.busy)
    parts = [f"{most.cell}, busy {most.busy:.1%} of the time ({busy(most.busy_low, most.busy_high)} predicted)",
             count(most.frames, "frame"), f"{collided(most)} collided",
             f"{grouped(most.retransmissions)} retransmitted"]
    dropped = grouped(sum(cell.dropped for cell in cells))
    if len(cells) == 1:
        return ", ".join((*parts, f"{dropped} dropped"))
    return f"{count(len(cells), 'cell')}, {dropped} dropped; the busiest is " + ", ".join(parts)
