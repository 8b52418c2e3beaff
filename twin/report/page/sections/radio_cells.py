"""The part of the page about radio cells: how busy their air was, and what happened to the frames."""

from __future__ import annotations

from twin.judge.run_record import Run
from twin.judge.verdict import CellLoad
from twin.report.language.wording import grouped
from twin.report.language.words import Words
from twin.report.markup import Markup, element
from twin.report.page.table import headings, table
from twin.report.terminal.airtime import busy, collided

HEADS = ("cell", "busy", "predicted", "frames", "collided", "predicted", "damaged", "retransmitted", "dropped",
         "without-qos")


def airtime(run: Run, words: Words) -> Markup:
    """A row for each radio cell, the busiest first; nothing where there is none."""
    if not run.qos.air:
        return Markup()
    without = {cell.cell: cell for cell in run.baseline.air} if run.baseline else {}
    cells = sorted(run.qos.air, key=lambda cell: (-cell.busy, cell.cell))
    rows = [_row(cell, without.get(cell.cell), words) for cell in cells]
    return element("div", element("h3", words.say("airtime")), element("p", words.say("airtime.note"), class_="note"),
                   table(headings(HEADS, words), rows))


def _row(cell: CellLoad, without: CellLoad | None, words: Words) -> Markup:
    collisions = "–" if cell.collision_probability is None else words.part(cell.collision_probability, 2)
    cells = (words.part(cell.busy), busy(cell.busy_low, cell.busy_high, words), grouped(cell.frames),
             collided(cell, words), collisions, grouped(cell.damaged), grouped(cell.retransmissions),
             grouped(cell.dropped), words.part(without.busy) if without else "–")
    return element("tr", element("th", cell.cell, scope="row"), *(element("td", text) for text in cells))
