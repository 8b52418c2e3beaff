"""Mean throughput of transfers from end to end: what the line, and every link on the way, add to the time of a bit.

Each link adds what it would add alone, which is exact where one is the bottleneck, and else a little too much.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from twin.model import Direction, TransferUse
from twin.territory.sizing.network.loads import RowLoad
from twin.territory.sizing.network.rows import Row, carries
from twin.territory.sizing.network.states import State
from twin.territory.sizing.population.draws import rate_of
from twin.territory.sizing.population.groups import Group, GroupUse, Stream
from twin.territory.sizing.population.hours import whole_week
from twin.territory.sizing.results import FlowWeek
from twin.territory.sizing.theory.elastic_traffic import delay_of_a_bit

Floats = NDArray[np.float64]
Loads = Mapping[int, RowLoad]
"""The mean load of each row by hour, by its identity."""


def flow_weeks(members: Sequence[GroupUse], states: Mapping[str | None, State], loads: Loads) -> tuple[FlowWeek, ...]:
    """The throughput of each group and direction with transfers, in each state."""
    by_group: dict[tuple[Group, Direction], list[GroupUse]] = {}
    for member in members:
        if isinstance(member.use.settings, TransferUse):
            by_group.setdefault((member.group, member.use.settings.direction), []).append(member)
    delays = _Delays(loads)
    return tuple(_flow(group, direction, cut, uses, [*_crossed(state, uses[0])], delays)
                 for cut, state in states.items() for (group, direction), uses in by_group.items())


def _crossed(state: State, member: GroupUse) -> Iterator[Row]:
    """The links that its transfers cross, and not only their acknowledgements."""
    stream = Stream(member.group.node, member.use.name)
    return (row for row in state.values() if carries(row, stream))


def _flow(group: Group, direction: Direction, cut: str | None, uses: Sequence[GroupUse], crossed: Sequence[Row],
          delays: _Delays) -> FlowWeek:
    alone = group.down if direction is Direction.DOWN else group.up
    own = sum(rate_of(use.use.settings) for use in uses if isinstance(use.use.settings, TransferUse))
    line = 1 / (alone - own) if own < alone else np.inf
    slower = sum((delays.of(row, alone) for row in crossed), np.zeros(1))
    return FlowWeek(node=group.node, offer=group.offer, profile=group.profile, direction=direction, cut=cut,
                    alone=float(f"{alone:.6g}"), throughput=whole_week(1 / (line + slower)))


class _Delays:
    """By how much each row prolongs transfers, each computed once."""

    def __init__(self, loads: Loads) -> None:
        self._loads = loads
        self._known: dict[tuple[int, float], Floats] = {}

    def of(self, row: Row, peak: float) -> Floats:
        """s a bit, by hour."""
        key = id(row), peak
        if key not in self._known:
            load = self._loads[id(row)]
            self._known[key] = delay_of_a_bit(load.left(row.capacity), load.transfers, peak)
        return self._known[key]
