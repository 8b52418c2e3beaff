"""The part of the page about radio cells: how busy their air was, and what happened to the frames."""

from __future__ import annotations

from twin.judge.run_record import Run
from twin.judge.verdict import CellLoad
from twin.report.markup import Markup, element
from twin.report.page.table import table
from twin.report.terminal.airtime import busy, collided
from twin.report.wording import grouped

HEADS = ("cell", "busy", "predicted", "frames", "collided", "predicted", "damaged", "retransmitted", "dropped",
         "without QoS")
NOTE = ("Busy: the part of the time taken by frames and their acknowledgements; the rest is interframe spaces, backoff "
        "and idle time. Predicted from the airtime of every offered frame, without collisions; limited by the "
        "interframe spaces where the cell is saturated; exact, with collisions, where equal stations are always "
        "backlogged.")


def airtime(run: Run) -> Markup:
    """A row for each radio cell, the busiest first; nothing where there is none."""
    if not run.qos.air:
        return Markup()
    without = {cell.cell: cell for cell in run.baseline.air} if run.baseline else {}
    cells = sorted(run.qos.air, key=lambda cell: (-cell.busy, cell.cell))
    rows = [_row(cell, without.get(cell.cell)) for cell in cells]
    return element("div", element("h3", "Airtime"), element("p", NOTE, class_="note"), table(HEADS, rows))


def _row(cell: CellLoad, without: CellLoad | None) -> Markup:
    collisions = "–" if cell.collision_probability is None else f"{cell.collision_probability:.2%}"
    cells = (f"{cell.busy:.1%}", busy(cell.busy_low, cell.busy_high), grouped(cell.frames), collided(cell), collisions,
             grouped(cell.damaged), grouped(cell.retransmissions), grouped(cell.dropped),
             f"{without.busy:.1%}" if without else "–")
    return element("tr", element("th", cell.cell, scope="row"), *(element("td", text) for text in cells))
