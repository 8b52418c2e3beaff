"""The part of the page about radio cells: how busy their air was, and what became of the frames."""

from __future__ import annotations

from twin.judge.run import Run
from twin.judge.verdict import CellLoad
from twin.report.markup import Markup, element
from twin.report.page.table import scrolling, table
from twin.report.terminal.airtime import busy, collided
from twin.report.wording import grouped

HEADS = ("cell", "busy", "predicted", "frames", "collided", "predicted", "damaged", "sent again", "given up", "no QoS")
NOTE = ("Busy is the part of the time that frames took with what was waited for their acknowledgements; the rest is "
        "spaces between frames, backoff and nothing to send. Predicted by the airtime of every frame that is asked "
        "for, without collisions; at most the part that the spaces leave, where the air is full; and exactly, with "
        "collisions, where equal stations always have something to send. Last, how busy it was without QoS.")


def airtime(run: Run) -> Markup:
    """A row for each radio cell, the busiest first; nothing where there is none."""
    if not run.qos.air:
        return Markup()
    without = {cell.cell: cell for cell in run.baseline.air} if run.baseline else {}
    cells = sorted(run.qos.air, key=lambda cell: (-cell.busy, cell.cell))
    rows = [_row(cell, without.get(cell.cell)) for cell in cells]
    return element("div", element("h3", "Airtime"), element("p", NOTE, class_="note"), scrolling(table(HEADS, rows)))


def _row(cell: CellLoad, without: CellLoad | None) -> Markup:
    failing = "–" if cell.failing is None else f"{cell.failing:.2%}"
    told = busy(cell.busy_low, cell.busy_high)
    cells = (f"{cell.busy:.1%}", told, grouped(cell.frames), collided(cell), failing, grouped(cell.damaged),
             grouped(cell.sent_again), grouped(cell.given_up), f"{without.busy:.1%}" if without else "–")
    return element("tr", element("th", cell.cell, scope="row"), *(element("td", one) for one in cells))
