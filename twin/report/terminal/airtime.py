"""Airtime of radio cells as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from twin.judge.verdict import CellLoad
from twin.predict import AirtimePrediction
from twin.report.language.wording import grouped
from twin.report.language.words import ENGLISH, Words


def busy(least: float, most: float, words: Words = ENGLISH) -> str:
    """The predicted airtime utilisation."""
    low, high = words.part(least), words.part(most)
    if low == high:
        return low
    return words.say("airtime.between", low=low, high=high) if least else words.figure(f"≤ {high}")


def predicted(air: Iterable[AirtimePrediction], words: Words = ENGLISH) -> Iterator[str]:
    """A line of predicted airtime for each cell."""
    for cell in air:
        row = f"  {cell.cell:<34} {busy(cell.low, cell.high, words):>17}"
        if cell.collision_probability is not None and cell.access_interval is not None:
            row += "  " + words.say("airtime.collisions", probability=words.part(cell.collision_probability, 2),
                                    interval=words.time(cell.access_interval))
        yield row


def collided(cell: CellLoad, words: Words = ENGLISH) -> str:
    """The frames that collided, as a part of all."""
    return words.part(cell.collided / cell.frames, 2) if cell.frames else "–"


def sentence(cells: Sequence[CellLoad], words: Words = ENGLISH) -> str:
    """The busiest of some cells, and how many frames all of them dropped."""
    most = max(cells, key=lambda cell: cell.busy)
    parts = words.say("airtime.cell", cell=most.cell, busy=words.part(most.busy),
                      predicted=busy(most.busy_low, most.busy_high, words),
                      frames=words.say("frames", count=most.frames), collided=collided(most, words),
                      retransmitted=grouped(most.retransmissions))
    dropped = sum(cell.dropped for cell in cells)
    if len(cells) == 1:
        return words.say("airtime.single", cell=parts, dropped=dropped)
    return words.say("airtime.several", cells=words.say("cells", count=len(cells)), dropped=dropped, busiest=parts)
