"""The network whole and with each single cut: which rows stand for its links then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from twin.plan.demand.shared_capacities import Resource
from twin.territory.sizing.network.rows import Row

State = Mapping[Resource, Row]
"""The row of each link that is used."""


def states(rows: Sequence[Row]) -> dict[str | None, State]:
    """The rows of each state, by what is cut: those of the whole network, but for links that a cut changes."""
    whole = {row.resource: row for row in rows if row.cut is None}
    cut_off = dict.fromkeys(row.cut for row in rows if row.cut is not None)
    return {None: whole} | {cut: {resource: row for resource, row in whole.items() if resource[0] != cut}
                            | {row.resource: row for row in rows if row.cut == cut} for cut in cut_off}
